"""Bytes as people read them when nothing else is known."""

from __future__ import annotations

from dataclasses import dataclass

_PER_ROW = 16
MAX_ROWS = 512


@dataclass(frozen=True, slots=True)
class HexRow:
    """Sixteen bytes."""

    offset: int
    data: bytes

    @property
    def digits(self) -> str:
        """The bytes in hex, a wider gap in the middle."""
        pairs = [f"{byte:02x}" for byte in self.data]
        return f"{' '.join(pairs[:8]):<23}  {' '.join(pairs[8:])}".ljust(48)

    @property
    def text(self) -> str:
        """The bytes as ASCII, a dot for what is none."""
        return "".join(chr(b) if 32 <= b < 127 else "·" for b in self.data)  # noqa: PLR2004


def hex_rows(data: bytes) -> tuple[HexRow, ...]:
    """Return the beginning of `data` in rows."""
    data = data[: _PER_ROW * MAX_ROWS]
    return tuple(
        HexRow(offset, data[offset : offset + _PER_ROW])
        for offset in range(0, len(data), _PER_ROW)
    )
