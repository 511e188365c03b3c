"""An HTTP/2 connection (RFC 9113) for requests: many streams, bounded by windows."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from rehydrate_tui.github.wire import frames
from rehydrate_tui.github.wire.failures import (
    MalformedError,
    StaleConnectionError,
    UnprocessedError,
)
from rehydrate_tui.github.wire.frames import Frame, FrameReader
from rehydrate_tui.github.wire.header_blocks import (
    LARGEST_HEAD,
    HeadDecoder,
    HeadEncoder,
)
from rehydrate_tui.github.wire.http2_stream import STREAM_WINDOW, Http2Stream
from rehydrate_tui.github.wire.link import Link
from rehydrate_tui.github.wire.requests import Outgoing

MOST_STREAMS = 100
"""What a peer is expected to allow, and enough of them for one connection."""

# Answers to what a peer asks, PING after PING, that it does not read.
_MOST_UNSENT = 2**20
_LAST_STREAM_ID = 2**31 - 1
# An update for every so many of a window keeps the peer sending and the line free.
_REPORT_AFTER = 4


class Http2Connection:
    """Carries exchanges over one link.

    Args:
        link: connected, with `h2` agreed on.
        window: unread bytes that all streams together may hold.
        on_change: called when there is room for a stream again, or an end to them.
    """

    is_shared = True
    """Carries many exchanges at once."""

    def __init__(self, link: Link, window: int, on_change: Callable[[], None]) -> None:
        self._link = link
        self._window = self._receive_window = window
        self._on_change = on_change
        self._frames = FrameReader()
        self._encoder = HeadEncoder()
        self._decoder = HeadDecoder()
        self._streams: dict[int, Http2Stream] = {}
        self._changed: set[Http2Stream] = set()
        self._reserved = 0
        self._next_id = 1
        self._most_streams = MOST_STREAMS
        self._send_window = self._initial_window = frames.DEFAULT_WINDOW
        self._largest_frame = frames.DEFAULT_FRAME_SIZE
        self._unreported = 0
        self._block: tuple[int, int, bytearray] | None = None
        self._has_answered = False
        self._is_leaving = False
        self.heard_at = self.idle_since = link.now()
        link.send(frames.PREFACE + frames.settings_frame(_OUR_SETTINGS))
        link.send(frames.window_frame(0, window - frames.DEFAULT_WINDOW))
        link.watch(self._readable)

    @property
    def load(self) -> int:
        """How many exchanges it carries, or is about to."""
        return len(self._streams) + self._reserved

    @property
    def has_room(self) -> bool:
        """Whether it takes one more."""
        return self.is_usable and self.load < self._most_streams

    @property
    def is_usable(self) -> bool:
        """Whether it will ever take one again."""
        return not self._is_leaving and not self._link.is_closed

    def now(self) -> float:
        """Return the time in seconds."""
        return self._link.now()

    def reserve(self) -> None:
        """Keep room for an exchange that comes in a moment."""
        self._reserved += 1

    def release(self) -> None:
        """Give back the room: the exchange does not come."""
        self._reserved -= 1
        self._made_room()

    async def exchange(self, request: Outgoing) -> httpx.Response:
        """Send a request in the room that was kept for it; return the response.

        Raises:
            UnprocessedError: the peer did not act on it.
            StaleConnectionError: the connection ended before any answer.
            httpx.TransportError: it failed otherwise.
        """
        self._reserved -= 1
        if not self.is_usable:
            raise UnprocessedError("The connection has ended.")
        stream = self._open(request)
        try:
            if request.content:
                await self._send_content(stream, request)
            await stream.wait_for_head()
        except BaseException:
            await stream.aclose()
            raise
        return httpx.Response(
            stream.status,
            headers=stream.headers,
            stream=stream,
            extensions={"http_version": b"HTTP/2"},
        )

    def consumed(self, stream: Http2Stream, count: int) -> None:
        """Let the peer send so many bytes more, on the connection and on a stream."""
        self._credit(count)
        if stream.is_ended:
            return
        stream.unreported += count
        # A stream that is nearly alone may use what the others leave.
        window = max(STREAM_WINDOW, self._window // max(1, len(self._streams)))
        grant = window - stream.receive_window - stream.unread
        if grant * _REPORT_AFTER >= STREAM_WINDOW:
            stream.receive_window += grant
            self._link.send(frames.window_frame(stream.stream_id, grant))

    def abandon(self, stream: Http2Stream) -> None:
        """Reset a stream whose rest nobody reads."""
        self._credit(stream.unread)
        stream.unread = 0
        if self._streams.pop(stream.stream_id, None) is not None:
            self._link.send(frames.reset_frame(stream.stream_id, frames.CANCEL))
            self._made_room()

    def close(self) -> None:
        """Say goodbye and let go of the connection."""
        if not self._link.is_closed:
            self._end(httpx.ReadError("The connection was closed."), goodbye=0)

    def _open(self, request: Outgoing) -> Http2Stream:
        stream_id = self._next_id
        self._next_id += 2
        if self._next_id > _LAST_STREAM_ID:
            self._is_leaving = True
        stream = Http2Stream(self, stream_id, request, send_window=self._initial_window)
        self._streams[stream_id] = stream
        block = self._encoder.encode(request)
        flags = 0 if request.content else frames.END_STREAM
        size = self._largest_frame
        pieces = [block[at : at + size] for at in range(0, len(block), size)]
        for number, piece in enumerate(pieces):
            kind = frames.CONTINUATION if number else frames.HEADERS
            last = frames.END_HEADERS if number == len(pieces) - 1 else 0
            first = 0 if number else flags
            self._link.send(frames.frame(kind, first | last, stream_id, piece))
        return stream

    async def _send_content(self, stream: Http2Stream, request: Outgoing) -> None:
        left = memoryview(request.content)
        while left and not stream.is_ended:
            size = min(
                len(left), self._send_window, stream.send_window, self._largest_frame
            )
            if size > 0:
                flags = frames.END_STREAM if size == len(left) else 0
                piece, left = bytes(left[:size]), left[size:]
                self._send_window -= size
                stream.send_window -= size
                self._link.send(
                    frames.frame(frames.DATA, flags, stream.stream_id, piece)
                )
            elif not await stream.bell.wait(request.write_seconds):
                raise httpx.WriteTimeout("The request was not taken in time.")

    def _readable(self) -> None:
        room = self._frames.room()
        count, is_over = self._link.receive(room)
        try:
            for received in self._frames.take(count):
                self._handle(received)
            if self._link.unsent > _MOST_UNSENT:
                raise MalformedError("answers are asked for and not read", frames.TOO_MUCH)
        except MalformedError as error:
            failure = httpx.RemoteProtocolError(f"The peer breaks HTTP/2: {error}.")
            self._end(failure, goodbye=error.code)
            return
        for stream in self._changed:
            stream.bell.ring()
        self._changed.clear()
        if is_over:
            self._lost()
        elif count == len(room):
            self._link.look_again()

    def _lost(self) -> None:
        words = "The connection ended before the response was complete."
        if self._has_answered:
            self._end(StaleConnectionError(words))
        else:
            self._end(httpx.RemoteProtocolError(words))

    def _end(self, error: httpx.TransportError, *, goodbye: int | None = None) -> None:
        """Close, and let all exchanges fail; each gets an exception of its own."""
        if goodbye is not None:
            self._link.send(frames.goaway_frame(goodbye))
            self._link.flush()
        self._link.close()
        streams, self._streams = self._streams, {}
        for stream in streams.values():
            if stream.status and isinstance(error, StaleConnectionError):
                stream.fail(httpx.RemoteProtocolError(str(error)))
            else:
                stream.fail(type(error)(str(error)))
        self._on_change()

    def _handle(self, received: Frame) -> None:
        kind, stream_id = received.kind, received.stream_id
        if self._block is not None and (
            kind != frames.CONTINUATION or stream_id != self._block[0]
        ):
            raise MalformedError("a header block is interrupted")
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(self, received)

    def _on_data(self, received: Frame) -> None:
        size = len(received.payload)
        self._receive_window -= size
        if self._receive_window < 0:
            raise MalformedError("the window is overrun", frames.FLOW_CONTROL_ERROR)
        stream = self._known(received.stream_id)
        data = bytes(frames.unpadded(received))
        if stream is None:
            self._credit(size)
            return
        self._credit(size - len(data))
        stream.data_arrived(data, size)
        if data:
            self.heard_at = self._link.now()
        if received.flags & frames.END_STREAM:
            self._finished(stream)
        self._changed.add(stream)

    def _on_headers(self, received: Frame) -> None:
        block = bytearray(frames.unpadded(received))
        self._block = received.stream_id, received.flags, block
        if received.flags & frames.END_HEADERS:
            self._block_arrived()

    def _on_continuation(self, received: Frame) -> None:
        if self._block is None:
            raise MalformedError("a header block goes on that never began")
        block = self._block[2]
        block += received.payload
        if len(block) > LARGEST_HEAD or not received.payload:
            raise MalformedError("a header block is too large", frames.TOO_MUCH)
        if received.flags & frames.END_HEADERS:
            self._block_arrived()

    def _block_arrived(self) -> None:
        assert self._block is not None  # noqa: S101 - both callers have seen it
        stream_id, flags, block = self._block
        self._block = None
        # Decoded whoever it is for: the tables of both sides must stay the same.
        fields = self._decoder.decode(bytes(block))
        stream = self._known(stream_id)
        if stream is None:
            return
        is_last = bool(flags & frames.END_STREAM)
        stream.head_arrived(fields, is_last=is_last)
        if stream.status:
            self._has_answered = True
            self.heard_at = self._link.now()
        if is_last:
            self._finished(stream)

    def _on_reset(self, received: Frame) -> None:
        (code,) = frames.numbers(received, 1)
        stream = self._known(received.stream_id)
        if stream is None:
            return
        del self._streams[stream.stream_id]
        is_refused = code == frames.REFUSED_STREAM and not stream.status
        kind = UnprocessedError if is_refused else httpx.RemoteProtocolError
        stream.fail(kind(f"The peer reset the stream (code {code})."))
        self._made_room()

    def _on_settings(self, received: Frame) -> None:
        found = frames.settings_of(received)
        if received.flags & frames.ACK:
            return
        self._most_streams = min(
            MOST_STREAMS, found.get(frames.MAX_CONCURRENT_STREAMS, self._most_streams)
        )
        self._largest_frame = found.get(frames.MAX_FRAME_SIZE, self._largest_frame)
        window = found.get(frames.INITIAL_WINDOW_SIZE, self._initial_window)
        grown, self._initial_window = window - self._initial_window, window
        for stream in self._streams.values():
            stream.send_window += grown
            stream.bell.ring()
        self._link.send(frames.frame(frames.SETTINGS, frames.ACK, 0))
        self._made_room()

    def _on_push(self, received: Frame) -> None:
        del received
        raise MalformedError("it pushes, which it was told not to")

    def _on_ping(self, received: Frame) -> None:
        frames.numbers(received, 2)
        if not received.flags & frames.ACK:
            answer = bytes(received.payload)
            self._link.send(frames.frame(frames.PING, frames.ACK, 0, answer))

    def _on_goaway(self, received: Frame) -> None:
        last_id, code = frames.numbers(
            received._replace(payload=received.payload[:8]), 2
        )
        self._is_leaving = True
        words = f"The peer takes no more requests (code {code})."
        for stream in [each for each in self._streams.values()]:
            if stream.stream_id > last_id & frames.LARGEST_WINDOW:
                del self._streams[stream.stream_id]
                stream.fail(UnprocessedError(words))
        self._made_room()

    def _on_window(self, received: Frame) -> None:
        (count,) = frames.numbers(received, 1)
        count &= frames.LARGEST_WINDOW
        if not received.stream_id:
            self._send_window += count
            self._changed.update(self._streams.values())
        elif (stream := self._known(received.stream_id)) is not None:
            stream.send_window += count
            self._changed.add(stream)
        if not count or self._send_window > frames.LARGEST_WINDOW:
            raise MalformedError("a window is wrong", frames.FLOW_CONTROL_ERROR)

    def _known(self, stream_id: int) -> Http2Stream | None:
        """Return a stream; None if it has ended already.

        Raises:
            MalformedError: we never opened it.
        """
        if not stream_id % 2 or stream_id >= self._next_id:
            raise MalformedError("a frame is for a stream that was never opened")
        return self._streams.get(stream_id)

    def _finished(self, stream: Http2Stream) -> None:
        del self._streams[stream.stream_id]
        stream.end()
        self._made_room()

    def _made_room(self) -> None:
        if not self._streams:
            self.idle_since = self._link.now()
            if self._is_leaving and not self._reserved:
                self._link.close()
        self._on_change()

    def _credit(self, count: int) -> None:
        """Count bytes that nobody holds any more, and report many of them at once."""
        self._unreported += count
        if self._unreported * _REPORT_AFTER >= self._window and not self._link.is_closed:
            self._receive_window += self._unreported
            self._link.send(frames.window_frame(0, self._unreported))
            self._unreported = 0


_OUR_SETTINGS = {
    frames.HEADER_TABLE_SIZE: 0,
    frames.ENABLE_PUSH: 0,
    frames.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
    frames.MAX_HEADER_LIST_SIZE: LARGEST_HEAD,
}
_HANDLERS: dict[int, Callable[[Http2Connection, Frame], None]] = {
    frames.DATA: Http2Connection._on_data,
    frames.HEADERS: Http2Connection._on_headers,
    frames.RST_STREAM: Http2Connection._on_reset,
    frames.SETTINGS: Http2Connection._on_settings,
    frames.PUSH_PROMISE: Http2Connection._on_push,
    frames.PING: Http2Connection._on_ping,
    frames.GOAWAY: Http2Connection._on_goaway,
    frames.WINDOW_UPDATE: Http2Connection._on_window,
    frames.CONTINUATION: Http2Connection._on_continuation,
}
