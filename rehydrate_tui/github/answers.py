"""An answer that has arrived whole, and the words a server put into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import httpx

from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import RemoteError
from rehydrate_tui.github.auth import HostBoundToken

_LONGEST_WORDS = 200
_LONGEST_URL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers and body of a finished exchange."""

    url: str
    """Safe to show: without name, password and query."""
    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)
    """Not shown in tracebacks: a server may repeat a secret."""

    @property
    def host(self) -> str:
        """Who answered."""
        return shown_host(self.url)

    @property
    def is_html(self) -> bool:
        """Whether this is a page for people instead of data."""
        return is_html(self.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and when: what the words of an error depend on."""

    host: str
    """The web host, such as `github.com`."""
    token: HostBoundToken
    clock: Callable[[], float]

    def words(self, answer: Answer) -> str:
        """Return the server's own words, safe to show; empty if it said nothing."""
        return shorten(
            strip_controls(self.token.mask(_message(answer))), _LONGEST_WORDS
        )


Missing = Callable[[Answer], RemoteError]
"""Makes the error for a 404 or 422: only who asked knows what is missing."""


def is_html(headers: httpx.Headers) -> bool:
    """Tell whether the content type is that of a web page."""
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return content_type in {"text/html", "application/xhtml+xml"}


def shown_url(url: httpx.URL | str) -> str:
    """Return an address for messages: no name, password, query or control characters.

    Queries go because signed links of storage hosts carry their secret there.
    """
    text = str(url).partition("#")[0].partition("?")[0]
    scheme, separator, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    bare = f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"
    return shorten(strip_controls(bare), _LONGEST_URL)


def shown_host(url: str) -> str:
    """Return the host in an address that `shown_url` made."""
    return url.partition("://")[2].partition("/")[0] or url


def _message(answer: Answer) -> str:
    if answer.is_html:
        return ""
    try:
        document: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return answer.body[: 4 * _LONGEST_WORDS].decode("utf-8", "replace").strip()
    if not isinstance(document, dict):
        return ""
    fields = cast("dict[str, object]", document)
    message = fields.get("message", fields.get("error"))
    return message if isinstance(message, str) else ""
