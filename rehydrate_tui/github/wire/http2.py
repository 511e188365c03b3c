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
from rehydrate_tui.github.wire.head_decoder import LARGEST_HEAD
from rehydrate_tui.github.wire.http2_receiving import MOST_STREAMS, Receiver
from rehydrate_tui.github.wire.http2_sending import Sender
from rehydrate_tui.github.wire.http2_stream import STREAM_WINDOW, Http2Stream
from rehydrate_tui.github.wire.link import Link
from rehydrate_tui.github.wire.requests import Outgoing

# Answers to what a peer asks, PING after PING, and does not read.
_MOST_UNSENT = 2**20
_LAST_STREAM_ID = 2**31 - 1
# An update for every so many parts of a window keeps the peer sending.
_REPORT_AFTER = 4
_OUR_SETTINGS = {
    frames.HEADER_TABLE_SIZE: 0,
    frames.ENABLE_PUSH: 0,
    frames.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
    frames.MAX_HEADER_LIST_SIZE: LARGEST_HEAD,
}


class Http2Connection:
    """Carries exchanges over one link.

    Args:
        link: connected, with `h2` agreed on.
        window: unread bytes that all streams together may hold.
        on_change: called when there is room for a stream again, or an end to them.
    """

    def __init__(self, link: Link, window: int, on_change: Callable[[], None]) -> None:
        self._link = link
        self._window = window
        self._on_change = on_change
        self._frames = frames.FrameReader()
        self._sender = Sender(link)
        self._receiver = Receiver(self, self._sender)
        self._reserved = 0
        self._unreported = 0
        self.next_id = 1
        self.streams: dict[int, Http2Stream] = {}
        self.receive_window = window
        self.most_streams = MOST_STREAMS
        self.has_answered = False
        self.is_leaving = False
        self.heard_at = self.idle_since = link.now()
        link.send(frames.PREFACE + frames.settings_frame(_OUR_SETTINGS))
        link.send(frames.window_frame(0, window - frames.DEFAULT_WINDOW))
        link.watch(self._readable)

    @property
    def load(self) -> int:
        """How many exchanges it carries, or is about to."""
        return len(self.streams) + self._reserved

    @property
    def has_room(self) -> bool:
        """Whether it takes one more."""
        return self.is_usable and self.load < self.most_streams

    @property
    def is_usable(self) -> bool:
        """Whether it will ever take one again."""
        return not self.is_leaving and not self._link.is_closed

    def now(self) -> float:
        """Return the time in seconds."""
        return self._link.now()

    def reserve(self) -> None:
        """Keep room for an exchange that comes in a moment."""
        self._reserved += 1

    def release(self) -> None:
        """Give back the room: the exchange does not come."""
        self._reserved -= 1
        self.made_room()

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
            await self._sender.content(stream, request)
            await stream.wait_for_head()
        except BaseException:
            # Cancelled or failed: nobody else would let go of it.
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
        self.credit(count)
        if stream.is_ended:
            return
        # A stream that is nearly alone may use what the others leave.
        window = max(STREAM_WINDOW, self._window // max(1, len(self.streams)))
        grant = window - stream.receive_window - stream.unread
        if grant * _REPORT_AFTER >= STREAM_WINDOW:
            stream.receive_window += grant
            self.send(frames.window_frame(stream.stream_id, grant))

    def abandon(self, stream: Http2Stream) -> None:
        """Reset a stream whose rest nobody reads."""
        self.credit(stream.unread)
        stream.unread = 0
        if self.streams.pop(stream.stream_id, None) is not None:
            self.send(frames.reset_frame(stream.stream_id, frames.CANCEL))
            self.made_room()

    def credit(self, count: int) -> None:
        """Count bytes that nobody holds any more, and report many of them at once."""
        self._unreported += count
        if self._unreported * _REPORT_AFTER >= self._window:
            self.receive_window += self._unreported
            self.send(frames.window_frame(0, self._unreported))
            self._unreported = 0

    def send(self, data: bytes) -> None:
        """Send frames."""
        self._link.send(data)

    def made_room(self) -> None:
        """Note that a stream has ended; with the last one a farewell is complete."""
        if not self.streams:
            self.idle_since = self.now()
            if self.is_leaving:
                self._link.close()
        self._on_change()

    def close(self) -> None:
        """Say goodbye and let go of the connection."""
        self._end(httpx.ReadError("The connection was closed."), goodbye=0)

    def _open(self, request: Outgoing) -> Http2Stream:
        stream_id = self.next_id
        self.next_id += 2
        self.is_leaving = self.next_id > _LAST_STREAM_ID
        window = self._sender.stream_window
        stream = Http2Stream(self, stream_id, request, send_window=window)
        self.streams[stream_id] = stream
        self._sender.head(stream_id, request)
        return stream

    def _readable(self) -> None:
        room = self._frames.room()
        count, is_over = self._link.receive(room)
        try:
            for received in self._frames.take(count):
                self._receiver.handle(received)
            self._check_unsent()
        except MalformedError as error:
            words = f"The peer breaks HTTP/2: {error}."
            self._end(httpx.RemoteProtocolError(words), goodbye=error.code)
            return
        finally:
            self._receiver.hand_over()
        if is_over:
            words = "The connection ended before the response was complete."
            kind = StaleConnectionError if self.has_answered else None
            self._end((kind or httpx.RemoteProtocolError)(words))
        elif count == len(room):
            self._link.look_again()

    def _check_unsent(self) -> None:
        if self._link.unsent > _MOST_UNSENT:
            raise MalformedError("it asks and does not read", frames.TOO_MUCH)

    def _end(self, error: httpx.TransportError, *, goodbye: int | None = None) -> None:
        """Close, and let all exchanges fail; each gets an exception of its own."""
        if goodbye is not None:
            self.send(frames.goaway_frame(goodbye))
            self._link.flush()
        self._link.close()
        streams, self.streams = self.streams, {}
        for stream in streams.values():
            is_begun = stream.status and isinstance(error, StaleConnectionError)
            kind = httpx.RemoteProtocolError if is_begun else type(error)
            stream.fail(kind(str(error)))
        self._on_change()
