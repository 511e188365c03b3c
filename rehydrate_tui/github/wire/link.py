"""One connected socket: read and written straight, without streams in between.

A TLS socket is read by `recv_into` into the buffer of its connection; asyncio's own TLS
copies every byte through two memory buffers and a protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable

# A TLS socket can want to write before it can read, and the other way round.
_NOT_NOW = (
    BlockingIOError,
    InterruptedError,
    ssl.SSLWantReadError,
    ssl.SSLWantWriteError,
)


class Link:
    """A non-blocking socket, encrypted or not, watched by the running loop."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        self._descriptor = sock.fileno()
        self._unsent = bytearray()
        self._is_flushing = False
        self._watcher: Callable[[], None] | None = None
        self.is_closed = False
        self.is_broken = False
        """Whether it ended by an error, not by a farewell of the peer."""

    @property
    def protocol(self) -> str:
        """What TLS agreed on, `h2` or `http/1.1`; empty without it."""
        if isinstance(self._socket, ssl.SSLSocket):
            return self._socket.selected_alpn_protocol() or ""
        return ""

    @property
    def unsent(self) -> int:
        """Bytes that wait to be sent."""
        return len(self._unsent)

    def now(self) -> float:
        """Return the time of the loop in seconds."""
        return self._loop.time()

    def watch(self, callback: Callable[[], None]) -> None:
        """Call back whenever there is something to read, until `unwatch`."""
        if self._watcher is None and not self.is_closed:
            self._loop.add_reader(self._descriptor, callback)
            self._watcher = callback

    def unwatch(self) -> None:
        """Leave what arrives with the kernel, which makes the peer slow down."""
        if self._watcher is not None:
            self._loop.remove_reader(self._descriptor)
            self._watcher = None

    def look_again(self) -> None:
        """Call back soon: TLS may hold bytes that the kernel no longer tells of."""
        if self._watcher is not None:
            self._loop.call_soon(self._watcher)

    def receive(self, view: memoryview) -> tuple[int, bool]:
        """Read until `view` is full or nothing more is here.

        Returns:
            How many bytes, and whether the peer has ended the connection.
        """
        count = 0
        size = len(view)
        try:
            while count < size:
                received = self._socket.recv_into(view[count:])
                if not received:
                    return count, True
                count += received
        except _NOT_NOW:
            pass
        except OSError:
            self.is_broken = True
            return count, True
        return count, False

    def send(self, data: bytes) -> None:
        """Send soon; what is sent in one turn of the loop goes out together."""
        self._unsent += data
        if not self._is_flushing and not self.is_closed:
            self._is_flushing = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what the kernel takes, the rest when it takes more."""
        if self.is_closed:
            return
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent)]
        except _NOT_NOW:
            self._loop.add_writer(self._descriptor, self.flush)
            return
        except OSError:
            # The reader sees the end of the connection, and what came before it.
            self._unsent.clear()
        self._loop.remove_writer(self._descriptor)
        self._is_flushing = False

    def close(self) -> None:
        """Let go of the socket."""
        if self.is_closed:
            return
        self.unwatch()
        self._loop.remove_writer(self._descriptor)
        self.is_closed = True
        with contextlib.suppress(OSError):
            self._socket.close()
