"""Chunks from the event loop to a thread that works them off, never too many of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")

_MOST = 2**20
"""Bytes that may wait; whoever sends faster than the thread works is held back."""


class Pipe:
    """One way, one sender on the event loop, one receiver in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Event()
        self._changed = threading.Condition()
        self._chunks: list[bytes] = []
        self._held = 0
        self._is_ended = False

    async def put(self, chunk: bytes) -> None:
        """Hand a chunk over; returns when there is room for another."""
        with self._changed:
            self._chunks.append(chunk)
            self._held += len(chunk)
            is_full = self._held > _MOST
            if is_full:
                self._room.clear()
            self._changed.notify()
        if is_full:
            await self._room.wait()

    def end(self) -> None:
        """Tell the receiver that nothing more comes."""
        with self._changed:
            self._is_ended = True
            self._changed.notify()

    def abort(self) -> None:
        """Drop what waits as well."""
        with self._changed:
            self._chunks.clear()
        self.end()

    def call(self, function: Callable[[T], None], value: T) -> None:
        """Have the event loop call a function, from the thread."""
        self._loop.call_soon_threadsafe(partial(function, value))

    def get(self) -> bytes:
        """Return all that waits, in the thread; none when all is received."""
        with self._changed:
            self._changed.wait_for(lambda: self._chunks or self._is_ended)
            chunks, self._chunks = self._chunks, []
            was_full, self._held = self._held > _MOST, 0
        if was_full:
            self._loop.call_soon_threadsafe(self._room.set)
        return b"".join(chunks)
