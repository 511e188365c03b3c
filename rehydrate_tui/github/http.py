"""Connections and redirects: the one place that builds httpx clients."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy

import httpx

from rehydrate_tui.domain.remote_values import Body
from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.errors import (
    ConnectionFailedError,
    InterruptedStreamError,
    PayloadError,
)
from rehydrate_tui.github.answers import Answer, shown_url
from rehydrate_tui.github.auth import NO_AUTH, is_private_channel, origin_of
from rehydrate_tui.github.translate import PROXY_HINT, translating_errors
from rehydrate_tui.version import __version__

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = 303
_SMALL_BODY = 64 * 2**10
# A proxy for the network at large cannot reach this machine.
_LOOPBACK_MOUNTS: dict[str, None] = dict.fromkeys(
    ("all://127.0.0.1", "all://localhost", "all://[::1]")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """How requests are made; the last five fields let tests do without a network."""

    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    connections: int = 8
    """At once to the hosts of content, which throttle by address."""
    retry: RetryPolicy = field(default_factory=lambda: RetryPolicy(tries=3))
    """For requests of the API; downloads are repeated by their caller."""
    longest_wait: float = 10.0
    """Seconds to wait unseen between two tries; a longer wait is raised instead."""
    transport: httpx.AsyncBaseTransport | None = None
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request to send, and which of its headers must not leave their host."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    bound_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Left out as soon as a redirect leads to another origin."""
    method: str = "GET"
    content: bytes | None = None


class Connections:
    """The two clients of a remote, each made when it is first used.

    A replay of pinned files needs no API, and making a client costs a tenth of a
    second for the certificates.
    """

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._certificates: ssl.SSLContext | None = None
        self._api: httpx.AsyncClient | None = None
        self._content: httpx.AsyncClient | None = None

    @property
    def api(self) -> httpx.AsyncClient:
        """The client for the API and the Git LFS batches."""
        if self._api is None:
            self._api = self._build()
        return self._api

    @property
    def content(self) -> httpx.AsyncClient:
        """The client for raw files and storage."""
        if self._content is None:
            self._content = self._build()
        return self._content

    def _build(self) -> httpx.AsyncClient:
        with _translating_settings():
            if self._certificates is None and self._options.transport is None:
                self._certificates = httpx.create_ssl_context()
            return build_client(self._options, self._certificates)

    async def aclose(self) -> None:
        """Close what was opened."""
        for client in (self._api, self._content):
            if client is not None:
                with translating_errors("connections"):
                    await client.aclose()


def build_client(
    options: HttpOptions, certificates: ssl.SSLContext | None
) -> httpx.AsyncClient:
    """Make a client: our timeouts and name, no cookies, no redirects, no netrc."""
    client = httpx.AsyncClient(
        auth=NO_AUTH,
        headers={"User-Agent": f"rehydrate-tui/{__version__}"},
        timeout=httpx.Timeout(
            options.read_timeout, connect=options.connect_timeout, pool=None
        ),
        limits=httpx.Limits(
            max_connections=options.connections,
            max_keepalive_connections=options.connections,
            keepalive_expiry=30.0,
        ),
        verify=certificates if certificates is not None else True,
        mounts=None if options.transport else _LOOPBACK_MOUNTS,
        transport=options.transport,
        follow_redirects=False,
        trust_env=True,
    )
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


@contextmanager
def _translating_settings() -> Generator[None, None, None]:
    """Blame the variables that httpx reads for what it cannot use."""
    try:
        yield
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        raise ConnectionFailedError(
            "The proxy or certificate settings of this machine cannot be used "
            f"({type(error).__name__}).",
            hint="Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE, SSL_CERT_DIR.",
        ) from error


def parse_url(text: str) -> httpx.URL:
    """Read an absolute address.

    Raises:
        PayloadError: it is none.
    """
    with translating_errors(text):
        url = httpx.URL(text)
    if url.scheme not in {"http", "https"} or not url.host:
        shown = shown_url(text)
        raise PayloadError(f"“{shown}” is not a web address.", url=shown)
    return url


