"""Which transport a client uses: our own, or httpx's where that knows more.

Ours speaks to hosts directly. Proxies are httpx's business, with all their variables,
as are loops that cannot watch sockets: those of Windows.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from http.cookiejar import DefaultCookiePolicy
from urllib.request import getproxies

import httpx

from rehydrate_tui.github.auth import NO_AUTH
from rehydrate_tui.github.wire import WireTransport

_PROXIED = ("http", "https", "all")
# A proxy for the network at large cannot reach this machine.
_LOOPBACK_MOUNTS: dict[str, None] = dict.fromkeys(
    ("all://127.0.0.1", "all://localhost", "all://[::1]")
)


def choose_transport(
    certificates: ssl.SSLContext, *, connections: int
) -> httpx.AsyncBaseTransport:
    """Return the transport for this machine and its settings.

    Raises:
        ValueError: a variable of a proxy holds nonsense.
        httpx.InvalidURL: the same.
    """
    proxies = getproxies()
    has_proxy = proxies.get("no") != "*" and any(map(proxies.get, _PROXIED))
    if has_proxy or sys.platform == "win32":
        return StockTransport(certificates, connections=2 * connections)
    return WireTransport(certificates, connections=connections)


class StockTransport(httpx.AsyncBaseTransport):
    """A client of httpx as a transport: proxies, but no cookies, redirects or netrc.

    Requests beyond the `connections` wait here: httpx looks at each that waits whenever
    one begins or ends, so that hundreds of them cost more than they bring.
    """

    def __init__(self, certificates: ssl.SSLContext, *, connections: int) -> None:
        self._turns = asyncio.Semaphore(connections)
        self.client = httpx.AsyncClient(
            auth=NO_AUTH,
            limits=httpx.Limits(
                max_connections=connections,
                max_keepalive_connections=connections,
                keepalive_expiry=30.0,
            ),
            verify=certificates,
            mounts=_LOOPBACK_MOUNTS,
            follow_redirects=False,
            trust_env=True,
        )
        self.client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; see `httpx.AsyncClient.send`."""
        await self._turns.acquire()
        try:
            response = await self.client.send(request, stream=True)
        except BaseException:
            self._turns.release()
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - asked so
        response.stream = _Turn(response.stream, self._turns.release)
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        await self.client.aclose()


class _Turn(httpx.AsyncByteStream):
    """A body whose end lets the next request begin."""

    def __init__(self, body: httpx.AsyncByteStream, end: Callable[[], None]) -> None:
        self._body = body
        self._end = end

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._body.__aiter__()

    async def aclose(self) -> None:
        """Let go of the body; httpx asks for it once."""
        try:
            await self._body.aclose()
        finally:
            self._end()
