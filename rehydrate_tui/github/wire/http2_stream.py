"""One exchange on an HTTP/2 connection: its head, and its body as it is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import httpx

from rehydrate_tui.github.wire.failures import MalformedError
from rehydrate_tui.github.wire.frames import FLOW_CONTROL_ERROR
from rehydrate_tui.github.wire.head_decoder import Headers, head_of
from rehydrate_tui.github.wire.requests import Outgoing
from rehydrate_tui.github.wire.waiting import Bell

STREAM_WINDOW = 2**20
"""Unread bytes that a stream may hold."""

# Heads may queue behind the bodies of other streams, but not for ever.
_HEAD_PATIENCE = 4
_FIRST_FINAL = 200
_BODILESS = frozenset({204, 304})


class Carrier(Protocol):
    """The connection, as its streams see it."""

    def consumed(self, stream: Http2Stream, count: int) -> None:
        """Let the peer send so many bytes more."""
        ...

    def abandon(self, stream: Http2Stream) -> None:
        """Tell the peer that nobody reads the rest."""
        ...

    def now(self) -> float:
        """Return the time in seconds."""
        ...

    @property
    def heard_at(self) -> float:
        """When any stream received something last."""
        ...


class Http2Stream(httpx.AsyncByteStream):
    """What has arrived of a response, until somebody reads it."""

    def __init__(
        self, carrier: Carrier, stream_id: int, request: Outgoing, *, send_window: int
    ) -> None:
        self.stream_id = stream_id
        self.bell = Bell()
        self.send_window = send_window
        self.receive_window = STREAM_WINDOW
        self.unread = 0
        self.status = 0
        self.headers: Headers = []
        self.is_ended = False
        self._carrier = carrier
        self._seconds = request.read_seconds
        self._is_head_request = request.method == "HEAD"
        self._arriving: list[memoryview] = []
        self._chunks: list[bytes] = []
        self._error: httpx.TransportError | None = None
        self._expected: int | None = None
        self._is_closed = False

    def head_arrived(self, fields: Headers, *, is_last: bool) -> None:
        """Take a decoded header block: of the response, an interim one, or trailers.

        Raises:
            MalformedError: it may not stand here.
        """
        if not self.status:
            status, headers = head_of(fields)
            if status < _FIRST_FINAL and not is_last:
                return
            self.status, self.headers = status, headers
            self._expected = self._promised(headers)
        elif not is_last:
            raise MalformedError("trailers do not end their stream")
        self.bell.ring()

    def data_arrived(self, data: memoryview, size: int) -> None:
        """Take a part of the body; `size` is what it costs of the window.

        Raises:
            MalformedError: it comes before the head, or is more than was allowed.
        """
        if not self.status:
            raise MalformedError("a body comes before its head")
        self.receive_window -= size
        if self.receive_window < 0:
            raise MalformedError("a stream overruns its window", FLOW_CONTROL_ERROR)
        if data:
            self._arriving.append(data)
            self.unread += len(data)
            if self._expected is not None:
                self._expected -= len(data)

    def hand_over(self) -> None:
        """Copy what has arrived out of the buffer of the connection, for the reader."""
        if self._arriving and not self._is_closed:
            self._chunks.append(b"".join(self._arriving))
        self._arriving.clear()
        self.bell.ring()

    def end(self) -> None:
        """Note that the response is complete, unless its length says otherwise."""
        self.is_ended = True
        if self._expected:
            self.fail(httpx.RemoteProtocolError("The length of a body is wrong."))

    def fail(self, error: httpx.TransportError) -> None:
        """End with an error, which is raised after what has arrived was read."""
        self.is_ended = True
        self._error = self._error or error
        self.bell.ring()

    async def wait_for_head(self) -> None:
        """Wait until the status is known.

        Raises:
            httpx.TransportError: it does not come.
        """
        last = None
        if self._seconds is not None:
            last = self._carrier.now() + _HEAD_PATIENCE * self._seconds
        while not self.status and self._error is None:
            await self._wait(last)
        if self._error is not None and not self._chunks:
            raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            if self._chunks:
                chunks, self._chunks = self._chunks, []
                data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
                chunks.clear()
                self.unread = 0
                self._carrier.consumed(self, len(data))
                yield data
            elif self._error is not None:
                raise self._error
            elif self.is_ended:
                return
            else:
                await self._wait()

    async def aclose(self) -> None:
        """Give up what was not read."""
        if not self._is_closed:
            self._is_closed = True
            self._chunks.clear()
            self._carrier.abandon(self)

    async def _wait(self, last: float | None = None) -> None:
        """Wait for something to arrive, at the longest until `last`.

        The peer is silent only if it sends nothing to the other streams either: on a
        slow line they take turns.
        """
        left = self._seconds
        while not await self.bell.wait(left):
            now = self._carrier.now()
            left = (self._seconds or 0.0) - (now - self._carrier.heard_at)
            if left <= 0 or (last is not None and now >= last):
                raise httpx.ReadTimeout("Nothing arrived for too long.")

    def _promised(self, headers: Headers) -> int | None:
        if self._is_head_request or self.status in _BODILESS:
            return None
        lengths = {value for name, value in headers if name == b"content-length"}
        if len(lengths) != 1 or not (length := lengths.pop()).isdigit():
            return None
        return int(length)
