"""What was read of a file, and how much is worth reading."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 64 * 2**10
"""Bytes that most kinds need."""
MEDIUM = 2 * 2**20
"""Bytes that are read unasked of what can only be shown whole."""
MOST = 20 * 2**20
"""Bytes that are read at most, when somebody asks for more."""
TAIL = 64 * 2**10
"""Bytes at the end, where some formats keep their table of contents."""

_SHOWN_WHOLE = frozenset(
    {"bmp", "gif", "ico", "jpeg", "jpg", "png", "tif", "tiff", "webp"}
)
_LONG = frozenset({"ipynb"})
_TOLD_AT_THE_END = (b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"%PDF-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The beginning of a file, and sometimes its end."""

    path: str
    data: bytes
    size: int
    """Bytes of the whole file."""
    tail: bytes = b""
    """Its last bytes; empty if nobody asked for them or `data` has them."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return len(self.data) >= self.size

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return self.path.rpartition("/")[2]

    @property
    def extension(self) -> str:
        """What follows the last dot, in lower case; empty without one."""
        stem, dot, extension = self.name.rpartition(".")
        return extension.lower() if dot and stem else ""

    @property
    def wants_tail(self) -> bool:
        """Whether the end would tell more than the beginning does."""
        return not self.is_whole and self.data.startswith(_TOLD_AT_THE_END)


def bytes_to_read(path: str, size: int, *, most: int = HEAD) -> int:
    """Return how much of a file is to be read first.

    What is shown whole or not at all is read up to a larger limit, or a little of it
    for its head. The first cells of a notebook may be long.
    """
    extension = path.rpartition(".")[2].lower()
    if extension in _LONG:
        most = max(most, MEDIUM)
    if extension in _SHOWN_WHOLE and size <= max(most, MEDIUM):
        return size
    return min(size, most)
