"""Sizes: how they are written, read, and from when on they deserve a warning."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import UsageError

WARN_SIZE = 50 * 10**6
"""GitHub warns about files above 50 MB when they are pushed."""

LARGE_SIZE = 100 * 10**6
"""GitHub refuses files above 100 MB outside of Git LFS."""

_UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "pb": 10**15,
    "eb": 10**18,
    "k": 10**3,
    "m": 10**6,
    "g": 10**9,
    "t": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([A-Za-z]*)")
_STEPS = (
    ("EB", 10**18),
    ("PB", 10**15),
    ("TB", 10**12),
    ("GB", 10**9),
    ("MB", 10**6),
    ("kB", 10**3),
)


def parse_size(text: str) -> int:
    """Read `250 MB`, `1.5GiB` or `4096` as a number of bytes.

    `MB` is 10^6 and `MiB` 2^20, in any case.

    Raises:
        UsageError: `text` is not a size.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None or match[2].lower() not in _UNITS:
        shown = shorten(strip_controls(text), 40)
        raise UsageError(
            f"“{shown}” is not a size.", hint="Write it as 500000, 250MB or 1.5GiB."
        )
    # Loaded when a size is read: it brings the decimal numbers with it.
    from fractions import Fraction

    # A float would make 1000 bytes of `1.001 kB`.
    return int(Fraction(match[1]) * _UNITS[match[2].lower()])


def format_size(size: int) -> str:
    """Write a number of bytes for people: `0 B`, `812 B`, `12.3 kB`, `1.20 GB`."""
    for unit, factor in _STEPS:
        # From 999.95 on one decimal rounds up to 1000.0: that is the next unit's.
        if size * 20_000 >= factor * 19_999:
            two = factor >= 10**9 and size * 200 < factor * 19_999
            scale = 100 if two else 10
            # In whole numbers, because floats round large sizes once too often.
            whole, rest = divmod((size * scale + factor // 2) // factor, scale)
            return f"{whole}.{rest:0{2 if two else 1}d} {unit}"
    return f"{size} B"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePolicy:
    """From when on sizes are warned about or refused, in bytes."""

    warn_file: int = WARN_SIZE
    max_total: int | None = None
    reserve: int = 64 * 2**20
    """Free space that must remain: a full disk locks people out of their notebook."""

    def size_word(self, size: int) -> str:
        """Return `huge`, `large` or an empty string for one file of `size` bytes."""
        if size >= max(LARGE_SIZE, self.warn_file):
            return "huge"
        return "large" if size >= self.warn_file else ""


DEFAULT_LIMITS = SizePolicy()
