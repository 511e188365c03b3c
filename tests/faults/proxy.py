"""A forward proxy on loopback: tunnels by CONNECT, forwards absolute addresses."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_END_OF_HEAD = b"\r\n\r\n"


@dataclass
class ForwardProxy:
    """Leads made-up host names to ports of this machine, and keeps what it could read.

    Args:
        ports: where each `host:port` really is.
        refusal: a status line to answer with instead.
    """

    ports: Mapping[str, int]
    refusal: bytes = b""
    heads: list[bytes] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def running(self) -> Iterator[ForwardProxy]:
        """Serve inside a with block, in a thread of its own."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(self._start(), loop).result()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            head = await reader.readuntil(_END_OF_HEAD)
            self.heads.append(head)
            if self.refusal:
                writer.write(self.refusal + b"\r\ncontent-length: 0" + _END_OF_HEAD)
                await writer.drain()
                return
            await self._lead(head, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _lead(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, target, _ = head.split(b" ", 2)
        is_tunnel = method == b"CONNECT"
        where = target.decode() if is_tunnel else urlsplit(target.decode()).netloc
        upstream = await asyncio.open_connection("127.0.0.1", self.ports[where])
        if is_tunnel:
            writer.write(b"HTTP/1.1 200 Connection established" + _END_OF_HEAD)
        else:
            path = target.split(b"/", 3)[3]
            # One request a connection is enough for a test.
            once = head.replace(target, b"/" + path, 1)
            upstream[1].write(once.replace(b"keep-alive", b"close"))
        try:
            await asyncio.gather(_pump(reader, upstream[1]), _pump(upstream[0], writer))
        finally:
            upstream[1].close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    current = asyncio.current_task()
    tasks = [task for task in asyncio.all_tasks() if task is not current]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
