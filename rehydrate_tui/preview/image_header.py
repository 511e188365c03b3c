"""Format and dimensions of a picture from its first bytes; nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Callable

from rehydrate_tui.preview.models import Image

_MAX_SEGMENTS = 500
# Markers that begin a JPEG frame: all SOFn but DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def read_header(data: bytes) -> Image | None:
    """Return what kind of picture it is and how large, None if it is none."""
    for magic, read in _READERS:
        if data.startswith(magic):
            try:
                return read(data)
            except (struct.error, IndexError):
                return None
    return None


def _png(data: bytes) -> Image | None:
    if data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return Image(format="PNG", width=width, height=height)


def _gif(data: bytes) -> Image:
    width, height = struct.unpack_from("<HH", data, 6)
    return Image(format="GIF", width=width, height=height)


def _bmp(data: bytes) -> Image | None:
    [head] = struct.unpack_from("<I", data, 14)
    if head < 40 or head > 124:  # noqa: PLR2004 - the sizes of its versions
        return None
    width, height = struct.unpack_from("<ii", data, 18)
    return Image(format="BMP", width=abs(width), height=abs(height))


def _webp(data: bytes) -> Image | None:
    if data[8:12] != b"WEBP":
        return None
    form = data[12:16]
    if form == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
    elif form == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 ":
        width, height = (each & 0x3FFF for each in struct.unpack_from("<HH", data, 26))
    else:
        return None
    return Image(format="WebP", width=width, height=height)


def _jpeg(data: bytes) -> Image | None:
    position = 2
    for _ in range(_MAX_SEGMENTS):
        if data[position] != 0xFF:  # noqa: PLR2004 - begins every marker
            return None
        marker = data[position + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return Image(format="JPEG", width=width, height=height)
        if marker == 0xFF or marker in _ALONE:  # noqa: PLR2004 - padding
            position += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        [length] = struct.unpack_from(">H", data, position + 2)
        position += 2 + length
    return None


_READERS: tuple[tuple[bytes, Callable[[bytes], Image | None]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"GIF8", _gif),
    (b"\xff\xd8\xff", _jpeg),
    (b"RIFF", _webp),
    (b"BM", _bmp),
)
