"""Which encoding bytes are in: marks and UTF-8 first, then statistics, if installed."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_LOOK = 16 * 2**10
"""Bytes that are looked at to tell text from anything else, and for statistics."""
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r\f\b\x1b"})
_TEXT_SHARE = 0.98
_NUL_SHARE = 0.3
_LATIN = "windows-1252"
_CANDIDATES = {
    "cp1252": _LATIN,
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "koi8_r": "KOI8-R",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "euc_kr": "EUC-KR",
}
"""What files are in that people keep, with the names that people know."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text."""

    text: str
    encoding: str
    """For people, such as `UTF-8`; with a `?` if it is a guess."""


def decode(data: bytes) -> Decoded | None:
    """Return bytes as text, None if they are no text.

    A character that the end of `data` cuts is dropped. Bytes that fit no encoding
    become U+FFFD.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return Decoded(_incremental(data, codec), name)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return _decode_other(data)
    if not _looks_like_text(data):
        return _decode_wide(data)
    return Decoded(text, "ASCII" if text.isascii() else "UTF-8")


def _incremental(data: bytes, codec: str) -> str:
    return codecs.getincrementaldecoder(codec)("replace").decode(data)


def _looks_like_text(data: bytes) -> bool:
    look = data[:_LOOK]
    return len(look.translate(None, _CONTROLS)) >= _TEXT_SHARE * len(look)


def _decode_wide(data: bytes) -> Decoded | None:
    """Recognise UTF-16 without a mark: every other byte of plain text is NUL."""
    look = data[:_LOOK]
    half = max(1, len(look) // 2)
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        nuls = look[first::2].count(0)
        others = look[1 - first :: 2].count(0)
        if (
            nuls > _NUL_SHARE * half
            and not others
            and _looks_like_text(look[1 - first :: 2])
        ):
            return Decoded(_incremental(data, codec), "UTF-16?")
    return None


def _decode_other(data: bytes) -> Decoded | None:
    wide = _decode_wide(data)
    if wide is not None:
        return wide
    if not _looks_like_text(data):
        return None
    codec = _guess(data[:_LOOK])
    return Decoded(_incremental(data, codec), f"{_CANDIDATES[codec]}?")


def _guess(look: bytes) -> str:
    """Return the most likely encoding of text that is not UTF-8."""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return "cp1252"
    best = from_bytes(look, cp_isolation=[*_CANDIDATES]).best()
    found = best.encoding if best and best.encoding in _CANDIDATES else "cp1252"
    if found == "cp1250" and _is_same(look, found, "cp1252"):
        return "cp1252"
    return found


def _is_same(data: bytes, one: str, other: str) -> bool:
    return data.decode(one, "replace") == data.decode(other, "replace")
