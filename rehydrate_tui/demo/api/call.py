"""One API request with everything that its handler needs, and the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request

from rehydrate_tui.demo.accounts import Account
from rehydrate_tui.demo.quota import CORE
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.site import Site

JSON = "application/json; charset=utf-8"
NEW_VERSION = "2026-03-10"
OLD_VERSION = "2022-11-28"
DOCS = "https://docs.github.com/rest"
NAMED_BY_SHA = 86_400
"""Seconds that an answer may be cached when it was asked for by object id."""
NAMED_BY_REF = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a handler answers, before conditions and compression."""

    body: bytes = b""
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    etag: str | None = None
    """Set where GitHub derives it from an object id; else made from the body."""
    keeps_strong_etag: bool = False
    modified: float | None = None
    max_age: int = NAMED_BY_REF
    counts: bool = True
    """Whether the request counts against the quota."""
    resource: str = CORE
    """The quota that it counts against."""


class ApiError(Exception):
    """An answer in the error shape of the API."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        resource: str = CORE,
        **more: object,
    ) -> None:
        super().__init__(message)
        self.resource = resource
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
        self.more = more

    def reply(self) -> Reply:
        """Render the error."""
        payload: dict[str, object] = {
            "message": self.message,
            **self.more,
            "documentation_url": DOCS,
            "status": str(int(self.status)),
        }
        return Reply(
            body=encode(payload),
            status=self.status,
            headers=self.headers,
            resource=self.resource,
        )


def not_found() -> ApiError:
    """The answer for what is absent or hidden: they cannot be told apart."""
    return ApiError(HTTPStatus.NOT_FOUND, "Not Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to a repository's endpoints."""

    site: Site
    request: Request
    repository: Repository
    account: Account | None
    version: str
    media: str
    """The custom media type asked for: `raw`, `object`, `sha`, `html` or empty."""

    def parameter(self, name: str) -> str:
        """Return a part of the path, decoded."""
        return str(self.request.path_params[name])

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters behind the question mark."""
        return self.request.query_params

    @property
    def api_url(self) -> str:
        """The repository's address on the API."""
        return f"{self.site.addresses.api}/repos/{self.repository.full_name}"

    @property
    def html_url(self) -> str:
        """The repository's address on the web host."""
        return f"{self.site.addresses.lfs}/{self.repository.full_name}"

    @property
    def raw_url(self) -> str:
        """The repository's address on the raw host."""
        return f"{self.site.addresses.raw}/{self.repository.full_name}"

    @property
    def numbered_url(self) -> str:
        """The repository's address by id, as in Link headers."""
        return f"{self.site.addresses.api}/repositories/{self.repository.id}"


RepositoryHandler = Callable[[Call], Reply]


def encode(payload: object) -> bytes:
    """Render JSON as GitHub does: compact, not escaped."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def json_reply(
    payload: object, *, modified: float | None = None, max_age: int = NAMED_BY_REF
) -> Reply:
    """Answer with JSON."""
    return Reply(body=encode(payload), modified=modified, max_age=max_age)


def redirect(status: int, location: str, **headers: str) -> Reply:
    """Answer with another address and no body."""
    return Reply(
        status=status,
        content_type="text/html;charset=utf-8",
        headers={"location": location, **headers},
    )


def quoted(path: bytes | str) -> str:
    """Percent-encode a path or ref for an address, keeping its slashes."""
    return quote(path, safe="/")


def shown(path: bytes) -> str:
    """Render a path for JSON, which loses what is not UTF-8."""
    return path.decode("utf-8", "replace")
