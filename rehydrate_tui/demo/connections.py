"""The client connections of the server, so that they can be ended from inside."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

Peer = tuple[str, int]


class Connections:
    """Every open connection by the client's address."""

    def __init__(self) -> None:
        self._transports: weakref.WeakValueDictionary[Peer, asyncio.Transport] = (
            weakref.WeakValueDictionary()
        )

    def remember(self, transport: asyncio.Transport) -> None:
        """Take up a new connection; it is forgotten when it ends."""
        peer = transport.get_extra_info("peername")
        self._transports[peer[:2]] = transport

    def reset(self, peer: Peer) -> None:
        """End one connection at once."""
        transport = self._transports.get(peer)
        if transport is not None:
            transport.abort()

    def close_after_flush(self, peer: Peer) -> None:
        """End one connection when what is buffered has been sent."""
        transport = self._transports.get(peer)
        if transport is not None:
            transport.close()

    def reset_all(self) -> None:
        """End every connection at once."""
        for transport in list(self._transports.values()):
            transport.abort()


class TrackingLoop(asyncio.SelectorEventLoop):
    """An event loop whose server connections are remembered.

    Neither ASGI nor hypercorn lets an application end its connection.
    """

    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    async def create_server(
        self,
        protocol_factory: Any,  # noqa: ANN401 - asyncio's own, only passed on
        *args: Any,  # noqa: ANN401 - asyncio's own
        **options: Any,  # noqa: ANN401 - asyncio's own
    ) -> Any:  # noqa: ANN401 - asyncio's own
        """Create a server whose connections are remembered."""

        def tracked() -> Any:  # noqa: ANN401 - asyncio's own
            protocol = protocol_factory()
            connected = protocol.connection_made

            def connection_made(transport: asyncio.Transport) -> None:
                self._connections.remember(transport)
                connected(transport)

            protocol.connection_made = connection_made
            return protocol

        return await super().create_server(tracked, *args, **options)
