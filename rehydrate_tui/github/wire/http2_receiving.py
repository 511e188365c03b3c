"""What an HTTP/2 connection receives: each kind of frame, and what it may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import httpx

from rehydrate_tui.github.wire import frames
from rehydrate_tui.github.wire.failures import MalformedError, UnprocessedError
from rehydrate_tui.github.wire.frames import Frame
from rehydrate_tui.github.wire.head_decoder import Block, HeadDecoder
from rehydrate_tui.github.wire.http2_sending import Sender
from rehydrate_tui.github.wire.http2_stream import Http2Stream

MOST_STREAMS = 100
"""What a peer is expected to allow, and enough of them for one connection."""

_GOAWAY_SIZE = 8


class Owner(Protocol):
    """The connection, as its receiver sees it."""

    streams: dict[int, Http2Stream]
    next_id: int
    receive_window: int
    most_streams: int
    has_answered: bool
    is_leaving: bool
    heard_at: float

    def now(self) -> float:
        """Return the time in seconds."""
        ...

    def send(self, data: bytes) -> None:
        """Send frames."""
        ...

    def credit(self, count: int) -> None:
        """Count bytes that nobody holds any more."""
        ...

    def made_room(self) -> None:
        """Note that a stream has ended."""
        ...


class Receiver:
    """Hands frames to the streams that they are for."""

    def __init__(self, owner: Owner, sender: Sender) -> None:
        self._owner = owner
        self._sender = sender
        self._decoder = HeadDecoder()
        self._block: Block | None = None
        self._fed: set[Http2Stream] = set()

    def handle(self, received: Frame) -> None:
        """Act on one frame; unknown kinds are ignored (RFC 9113 §4.1).

        Raises:
            MalformedError: it may not be sent like this.
        """
        if self._block is not None:
            self._block.go_on(received)
            self._if_complete(self._block)
            return
        handler = _HANDLERS.get(received.kind)
        if handler is not None:
            handler(self, received)

    def hand_over(self) -> None:
        """Wake the readers of what has arrived, before its buffer is used again."""
        for stream in self._fed:
            stream.hand_over()
        self._fed.clear()

    def data(self, received: Frame) -> None:
        """DATA: a part of a body."""
        size = len(received.payload)
        self._owner.receive_window -= size
        if self._owner.receive_window < 0:
            raise MalformedError("the window is overrun", frames.FLOW_CONTROL_ERROR)
        payload = frames.unpadded(received)
        stream = self._known(received.stream_id)
        if stream is None:
            self._owner.credit(size)
            return
        stream.data_arrived(payload, size)
        self._fed.add(stream)
        if payload:
            self._owner.heard_at = self._owner.now()
        if size > len(payload):
            self._owner.credit(size - len(payload))
        if received.flags & frames.END_STREAM:
            self._finish(stream)

    def headers(self, received: Frame) -> None:
        """HEADERS: a head, or the first part of it."""
        self._if_complete(Block(received))

    def continuation(self, received: Frame) -> None:
        """CONTINUATION, of nothing."""
        del received
        raise MalformedError("a header block goes on that never began")

    def reset(self, received: Frame) -> None:
        """RST_STREAM: the peer gives up, or never began."""
        (code,) = frames.numbers(received, 1)
        stream = self._known(received.stream_id)
        if stream is None:
            return
        is_refused = code == frames.REFUSED_STREAM and not stream.status
        kind = UnprocessedError if is_refused else httpx.RemoteProtocolError
        del self._owner.streams[stream.stream_id]
        stream.fail(kind(f"The peer reset the stream (code {code})."))
        self._owner.made_room()

    def settings(self, received: Frame) -> None:
        """SETTINGS: how many streams, how large windows and frames."""
        found = frames.settings_of(received)
        if received.flags & frames.ACK:
            return
        asked = found.get(frames.MAX_CONCURRENT_STREAMS, self._owner.most_streams)
        self._owner.most_streams = min(MOST_STREAMS, asked)
        self._sender.adjust(found, self._owner.streams.values())
        self._owner.send(frames.frame(frames.SETTINGS, frames.ACK, 0))
        self._owner.made_room()

    def push(self, received: Frame) -> None:
        """PUSH_PROMISE, which our settings forbid."""
        del received
        raise MalformedError("it pushes, which it was told not to")

    def ping(self, received: Frame) -> None:
        """PING: is somebody there?"""
        frames.numbers(received, 2)
        if not received.flags & frames.ACK:
            answer = bytes(received.payload)
            self._owner.send(frames.frame(frames.PING, frames.ACK, 0, answer))

    def goaway(self, received: Frame) -> None:
        """GOAWAY: streams above the last one were not acted on, the others finish."""
        beginning = received._replace(payload=received.payload[:_GOAWAY_SIZE])
        last_id, code = frames.numbers(beginning, 2)
        last_id &= frames.LARGEST_WINDOW
        self._owner.is_leaving = True
        words = f"The peer takes no more requests (code {code})."
        for stream in list(self._owner.streams.values()):
            if stream.stream_id > last_id:
                del self._owner.streams[stream.stream_id]
                stream.fail(UnprocessedError(words))
        self._owner.made_room()

    def window(self, received: Frame) -> None:
        """WINDOW_UPDATE: the peer takes more of the bodies of requests."""
        (count,) = frames.numbers(received, 1)
        count &= frames.LARGEST_WINDOW
        if received.stream_id:
            stream = self._known(received.stream_id)
            if stream is not None:
                self._sender.widen(count, stream)
            return
        self._sender.widen(count)
        for stream in self._owner.streams.values():
            stream.bell.ring()

    def _if_complete(self, block: Block) -> None:
        self._block = None if block.is_complete else block
        if not block.is_complete:
            return
        # Decoded whoever it is for: the tables of both sides must stay the same.
        fields = self._decoder.decode(block.data)
        stream = self._known(block.stream_id)
        if stream is None:
            return
        is_last = bool(block.flags & frames.END_STREAM)
        stream.head_arrived(fields, is_last=is_last)
        if stream.status:
            self._owner.has_answered = True
            self._owner.heard_at = self._owner.now()
        if is_last:
            self._finish(stream)

    def _finish(self, stream: Http2Stream) -> None:
        del self._owner.streams[stream.stream_id]
        stream.end()
        self._owner.made_room()

    def _known(self, stream_id: int) -> Http2Stream | None:
        """Return a stream; None if it has ended already.

        Raises:
            MalformedError: we never opened it.
        """
        if not stream_id % 2 or stream_id >= self._owner.next_id:
            raise MalformedError("a frame is for a stream that was never opened")
        return self._owner.streams.get(stream_id)


_HANDLERS: dict[int, Callable[[Receiver, Frame], None]] = {
    frames.DATA: Receiver.data,
    frames.HEADERS: Receiver.headers,
    frames.RST_STREAM: Receiver.reset,
    frames.SETTINGS: Receiver.settings,
    frames.PUSH_PROMISE: Receiver.push,
    frames.PING: Receiver.ping,
    frames.GOAWAY: Receiver.goaway,
    frames.WINDOW_UPDATE: Receiver.window,
    frames.CONTINUATION: Receiver.continuation,
}
