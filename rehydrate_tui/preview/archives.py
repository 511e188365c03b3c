"""What is in an archive, as far as its beginning or its table of contents tells."""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from rehydrate_tui.preview.models import Listing, Member
from rehydrate_tui.preview.sample import Sample
from rehydrate_tui.preview.sparse_file import SparseFile

MAX_MEMBERS = 1000
MAX_UNPACKED = 2**20
"""Bytes that are unpacked at most, whatever they would grow to."""

_TAR_MAGIC = slice(257, 262)
_LZMA_MEMORY = 64 * 2**20
_UNREADABLE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    OverflowError,
    UnicodeError,
    MemoryError,
)


def is_tar(data: bytes) -> bool:
    """Tell whether this is the beginning of a tar archive."""
    return data[_TAR_MAGIC] == b"ustar"


def list_zip(sample: Sample) -> Listing | None:
    """Return the members that a ZIP's table of contents names, None if it is not here."""
    file = SparseFile(sample.data, sample.tail, sample.size)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except _UNREADABLE:
        return None
    members = tuple(
        Member(
            each.filename,
            each.file_size,
            "encrypted" if each.flag_bits & 1 else "",
        )
        for each in infos[:MAX_MEMBERS]
        if not each.is_dir()
    )
    total = sum(1 for each in infos if not each.is_dir())
    return Listing(members=members, total=total)


def list_tar(data: bytes, *, is_whole: bool) -> Listing:
    """Return the members whose heads are in the beginning of a tar archive."""
    members: list[Member] = []
    is_end = is_whole
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for info in _infos(archive):
                members.append(Member(info.name, info.size, _note(info)))
                if len(members) >= MAX_MEMBERS:
                    is_end = False
                    break
    except _UNREADABLE:
        is_end = False
    return Listing(members=tuple(members), total=len(members) if is_end else None)


def _infos(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for info in archive:
        if not info.isdir():
            yield info


def _note(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "link"
    return "" if info.isreg() else "special"


class _Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


_UNPACKERS: tuple[tuple[bytes, str, Callable[[], _Unpacker]], ...] = (
    (b"\x1f\x8b", "gzip", lambda: zlib.decompressobj(wbits=31)),
    (b"BZh", "bzip2", bz2.BZ2Decompressor),
    (
        b"\xfd7zXZ\x00",
        "xz",
        lambda: lzma.LZMADecompressor(memlimit=_LZMA_MEMORY),
    ),
)


def unpack(data: bytes) -> tuple[str, bytes] | None:
    """Return how data is compressed and the beginning of what is in it; None if not."""
    for magic, name, make in _UNPACKERS:
        if data.startswith(magic):
            try:
                return name, make().decompress(data, MAX_UNPACKED)
            except (zlib.error, lzma.LZMAError, *_UNREADABLE):
                return name, b""
    return None
