"""A tar archive while it arrives: its files and links, every length held to a bound.

It reads what `git archive` writes (ustar, pax headers for long and odd names, one top
folder) and the GNU headers for long names. What a commit cannot hold, such as devices
and hard links, is passed over; what makes lengths ambiguous is refused. Python's own
`tarfile` takes five times as long for each member (performance of a large repository).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rehydrate_tui.errors import PayloadError

BLOCK = 512
MAX_HEADER = 2**20
"""Bytes of one extended header; a path has 4,096 at most."""
MAX_MEMBER = 2**40
"""Bytes of one file: far beyond what git hosts take, far below what overflows."""

_RECORD = re.compile(rb"([0-9]{1,7}) ([^=\n]+)=")
_NUMBER = re.compile(rb" *([0-7]{1,12})[ \0]*")
_END = bytes(BLOCK)

_FILES = frozenset(b"0\0007")
_SYMLINK = ord("2")
_FOLDER = ord("5")
_WITHOUT_DATA = frozenset(b"123456")
_PAX, _PAX_GLOBAL = ord("x"), ord("g")
_GNU_NAME, _GNU_LINK = ord("L"), ord("K")
_EXTENSIONS = frozenset((_PAX, _PAX_GLOBAL, _GNU_NAME, _GNU_LINK))
_BASE_256 = 0x80


@dataclass(frozen=True, slots=True)
class Member:
    """A file or a link of an archive."""

    path: str
    """Below the top folder; bytes that are no UTF-8 are surrogates, as in `os`."""
    size: int
    """Bytes of a file's content; of a link those of its text."""
    link: bytes | None = None
    """The text of a symlink; None for a file."""


class TarReader:
    """Goes through an archive once.

    Args:
        read: returns the next bytes of the archive, any number; none at its end.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._block = b""
        self._at = 0
        self._left = 0
        self._padding = 0
        self._root: str | None = None

    def __iter__(self) -> Iterator[Member]:
        """Yield the members; the content of each is to be read before the next.

        Raises:
            PayloadError: it is no archive, or ends in the middle.
        """
        fields: dict[bytes, bytes] = {}
        while (header := self._header()) is not None:
            kind, size = header[156], _number(header[124:136])
            if kind in _EXTENSIONS:
                self._extend(fields, kind, size)
                continue
            if b"size" in fields:
                size = _decimal(fields[b"size"])
            member = self._begin(header, fields, size)
            fields = {}
            if member is not None:
                yield member
            self._pass(self._left + self._padding)

    def content(self) -> bytes:
        """Return the content of the current member at once."""
        data = self._take(self._left)
        self._left = 0
        return data

    def pieces(self) -> Iterator[bytes]:
        """Yield the content of the current member as it arrives."""
        while self._left:
            self._fill()
            piece = self._block[self._at : self._at + self._left]
            self._at += len(piece)
            self._left -= len(piece)
            yield piece

    def _begin(
        self, header: bytes, fields: dict[bytes, bytes], size: int
    ) -> Member | None:
        """Make ready for the content of a member; None if it is of no interest."""
        kind = header[156]
        has_data = kind not in _WITHOUT_DATA
        if size > MAX_MEMBER or (kind not in _FILES and has_data):
            # Of a sparse or unknown kind nobody can say where the next header is.
            raise _broken(f"it has a member of kind {kind:#x} and {size:,} bytes")
        self._left = size if has_data else 0
        self._padding = -self._left % BLOCK
        path = self._path_below_root(fields.get(b"path") or _name(header))
        if not path or (kind not in _FILES and kind != _SYMLINK):
            return None
        if kind != _SYMLINK:
            return Member(path, size)
        link = fields.get(b"linkpath") or _text(header[157:257])
        return Member(path, len(link), link)

    def _path_below_root(self, name: bytes) -> str:
        """Take the one top folder off; what is beside it has no path."""
        root, _, path = name.decode("utf-8", "surrogateescape").partition("/")
        if self._root is None:
            self._root = root
        return path if root == self._root else ""

    def _extend(self, fields: dict[bytes, bytes], kind: int, size: int) -> None:
        """Read a header that speaks about the next member."""
        if size > MAX_HEADER:
            raise _broken(f"it has a header of {size:,} bytes")
        data = self._take(size)
        self._pass(-size % BLOCK)
        if kind == _PAX:
            fields.update(_records(data))
        elif kind == _GNU_NAME:
            fields[b"path"] = _text(data)
        elif kind == _GNU_LINK:
            fields[b"linkpath"] = _text(data)

    def _header(self) -> bytes | None:
        """Return the next header; None at the end of the archive."""
        header = self._take(BLOCK)
        if header == _END:
            return None
        expected = _number(header[148:156])
        if sum(header) - sum(header[148:156]) + 8 * ord(" ") != expected:
            raise _broken("the checksum of a header is wrong")
        return header

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if end <= len(self._block):
            data = self._block[self._at : end]
            self._at = end
            return data
        pieces = [self._block[self._at :]]
        self._at = len(self._block)
        missing = size - len(pieces[0])
        while missing:
            self._fill()
            piece = self._block[self._at : self._at + missing]
            self._at += len(piece)
            missing -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def _pass(self, size: int) -> None:
        while size:
            self._fill()
            step = min(size, len(self._block) - self._at)
            self._at += step
            size -= step

    def _fill(self) -> None:
        if self._at == len(self._block):
            self._block, self._at = self._read(), 0
            if not self._block:
                raise _broken("it ends in the middle")


def _name(header: bytes) -> bytes:
    name = _text(header[:100])
    # GNU headers (`ustar` and two spaces) keep other things where POSIX has a prefix.
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int:
    """Read octal digits, or the binary form in which GNU writes what is too large."""
    if field[0] & _BASE_256:
        return int.from_bytes(field[1:], "big") if field[0] == _BASE_256 else _odd()
    match = _NUMBER.match(field)
    if match is not None:
        return int(match[1], 8)
    return _odd() if field.strip(b" \0") else 0


def _odd() -> int:
    raise _broken("a number in a header is none")


def _decimal(field: bytes) -> int:
    # Python refuses to read numbers of thousands of digits.
    if len(field) > len(str(MAX_MEMBER)) or not field.isdigit():
        raise _broken("a size in a header is no number")
    return int(field)


def _records(data: bytes) -> dict[bytes, bytes]:
    """Read the records of a pax header: `length key=value` and a line feed each."""
    records: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        match = _RECORD.match(data, at)
        end = at + int(match[1]) if match else 0
        if match is None or not match.end() < end <= len(data):
            raise _broken("a pax header is none")
        if data[end - 1] != ord("\n") or match[2].startswith(b"GNU.sparse"):
            raise _broken("a pax header is of a kind that git does not write")
        records[match[2]] = data[match.end() : end - 1]
        at = end
    return records


def _broken(why: str) -> PayloadError:
    return PayloadError(f"The archive cannot be read: {why}.")
