"""A file that can only be written, for libraries that produce a stream."""

from __future__ import annotations

import io


class Collector(io.RawIOBase):
    """Takes what is written, to be collected piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        """Say that it can be written; it cannot be read or sought."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes are all that is written
        """Keep a piece."""
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._written)
        self._written.clear()
        return data
