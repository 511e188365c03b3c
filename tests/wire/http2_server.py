"""Servers for the transport to meet: scripted HTTP/2 by the library h2, and plain bytes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import h2.config
import h2.connection
import h2.events
import h2.settings

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Handler = Callable[[Reader, Writer], Awaitable[None]]
OK = [(":status", "200")]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Serve connections with `handler`; yields the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: Reader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            tasks.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        running = list(tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()


class Peer:
    """The server's side of one HTTP/2 connection, driven by a test."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        self._events: list[h2.events.Event] = []
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        self.h2 = h2.connection.H2Connection(config)

    async def begin(
        self, settings: dict[h2.settings.SettingCodes, int] | None = None
    ) -> None:
        """Say hello, with settings of its own."""
        if settings:
            self.h2.local_settings = h2.settings.Settings(
                client=False, initial_values=settings
            )
        self.h2.initiate_connection()
        await self.flush()

    async def flush(self) -> None:
        """Send what h2 has to say."""
        self._writer.write(self.h2.data_to_send())
        await self._writer.drain()

    async def raw(self, data: bytes) -> None:
        """Send bytes that h2 would not."""
        await self.flush()
        self._writer.write(data)
        await self._writer.drain()

    async def next(self, kind: type[h2.events.Event]) -> h2.events.Event:
        """Wait for an event; those before it are dropped."""
        while True:
            while self._events:
                event = self._events.pop(0)
                if isinstance(event, kind):
                    return event
            data = await self._reader.read(65_536)
            if not data:
                raise ConnectionResetError
            self._events += self.h2.receive_data(data)
            await self.flush()

    async def request(self) -> int:
        """Wait for the end of a request; return its stream."""
        event = await self.next(h2.events.StreamEnded)
        assert isinstance(event, h2.events.StreamEnded)
        assert event.stream_id is not None
        return event.stream_id

    async def answer(self, stream_id: int, body: bytes = b"") -> None:
        """Send a whole response."""
        self.h2.send_headers(stream_id, OK, end_stream=not body)
        if body:
            self.h2.send_data(stream_id, body, end_stream=True)
        await self.flush()

    async def answer_all(self) -> None:
        """Answer whatever comes until the client leaves."""
        while True:
            await self.answer(await self.request(), b"fine")


Script = Callable[[Peer], Awaitable[None]]


class Scripted:
    """A server whose connections follow the scripts in turn; the last one repeats."""

    def __init__(
        self,
        *scripts: Script,
        settings: dict[h2.settings.SettingCodes, int] | None = None,
    ) -> None:
        self._scripts = list(scripts)
        self._settings = settings
        self.connections = 0

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        """Serve one connection."""
        self.connections += 1
        peer = Peer(reader, writer)
        await peer.begin(self._settings)
        script = self._scripts[min(self.connections, len(self._scripts)) - 1]
        await script(peer)
