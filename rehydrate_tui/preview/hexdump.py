"""Bytes as people read them when nothing else is known."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BYTES = 8192
"""Bytes that are shown at most."""


@dataclass(frozen=True, slots=True)
class HexRow:
    """Eight or sixteen bytes."""

    offset: int
    data: bytes

    @property
    def digits(self) -> str:
        """The bytes in hex, a wider gap in the middle."""
        return f"{self.data[:8].hex(' '):<23}  {self.data[8:].hex(' ')}"

    @property
    def text(self) -> str:
        """The bytes as ASCII, a dot for what is none."""
        return "".join(chr(b) if 32 <= b < 127 else "·" for b in self.data)  # noqa: PLR2004


def hex_rows(data: bytes, per_row: int) -> tuple[HexRow, ...]:
    """Return the beginning of `data` in rows."""
    data = data[:MAX_BYTES]
    return tuple(
        HexRow(offset, data[offset : offset + per_row])
        for offset in range(0, len(data), per_row)
    )
