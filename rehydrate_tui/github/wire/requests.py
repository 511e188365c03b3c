"""A request of httpx as both versions of HTTP send it: checked, without framing headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import httpx

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# What could end a line, or the whole head, and begin something else.
_UNSAFE = re.compile(rb"[\x00\r\n]")
_UNSAFE_TARGET = re.compile(rb"[\x00-\x20\x7f]")
# These belong to one connection, which is ours to manage (RFC 9110 §7.6.1, RFC 9113
# §8.2.2); lengths are counted here, so that no header can contradict the body.
_OURS = frozenset(
    (
        b"host", b"connection", b"keep-alive", b"proxy-connection", b"te",
        b"transfer-encoding", b"upgrade", b"content-length",
    )
)  # fmt: skip
_WITH_BODY = frozenset(("POST", "PUT", "PATCH"))
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A request that is ready to be written."""

    method: str
    scheme: str
    authority: bytes
    target: bytes = field(repr=False)
    """Path and query; a signed one is a secret."""
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    """In lower case, without the authority."""
    content: bytes = field(repr=False)
    read_seconds: float | None
    """How long the peer may be silent."""
    write_seconds: float | None
    """How long it may refuse to take a part of the content."""

    @property
    def is_safe(self) -> bool:
        """Whether it only asks, and may be asked twice."""
        return self.method in _SAFE


async def prepare(request: httpx.Request) -> Outgoing:
    """Check a request and read its body.

    Raises:
        httpx.LocalProtocolError: a part of it would be read as something else.
    """
    content = await request.aread()
    timeout = request.extensions.get("timeout", {})
    headers = [
        (name.lower(), value)
        for name, value in request.headers.raw
        if name.lower() not in _OURS
    ]
    if content or request.method in _WITH_BODY:
        headers.append((b"content-length", b"%d" % len(content)))
    made = Outgoing(
        method=request.method,
        scheme=request.url.scheme,
        authority=request.headers.get("host", "").encode("latin-1")
        or request.url.netloc,
        target=request.url.raw_path,
        headers=tuple(headers),
        content=content,
        read_seconds=timeout.get("read"),
        write_seconds=timeout.get("write"),
    )
    if not _is_sound(made):
        raise httpx.LocalProtocolError("A part of the request cannot be sent.")
    return made


def _is_sound(made: Outgoing) -> bool:
    return (
        _TOKEN.fullmatch(made.method.encode()) is not None
        and not _UNSAFE_TARGET.search(made.authority)
        and not _UNSAFE_TARGET.search(made.target)
        and all(
            _TOKEN.fullmatch(name) and not _UNSAFE.search(value)
            for name, value in made.headers
        )
    )
