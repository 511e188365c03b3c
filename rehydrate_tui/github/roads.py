"""Which transport a client uses: our own, or httpx's where that knows more.

Ours speaks to hosts directly. Proxies are httpx's business, with all their variables,
as are loops that cannot watch sockets: those of Windows.
"""

from __future__ import annotations

import ssl
import sys
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
    """A client of httpx as a transport: proxies, but no cookies, redirects or netrc."""

    def __init__(self, certificates: ssl.SSLContext, *, connections: int) -> None:
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
        return await self.client.send(request, stream=True)

    async def aclose(self) -> None:
        """Close all connections."""
        await self.client.aclose()
