"""The transport under httpx: an origin's pool, and the tries that are safe to repeat."""

from __future__ import annotations

import ssl
from functools import partial

import httpx

from rehydrate_tui.github.wire.dialing import dial
from rehydrate_tui.github.wire.failures import StaleConnectionError, UnprocessedError
from rehydrate_tui.github.wire.pool import Pool
from rehydrate_tui.github.wire.requests import prepare

MOST_CONNECTIONS = 8
"""To one host, whatever is asked for: more of them are a burden to it, and slower."""

# A server that says goodbye after so many requests can meet one of them several times.
_TRIES = 8
_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]


class WireTransport(httpx.AsyncBaseTransport):
    """Sends requests over few connections; belongs to the loop that uses it first.

    Args:
        certificates: whom to trust; ALPN is set on it.
        connections: to one host at once, when it speaks HTTP/2.
    """

    def __init__(self, certificates: ssl.SSLContext, *, connections: int = 4) -> None:
        self._certificates = certificates
        self._most = min(connections, MOST_CONNECTIONS)
        self._pools: dict[Origin, Pool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of the response is read while it arrives.

        Raises:
            httpx.TransportError: there is no response.
            httpx.UnsupportedProtocol: the address is neither https nor http.
        """
        pool = self._pool(request.url)
        outgoing = await prepare(request)
        timeout = request.extensions.get("timeout", {})
        may_be_stale = outgoing.is_safe
        for is_last in (False,) * (_TRIES - 1) + (True,):
            connection = await pool.borrow(timeout.get("connect"), timeout.get("pool"))
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
        for pool in self._pools.values():
            await pool.aclose()

    def _pool(self, url: httpx.URL) -> Pool:
        port = url.port or _PORTS.get(url.scheme)
        if port is None:
            raise httpx.UnsupportedProtocol(f"“{url.scheme}” is not spoken here.")
        host = url.raw_host.decode("ascii")
        pool = self._pools.get((url.scheme, host, port))
        if pool is None:
            trust = self._certificates if url.scheme == "https" else None
            pool = Pool(partial(dial, host, port, trust), self._most)
            self._pools[url.scheme, host, port] = pool
        return pool
