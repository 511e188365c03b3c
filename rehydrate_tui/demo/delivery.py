"""Responses that send their body in pieces, and the faults that spoil them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from math import ceil

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.request_log import RequestRecord

PIECE = 65_536
_DRIPS_PER_SECOND = 20


class ConnectionCutError(Exception):
    """The answer ends here: a fault says so, the client left, or the server stops."""


Pause = Callable[[float | None], Awaitable[None]]
"""Waits so many seconds, None for ever; raises `ConnectionCutError` when it is over."""


class PiecewiseResponse(Response):
    """A response whose sender waits for a slow reader."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Send the head and then the body piece by piece."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        if scope["method"] != "HEAD":
            for piece in pieces(bytes(self.body)):
                await send(_body(piece, more=True))
        await send(_body(b"", more=False))


class StreamedResponse(Response):
    """A response without a length, made in another thread while it is sent."""

    def __init__(self, headers: dict[str, str], blocks: Iterator[bytes]) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._blocks = blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and then block after block."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        if scope["method"] != "HEAD":
            left = asyncio.ensure_future(_disconnect(receive))
            await self._send_blocks(send, left)
            left.cancel()
        await send(_body(b"", more=False))

    async def _send_blocks(self, send: Send, left: asyncio.Future[None]) -> None:
        while block := await asyncio.to_thread(next, self._blocks, b""):
            for piece in pieces(block):
                await send(_body(piece, more=True))
            if left.done():
                return


def pieces(body: bytes, size: int = PIECE) -> Iterator[bytes]:
    """Split a body without copying it whole."""
    view = memoryview(body)
    for start in range(0, len(body), size):
        yield bytes(view[start : start + size])


class Delivery:
    """Stands between an origin and the socket: counts, and carries out a fault."""

    def __init__(
        self, send: Send, record: RequestRecord, fault: Fault, pause: Pause, method: str
    ) -> None:
        self._send = send
        self._record = record
        self._fault = fault
        self._pause = pause
        self._counts = method != "HEAD"
        self._passed = 0

    async def send(self, message: Message) -> None:
        """Pass on one message of the origin, spoilt as the fault asks."""
        if message["type"] == "http.response.start":
            self._record.status = int(message["status"])
            self._rewrite_head(message)
            await self._send(message)
            return
        body: bytes = message.get("body", b"")
        for piece in self._drips(self._spoil(body)):
            await self._send_piece(piece)
        if not message.get("more_body", False):
            await self._finish()

    async def _finish(self) -> None:
        padding = (self._fault.length or 0) - self._passed
        if padding > 0:
            await self._send_piece(b"\0" * padding)
        await self._send(_body(b"", more=False))

    async def _send_piece(self, piece: bytes) -> None:
        fault = self._fault
        if fault.bytes_per_second:
            await self._pause(len(piece) / fault.bytes_per_second)
        for limit in (fault.cut_after, fault.stall_after):
            if limit is not None and self._passed + len(piece) > limit:
                await self._pass_on(piece[: limit - self._passed])
                await self._give_up()
        await self._pass_on(piece)

    async def _give_up(self) -> None:
        if self._fault.stall_after is not None:
            await self._pause(None)
        raise ConnectionCutError

    async def _pass_on(self, piece: bytes) -> None:
        self._passed += len(piece)
        if self._counts:
            self._record.sent_bytes += len(piece)
        if piece:
            await self._send(_body(piece, more=True))

    def _drips(self, body: bytes) -> Iterator[bytes]:
        rate = self._fault.bytes_per_second
        return pieces(
            body, min(PIECE, ceil(rate / _DRIPS_PER_SECOND)) if rate else PIECE
        )

    def _spoil(self, body: bytes) -> bytes:
        if self._fault.length is not None:
            body = body[: max(0, self._fault.length - self._passed)]
        if self._fault.corrupt and body:
            body = bytes([body[0] ^ 0x01]) + body[1:]
        return body

    def _rewrite_head(self, message: Message) -> None:
        fault = self._fault
        headers = MutableHeaders(scope=message)
        for name, value in fault.headers.items():
            headers[name] = value
        if fault.content_type is not None:
            headers["content-type"] = fault.content_type
        if fault.length is not None:
            headers["content-length"] = str(fault.length)


def _body(piece: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": piece, "more_body": more}


class Patience:
    """Waiting that ends early when the server stops or the client leaves."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self._receive: Receive | None = None

    def watch(self, receive: Receive) -> None:
        """From now on notice when the client leaves; its body must be read."""
        self._receive = receive

    async def pause(self, seconds: float | None) -> None:
        """Wait; the end of the server or the client is an exception."""
        events: list[Awaitable[object]] = [self._stopping.wait()]
        if self._receive is not None:
            events.append(_disconnect(self._receive))
        waits = [asyncio.ensure_future(event) for event in events]
        done, pending = await asyncio.wait(
            waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        if done:
            raise ConnectionCutError


async def _disconnect(receive: Receive) -> None:
    message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()
