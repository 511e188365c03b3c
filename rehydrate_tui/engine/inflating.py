"""The bytes of a gzip stream, a bounded block at a time, by the fastest library here."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import TracebackType
from typing import Any, Protocol, cast, final

from rehydrate_tui.errors import PayloadError

BLOCK = 2**20
"""Bytes that one step may inflate to, whatever the stream claims."""

_GZIP = 16 + zlib.MAX_WBITS
_FASTER = "isal.isal_zlib"


class Decompressor(Protocol):
    """What the decompressors of `zlib` and `isal` share."""

    eof: bool
    unconsumed_tail: bytes

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return at most `max_length` bytes; the rest of `data` stays aside."""
        ...


class Inflating:
    """Inflates one gzip stream; what follows it is not looked at.

    Args:
        read: returns the next compressed bytes; none at their end.
        most: bytes that the stream may become.
    """

    def __init__(self, read: Callable[[], bytes], most: int) -> None:
        self._read = read
        self._left = most
        self._rest = b""
        module = inflating_module()
        self._stream = cast("Decompressor", module.decompressobj(_GZIP))
        self._error = module.error

    def read(self) -> bytes:
        """Return the next bytes, at most `BLOCK`; none at the end of the stream.

        Raises:
            PayloadError: it is no gzip stream, ends too early, or is too long.
        """
        while not self._stream.eof:
            data = self._rest or self._read()
            if not data:
                raise PayloadError("The archive ends before it is whole.")
            try:
                block = self._stream.decompress(data, BLOCK)
            except self._error as error:
                raise PayloadError("The archive is no gzip stream.") from error
            self._rest = self._stream.unconsumed_tail
            self._left -= len(block)
            if self._left < 0:
                raise PayloadError("The archive is far longer than its commit.")
            if block:
                return block
        return b""


@final
class ReadingAhead:
    """Has the next block made while the last one is worked off, in a thread of its own.

    Inflating leaves the interpreter to others, so with two processors it costs no time.
    Whoever leaves this context early must have ended what `read` waits for.

    Args:
        read: returns the next block; none at the end.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._make = read
        self._thread = ThreadPoolExecutor(1)
        self._next = self._thread.submit(read)

    def __enter__(self) -> ReadingAhead:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.shutdown()

    def read(self) -> bytes:
        """Return the next block; none at the end.

        Raises:
            PayloadError: it could not be made.
        """
        block = self._next.result()
        if block:
            self._next = self._thread.submit(self._make)
        return block


def inflating_module() -> Any:  # noqa: ANN401 - a module of optional origin
    """Return `isal.isal_zlib` of the extra `speed`, else the standard `zlib`."""
    try:
        return import_module(_FASTER)
    except ImportError:
        return zlib
