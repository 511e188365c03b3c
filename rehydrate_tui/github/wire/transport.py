"""The transport under httpx: an origin's pool, and the tries that are safe to repeat."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from functools import partial

import httpx

from rehydrate_tui.github.wire.dialing import BOTH, ONE_AT_A_TIME, dial
from rehydrate_tui.github.wire.failures import StaleConnectionError, UnprocessedError
from rehydrate_tui.github.wire.pool import Connection, Pool
from rehydrate_tui.github.wire.requests import prepare

MOST_CONNECTIONS = 8
"""To one host, whatever is asked for: more of them are a burden to it, and slower."""

# A server that says goodbye after so many requests can meet one of them several times.
_TRIES = 8
_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]

LARGE_BODY = "large_body"
"""An extension of a request whose answer is worth a connection of its own: framing and
windows of HTTP/2 cost more than the bytes, and HTTP/1.1 has neither."""


class WireTransport(httpx.AsyncBaseTransport):
    """Sends requests over few connections; belongs to the loop that uses it first.

    Args:
        certificates: whom to trust; ALPN is set on it.
        connections: to one host at once, when it speaks HTTP/2; as many more for large
            bodies, and twice as many in all when it does not.
    """

    def __init__(self, certificates: ssl.SSLContext, *, connections: int = 4) -> None:
        self._certificates = certificates
        self._most = min(connections, MOST_CONNECTIONS // 2)
        self._pools: dict[Origin, Pool] = {}
        self._large: dict[Origin, Pool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of the response is read while it arrives.

        Raises:
            httpx.TransportError: there is no response.
            httpx.UnsupportedProtocol: the address is neither https nor http.
        """
        outgoing = await prepare(request)
        may_be_stale = outgoing.is_safe
        for is_last in (False,) * (_TRIES - 1) + (True,):
            connection = await self._borrow(request)
            try:
                return await connection.exchange(outgoing)
            except UnprocessedError:
                if is_last:
                    raise
            except StaleConnectionError:
                if is_last or not may_be_stale:
                    raise
                may_be_stale = False
        raise AssertionError  # pragma: no cover - the last try returns or raises

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in (*self._pools.values(), *self._large.values()):
            await pool.aclose()

    async def _borrow(self, request: httpx.Request) -> Connection:
        timeout = request.extensions.get("timeout", {})
        seconds = timeout.get("connect"), timeout.get("pool")
        origin = _origin_of(request.url)
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = self._make(origin, BOTH)
        # Without TLS, or where HTTP/2 is not spoken, all connections are of that kind.
        if (
            LARGE_BODY in request.extensions
            and origin[0] == "https"
            and pool.is_shared is not False
        ):
            try:
                return await self._large_pool(origin, pool).borrow(*seconds)
            except httpx.ConnectError:
                # A host may speak HTTP/2 alone, and end the handshake.
                pass
        return await pool.borrow(*seconds)

    def _large_pool(self, origin: Origin, other: Pool) -> Pool:
        if origin not in self._large:
            # Both together stay below what a host bears.
            other.most_alone = self._most
            self._large[origin] = self._make(origin, ONE_AT_A_TIME)
        return self._large[origin]

    def _make(self, origin: Origin, protocols: Sequence[str]) -> Pool:
        scheme, host, port = origin
        trust = self._certificates if scheme == "https" else None
        most_alone = 2 * self._most if protocols is BOTH else self._most
        dialing = partial(dial, host, port, trust, protocols)
        return Pool(dialing, self._most, most_alone)


def _origin_of(url: httpx.URL) -> Origin:
    port = url.port or _PORTS.get(url.scheme)
    if port is None:
        raise httpx.UnsupportedProtocol(f"“{url.scheme}” is not spoken here.")
    return url.scheme, url.raw_host.decode("ascii"), port
