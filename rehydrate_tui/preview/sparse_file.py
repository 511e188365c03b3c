"""A file of which only both ends are here, for readers that look at nothing else."""

from __future__ import annotations

import io


class GapError(ValueError):
    """A reader wants bytes that were not read."""


class SparseFile(io.RawIOBase):
    """The beginning and the end of a file; reading between them is an error.

    Args:
        head: its first bytes.
        tail: its last bytes.
        size: bytes of the whole file.
    """

    def __init__(self, head: bytes, tail: bytes, size: int) -> None:
        super().__init__()
        self._head = head
        self._tail = tail
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        """Say so."""
        return True

    def seekable(self) -> bool:
        """Say so."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; places before the beginning are an error, as in any file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}
        position = base[whence] + offset
        if position < 0:
            raise OSError("There is nothing before the beginning.")
        self._position = position
        return position

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            GapError: they are not here.
        """
        start = self._position
        end = self._size if size < 0 else min(start + size, self._size)
        if start >= end:
            return b""
        tail_start = self._size - len(self._tail)
        if end <= len(self._head):
            data = self._head[start:end]
        elif start >= tail_start:
            data = self._tail[start - tail_start : end - tail_start]
        else:
            raise GapError("These bytes were not read.")
        self._position = end
        return data
