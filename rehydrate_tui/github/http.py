"""Requests and redirects: the one place where something is sent."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpx

from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.errors import ConnectionFailedError, PayloadError
from rehydrate_tui.github.answers import shown_url
from rehydrate_tui.github.auth import (
    NO_HEADERS,
    SecretHeaders,
    is_private_channel,
    origin_of,
)
from rehydrate_tui.github.bodies import read_body
from rehydrate_tui.github.pace import Pace
from rehydrate_tui.github.roads import choose_transport
from rehydrate_tui.github.translate import PROXY_HINT, translating_errors
from rehydrate_tui.github.wire import LARGE_BODY
from rehydrate_tui.version import __version__

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = 303
_DEFAULT_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    # For proxies of long ago; HTTP/1.1 itself needs it no more, and HTTP/2 forbids it.
    "Connection": "keep-alive",
    "User-Agent": f"rehydrate-tui/{__version__}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """How requests are made; the last six fields let tests do without a network."""

    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    connections: int = 4
    """To one host, which throttles by address; each carries many requests, or twice as
    many are opened."""
    retry: RetryPolicy = field(default_factory=lambda: RetryPolicy(tries=3))
    """For requests of the API; downloads are repeated by their caller."""
    least_speed: float = 1000.0
    """Bytes a second; a host that sends less is given up."""
    pace_window: float = 30.0
    """Seconds of waiting for an answer after which the speed of its host is judged."""
    longest_wait: float = 10.0
    """Seconds to wait unseen between two tries; a longer wait is raised instead."""
    log: Callable[[str], None] | None = None
    """Takes a line for each request and each answer, without any secret."""
    transport: httpx.AsyncBaseTransport | None = None
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic

    def timeouts(self) -> dict[str, float | None]:
        """Return the seconds of each step, as httpx's transports expect them."""
        read = self.read_timeout
        return {
            "connect": self.connect_timeout,
            "read": read,
            "write": read,
            "pool": None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request to send, and which of its headers must not leave their host."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    bound_headers: SecretHeaders = field(default_factory=lambda: NO_HEADERS)
    """Left out as soon as a redirect leads to another origin."""
    method: str = "GET"
    content: bytes | None = None
    is_large: bool = False
    """Whether the body of the answer is, by what is known before."""


class Client:
    """What sends requests: a transport of httpx, without httpx's client around it.

    We follow redirects ourselves and keep no cookies; what else the client does costs
    more than the whole exchange of a small file.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, options: HttpOptions
    ) -> None:
        self.transport = transport
        self._small = {"timeout": options.timeouts()}
        self._large = {**self._small, LARGE_BODY: True}
        self._log = options.log

    async def exchange(self, request: HttpRequest, url: httpx.URL) -> httpx.Response:
        """Send a request to `url`; the body of the answer is still to be read.

        Raises:
            httpx.HTTPError: there is no answer.
        """
        # No name here may hold the secret: tracebacks can show local names.
        outgoing = httpx.Request(
            request.method,
            url,
            headers=request.bound_headers.added_to(
                {**_DEFAULT_HEADERS, **request.headers}
            ),
            content=request.content,
            extensions=self._large if request.is_large else self._small,
        )
        if self._log is not None:
            is_secret = "authorization" in outgoing.headers
            note = ", with a secret header" if is_secret else ""
            self._log(f"asking: {outgoing.method} {shown_url(url)}{note}")
        response = await self.transport.handle_async_request(outgoing)
        response.request = outgoing
        if self._log is not None:
            self._log(f"{response.status_code}: {outgoing.method} {shown_url(url)}")
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        await self.transport.aclose()


class Connections:
    """The two clients of a remote, each made when it is first used.

    A replay of pinned files needs no API, and making a client costs a tenth of a
    second for the certificates.
    """

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._certificates: ssl.SSLContext | None = None
        self._api: Client | None = None
        self._content: Client | None = None
        self._arrived = Counter[str]()

    @property
    def api(self) -> Client:
        """The client for the API and the Git LFS batches."""
        if self._api is None:
            self._api = self._build()
        return self._api

    @property
    def content(self) -> Client:
        """The client for raw files and storage."""
        if self._content is None:
            self._content = self._build()
        return self._content

    def pace(self, url: httpx.URL) -> Pace:
        """Return what measures the speed of the answer from `url`."""
        return Pace(
            least=self._options.least_speed,
            window=self._options.pace_window,
            clock=self._options.monotonic,
            url=url,
            arrived=self._arrived,
        )

    def _build(self) -> Client:
        options = self._options
        if options.transport is not None:
            return Client(options.transport, options)
        with _translating_settings():
            if self._certificates is None:
                self._certificates = httpx.create_ssl_context()
            transport = choose_transport(
                self._certificates, connections=options.connections
            )
        return Client(transport, options)

    async def aclose(self) -> None:
        """Close what was opened."""
        for client in (self._api, self._content):
            if client is not None:
                with translating_errors("connections"):
                    await client.aclose()


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


async def send(client: Client, request: HttpRequest) -> httpx.Response:
    """Send a request and follow redirects; the body of the answer is still to be read.

    Raises:
        RemoteError: no answer, or a redirect that must not be followed.
    """
    url = first = parse_url(request.url)
    for _ in range(MAX_REDIRECTS + 1):
        with translating_errors(url):
            response = await client.exchange(request, url)
        if response.status_code not in _REDIRECTS:
            return response
        await read_body(response)
        url = _redirect_target(response, request)
        if origin_of(url) != origin_of(first):
            request = replace(request, bound_headers=NO_HEADERS)
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
