"""An HTTP/1.1 connection: one exchange at a time, read only as fast as the reader goes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx

from rehydrate_tui.github.wire.failures import (
    MalformedError,
    StaleConnectionError,
    UnprocessedError,
)
from rehydrate_tui.github.wire.http1_messages import (
    BodyReader,
    Head,
    body_reader,
    cut_head,
    request_head,
)
from rehydrate_tui.github.wire.link import Link
from rehydrate_tui.github.wire.requests import Outgoing
from rehydrate_tui.github.wire.waiting import Bell

_READ_AT_ONCE = 256 * 2**10


class Http1Connection:
    """Carries one exchange after the other over a link.

    Args:
        link: connected.
        on_change: called when the connection is free again, or has ended.
    """

    def __init__(self, link: Link, on_change: Callable[[], None]) -> None:
        self._link = link
        self._on_change = on_change
        self._room = memoryview(bytearray(_READ_AT_ONCE))
        self._buffer = bytearray()
        self._bell = Bell()
        self._is_over = False
        self._has_answered = False
        self.load = 0
        self.idle_since = link.now()

    @property
    def has_room(self) -> bool:
        """Whether it takes an exchange now."""
        return self.is_usable and not self.load

    @property
    def is_usable(self) -> bool:
        """Whether it will ever take one again."""
        return not self._link.is_closed

    def reserve(self) -> None:
        """Keep it for an exchange that comes in a moment."""
        self.load = 1

    def release(self) -> None:
        """Make it free again."""
        self.load = 0
        self.idle_since = self._link.now()
        self._on_change()

    async def exchange(self, request: Outgoing) -> httpx.Response:
        """Send a request on the connection that was kept for it; return the response.

        Raises:
            UnprocessedError: the connection had ended before.
            StaleConnectionError: it ended before any answer.
            httpx.TransportError: it failed otherwise.
        """
        try:
            return await self._exchange(request)
        except MalformedError as error:
            self.close()
            raise httpx.RemoteProtocolError(
                f"The peer breaks HTTP: {error}."
            ) from error
        except BaseException:
            # Cancelled or failed: nobody else would let go of it.
            self.close()
            raise

    async def receive(self, reader: BodyReader, seconds: float | None) -> bytes:
        """Return the next part of a body; it is empty only when the body is complete.

        Raises:
            httpx.TransportError: it does not come.
        """
        while True:
            try:
                data = reader.take(self._buffer)
            except MalformedError as error:
                raise httpx.RemoteProtocolError(
                    f"The peer breaks HTTP: {error}."
                ) from error
            if data or reader.is_complete:
                return data
            if self._is_over:
                if reader.ends_with_connection and not self._link.is_broken:
                    return b""
                raise httpx.RemoteProtocolError("The body ended too early.")
            count = await self._wait(seconds)
            if count and reader.passes(count):
                return bytes(self._room[:count])
            self._buffer += self._room[:count]

    def finish(self, *, is_complete: bool, is_kept_open: bool) -> None:
        """End an exchange; only a connection with nothing left in it goes on."""
        if is_complete and is_kept_open and not self._buffer and not self._is_over:
            self._link.unwatch()
            self.release()
        else:
            self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self.load = 0
        self._link.close()
        self._on_change()

    async def _exchange(self, request: Outgoing) -> httpx.Response:
        self._check_idle()
        self._link.send(request_head(request) + request.content)
        head = await self._read_head(request.read_seconds)
        self._has_answered = True
        reader = body_reader(head, request.method)
        return httpx.Response(
            head.status,
            headers=head.headers,
            stream=_Body(self, head, reader, request.read_seconds),
            extensions={"http_version": b"HTTP/1.1"},
        )

    def _check_idle(self) -> None:
        """Find out whether the peer has ended the connection meanwhile."""
        count, is_over = self._link.receive(self._room)
        if count or is_over:
            raise UnprocessedError("The connection has ended.")

    async def _read_head(self, seconds: float | None) -> Head:
        """Read a head; it has to come within `seconds`, however it is cut up."""
        last = None if seconds is None else self._link.now() + seconds
        while True:
            head = cut_head(self._buffer)
            if head is not None and not head.is_interim:
                return head
            if head is not None:
                continue
            if self._is_over:
                words = "The connection ended before the head was complete."
                is_stale = self._has_answered and not self._buffer
                raise (StaleConnectionError if is_stale else httpx.RemoteProtocolError)(
                    words
                )
            left = None if last is None else last - self._link.now()
            count = await self._wait(left)
            self._buffer += self._room[:count]

    async def _wait(self, seconds: float | None) -> int:
        """Read what there is, at least something or the end; return how many bytes."""
        while True:
            count, self._is_over = self._link.receive(self._room)
            if count or self._is_over:
                return count
            self._link.watch(self._readable)
            if not await self._bell.wait(seconds):
                raise httpx.ReadTimeout("Nothing arrived for too long.")

    def _readable(self) -> None:
        # Nobody waits while the reader is behind; then the kernel keeps the rest.
        if not self._bell.ring():
            self._link.unwatch()


class _Body(httpx.AsyncByteStream):
    """The body of a response, which gives the connection back in the end."""

    def __init__(
        self,
        connection: Http1Connection,
        head: Head,
        reader: BodyReader,
        seconds: float | None,
    ) -> None:
        self._connection = connection
        self._is_kept_open = head.is_kept_open
        self._reader = reader
        self._seconds = seconds
        self._is_closed = False
        if reader.is_complete:
            self._finish()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self._is_closed:
            data = await self._connection.receive(self._reader, self._seconds)
            if self._reader.is_complete or not data:
                self._finish()
            if data:
                yield data

    async def aclose(self) -> None:
        """Give up what was not read."""
        self._finish()

    def _finish(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._connection.finish(
                is_complete=self._reader.is_complete, is_kept_open=self._is_kept_open
            )
