"""What an HTTP/2 connection sends for its streams, within the windows of the peer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import httpx

from rehydrate_tui.github.wire import frames
from rehydrate_tui.github.wire.failures import MalformedError
from rehydrate_tui.github.wire.head_encoder import HeadEncoder
from rehydrate_tui.github.wire.http2_stream import Http2Stream
from rehydrate_tui.github.wire.link import Link
from rehydrate_tui.github.wire.requests import Outgoing


class Sender:
    """Writes requests as frames."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._encoder = HeadEncoder()
        self._window = frames.DEFAULT_WINDOW
        self._largest_frame = frames.DEFAULT_FRAME_SIZE
        self.stream_window = frames.DEFAULT_WINDOW
        """What a new stream may send before the peer allows more."""

    def head(self, stream_id: int, request: Outgoing) -> None:
        """Send the head of a request, in as many frames as it needs."""
        block = self._encoder.encode(request)
        size = self._largest_frame
        starts = range(0, len(block), size)
        for start in starts:
            kind = frames.CONTINUATION if start else frames.HEADERS
            flags = frames.END_HEADERS if start == starts[-1] else 0
            if not start and not request.content:
                flags |= frames.END_STREAM
            piece = block[start : start + size]
            self._link.send(frames.frame(kind, flags, stream_id, piece))

    async def content(self, stream: Http2Stream, request: Outgoing) -> None:
        """Send the body of a request as fast as the peer takes it.

        Raises:
            httpx.WriteTimeout: it does not.
        """
        left = request.content
        while left and not stream.is_ended:
            size = min(len(left), self._window, stream.send_window, self._largest_frame)
            if size > 0:
                flags = frames.END_STREAM if size == len(left) else 0
                piece, left = left[:size], left[size:]
                self._window -= size
                stream.send_window -= size
                self._link.send(
                    frames.frame(frames.DATA, flags, stream.stream_id, piece)
                )
            elif not await stream.bell.wait(request.write_seconds):
                raise httpx.WriteTimeout("The request was not taken in time.")

    def adjust(
        self, settings: Mapping[int, int], streams: Iterable[Http2Stream]
    ) -> None:
        """Follow new settings of the peer, which change open windows too."""
        self._largest_frame = settings.get(frames.MAX_FRAME_SIZE, self._largest_frame)
        window = settings.get(frames.INITIAL_WINDOW_SIZE, self.stream_window)
        grown, self.stream_window = window - self.stream_window, window
        for stream in streams:
            self._grow(stream, grown)

    def widen(self, count: int, stream: Http2Stream | None = None) -> None:
        """Follow a WINDOW_UPDATE, of a stream or of the whole connection.

        Raises:
            MalformedError: it is against the rules.
        """
        if not count:
            raise MalformedError("a window grows by nothing")
        if stream is not None:
            self._grow(stream, count)
            return
        self._window += count
        if self._window > frames.LARGEST_WINDOW:
            raise MalformedError("a window is too large", frames.FLOW_CONTROL_ERROR)

    def _grow(self, stream: Http2Stream, count: int) -> None:
        stream.send_window += count
        if stream.send_window > frames.LARGEST_WINDOW:
            raise MalformedError("a window is too large", frames.FLOW_CONTROL_ERROR)
        stream.bell.ring()
