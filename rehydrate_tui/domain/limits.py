"""Sizes: how they are written, read, and from when on they deserve a warning."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    "k": 10**3,
    "m": 10**6,
    "g": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([a-z]*)", re.IGNORECASE)
_STEPS = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def parse_size(text: str) -> int:
    """Read `250 MB`, `1.5GiB` or `4096` as a number of bytes.

    `MB` is 10^6 and `MiB` 2^20, in any case.

    Raises:
        UsageError: `text` is not a size.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None or match[2].lower() not in _UNITS:
        raise UsageError(
            f"“{text}” is not a size.", hint="Write it as 500000, 250MB or 1.5GiB."
        )
    return int(float(match[1]) * _UNITS[match[2].lower()])


def format_size(size: int) -> str:
    """Write a number of bytes for people: `0 B`, `812 B`, `12.3 kB`, `1.20 GB`."""
    for unit, factor in _STEPS:
        # 999.95 rounds up to four digits, so it belongs to the next unit.
        if size >= factor * 0.99995 and size >= factor - factor // 2000:
            value = size / factor
            return f"{value:.2f} {unit}" if factor >= 10**9 else f"{value:.1f} {unit}"
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
