"""What the first and last bytes tell of files that are not shown themselves."""

from __future__ import annotations

import ast
import re
import struct
from typing import cast

from rehydrate_tui.preview.sample import Sample

_NPY = b"\x93NUMPY"
_SQLITE = b"SQLite format 3\x00"
_MAX_NPY_HEAD = 4_000
_PDF_PAGES = re.compile(rb"/Type\s{0,9}/Pages\b[^>]{0,2000}?/Count\s{1,9}([0-9]{1,7})")
_PDF_PAGES_BEFORE = re.compile(
    rb"/Count\s{1,9}([0-9]{1,7})[^>]{0,200}?/Type\s{0,9}/Pages\b"
)
_PDF_LINEAR = re.compile(rb"/Linearized\b[^>]{0,200}?/N\s{1,9}([0-9]{1,7})")
_PDF_TEXT = re.compile(rb"/(Title|Producer|Creator)\s{0,9}\(([^()\\]{1,200})\)")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "HDF5 data"),
    (b"CDF\x01", "NetCDF data"),
    (b"CDF\x02", "NetCDF data"),
    (_SQLITE, "SQLite database"),
    (b"ARROW1\x00\x00", "Arrow/Feather data"),
    (b"\x7fELF", "Linux program"),
    (b"MZ", "Windows program"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"OggS", "Ogg audio"),
    (b"fLaC", "FLAC audio"),
    (b"ID3", "MP3 audio"),
    (b"RDX3\n", "R data"),
    (b"RDX2\n", "R data"),
    (b"<<< Obj", "SPSS data"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
)


def known_kind(data: bytes) -> str:
    """Return what a file's first bytes say that it is; empty if nobody knows."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[4:8] == b"ftyp":
        return "MP4 video or audio"
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "WAV audio"
    # A pickle is code that runs when it is loaded: it is named and never opened.
    if data[:1] == b"\x80" and data[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        return "Python pickle"
    return ""


def pdf_facts(sample: Sample) -> tuple[tuple[str, str], ...]:
    """Return what a PDF says of itself outside of its compressed parts."""
    pairs = [("Version", _ascii(sample.data[5:8]))]
    ends = (sample.data, sample.tail)
    linear = _PDF_LINEAR.search(sample.data[:2_000])
    counts = [int(linear[1])] if linear else []
    for end in ends:
        for pattern in (_PDF_PAGES, _PDF_PAGES_BEFORE):
            counts += [int(match[1]) for match in pattern.finditer(end)]
    if counts:
        pairs.append(("Pages", f"{max(counts):,}"))
    for end in ends:
        pairs += [(_ascii(m[1]), _ascii(m[2])) for m in _PDF_TEXT.finditer(end)]
    if any(b"/Encrypt" in end for end in ends):
        pairs.append(("Encrypted", "yes"))
    return tuple(dict(pairs).items())


def npy_facts(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return type and shape of a NumPy array; nothing if it is none."""
    if not data.startswith(_NPY):
        return ()
    try:
        is_long = data[6] > 1
        [length] = struct.unpack_from("<I" if is_long else "<H", data, 8)
        start = 12 if is_long else 10
        head = data[start : start + min(length, _MAX_NPY_HEAD)]
        value = ast.literal_eval(head.decode("latin-1").strip())
        shape, kind = value["shape"], value["descr"]
    except (struct.error, IndexError, *_NO_LITERAL):
        return ()
    pairs = [("Type", str(kind)[:200])]
    if isinstance(shape, tuple):
        sides = cast("tuple[object, ...]", shape)[:8]
        pairs.append(("Shape", " x ".join(str(each)[:20] for each in sides) or "1"))
    return tuple(pairs)


_NO_LITERAL = (
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    MemoryError,
    RecursionError,
)


def wav_facts(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return channels and rate of a WAV file; nothing if it is none."""
    if data[8:16] != b"WAVEfmt ":
        return ()
    try:
        channels, rate = struct.unpack_from("<HI", data, 22)
    except struct.error:
        return ()
    return (("Channels", str(channels)), ("Rate", f"{rate:,} Hz"))


def sqlite_facts(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return the pages of a database; nothing if it is none."""
    if not data.startswith(_SQLITE):
        return ()
    try:
        [page] = struct.unpack_from(">H", data, 16)
        [count] = struct.unpack_from(">I", data, 28)
    except struct.error:
        return ()
    page = 65_536 if page == 1 else page
    return (("Pages", f"{count:,} of {page:,} bytes"),)


def _ascii(data: bytes) -> str:
    return data.decode("latin-1")