async def send(client: httpx.AsyncClient, request: HttpRequest) -> httpx.Response:
    """Send a request and follow redirects; the body of the answer is still to be read.

    Raises:
        RemoteError: no answer, or a redirect that must not be followed.
    """
    url = first = parse_url(request.url)
    headers = {**request.headers, **request.bound_headers}
    for _ in range(MAX_REDIRECTS + 1):
        with translating_errors(url):
            outgoing = client.build_request(
                request.method, url, headers=headers, content=request.content
            )
            response = await client.send(outgoing, stream=True)
        if response.status_code not in _REDIRECTS:
            return response
        await read_body(response, limit=_SMALL_BODY)
        url = _redirect_target(response, request)
        if origin_of(url) != origin_of(first):
            headers = dict(request.headers)
    shown = shown_url(url)
    raise PayloadError(f"{first.host} redirects in circles.", url=shown)


def _redirect_target(response: httpx.Response, request: HttpRequest) -> httpx.URL:
    location = response.headers.get("location", "")
    shown, status = shown_url(response.url), response.status_code
    with translating_errors(location):
        target = response.url.join(location)
    if not location:
        raise PayloadError(
            f"{response.url.host} redirects to nowhere.", url=shown, status=status
        )
    if not is_private_channel(target):
        raise PayloadError(
            f"{response.url.host} redirects to “{shown_url(target)}”, which is not safe.",
            url=shown,
            status=status,
            hint=PROXY_HINT,
        )
    # A batch of Git LFS only asks, so it may be repeated under a new name.
    if request.method != "GET" and status == _SEE_OTHER:
        raise PayloadError(
            f"{response.url.host} redirects a question elsewhere.",
            url=shown,
            status=status,
        )
    return target


async def read_body(response: httpx.Response, *, limit: int) -> bytes:
    """Read an answer to its end and close it.

    Raises:
        PayloadError: it is longer than `limit`.
        TransportError: it broke off.
    """
    parts: list[bytes] = []
    size = 0
    try:
        with translating_errors(response.url):
            async for part in response.aiter_bytes():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise PayloadError(
                        f"{response.url.host} sent an answer that is far too long.",
                        url=shown_url(response.url),
                        status=response.status_code,
                    )
    finally:
        await _close(response)
    return b"".join(parts)


async def read_answer(response: httpx.Response, *, limit: int = _SMALL_BODY) -> Answer:
    """Read an answer to its end; see `read_body`."""
    body = await read_body(response, limit=limit)
    return Answer(
        url=shown_url(response.url),
        status=response.status_code,
        headers=response.headers,
        body=body,
    )


@asynccontextmanager
async def open_body(response: httpx.Response) -> AsyncGenerator[Body, None]:
    """Hand out the body of an answer while it arrives; closes it in the end."""
    size = _promised_size(response.headers)
    chunks = _chunks(response, size)
    try:
        yield Body(chunks, size)
    finally:
        await chunks.aclose()
        await _close(response)


async def _chunks(
    response: httpx.Response, size: int | None
) -> AsyncGenerator[bytes, None]:
    received = 0
    with translating_errors(response.url):
        async for chunk in response.aiter_bytes():
            received += len(chunk)
            yield chunk
    if size is not None and received < size:
        raise InterruptedStreamError(
            f"{response.url.host} ended after {received:,} of {size:,} bytes.",
            url=shown_url(response.url),
            hint="Trying again may help.",
        )


async def _close(response: httpx.Response) -> None:
    with translating_errors(response.url):
        await response.aclose()


def _promised_size(headers: httpx.Headers) -> int | None:
    """Return the length of the content; unknown if it travels compressed."""
    length = headers.get("content-length", "")
    is_plain = headers.get("content-encoding", "identity").lower() == "identity"
    is_number = length.isascii() and length.isdigit()
    return int(length) if is_plain and is_number else None
