"""PNG pictures drawn with the standard library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from rehydrate_tui.demo.sample.weather import DAYS_IN_YEAR, HOURS, year

Palette = Sequence[tuple[int, int, int]]
_COLD, _MILD, _HOT = (38, 70, 140), (244, 232, 190), (196, 52, 44)
_STEPS = 64
_LOWEST, _HIGHEST = -14.0, 26.0


def png(rows: Sequence[bytes], palette: Palette) -> bytes:
    """Encode rows of palette indexes as a PNG file."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _between(
    low: tuple[int, int, int], high: tuple[int, int, int], share: float
) -> tuple[int, int, int]:
    red, green, blue = (
        round(first + (last - first) * share)
        for first, last in zip(low, high, strict=True)
    )
    return red, green, blue


def _heat_palette() -> list[tuple[int, int, int]]:
    half = _STEPS // 2
    cold = [_between(_COLD, _MILD, step / half) for step in range(half)]
    hot = [_between(_MILD, _HOT, step / (half - 1)) for step in range(half)]
    return cold + hot


def heat_map(cell_width: int = 2, cell_height: int = 10) -> bytes:
    """Draw the year: a column for each day, a row for each hour."""
    rows: list[bytes] = []
    for hour in range(HOURS):
        line = bytearray()
        for day in year():
            share = (day.hours[hour].temperature - _LOWEST) / (_HIGHEST - _LOWEST)
            index = min(_STEPS - 1, max(0, int(share * _STEPS)))
            line += bytes((index,)) * cell_width
        rows.extend([bytes(line)] * cell_height)
    return png(rows, _heat_palette())


def rain_chart(height: int = 120) -> bytes:
    """Draw the rain of every day as bars on a light ground."""
    palette = [(250, 250, 246), (47, 111, 159), (214, 214, 206)]
    width = DAYS_IN_YEAR * 2
    canvas = [bytearray(width) for _ in range(height)]
    for line in range(0, height, height // 4):
        canvas[line] = bytearray(b"\2" * width)
    for index, day in enumerate(year()):
        top = height - min(height - 1, round(day.rain * 4.5))
        for line in range(top, height):
            canvas[line][index * 2 : index * 2 + 2] = b"\1\1"
    return png([bytes(line) for line in canvas], palette)


def sparkline(values: Sequence[float], height: int = 48) -> bytes:
    """Draw a small line chart: the output of a notebook cell."""
    palette = [(255, 255, 255), (178, 58, 48)]
    low, high = min(values), max(values)
    canvas = [bytearray(len(values)) for _ in range(height)]
    before = 0
    for column, value in enumerate(values):
        line = height - 1 - round((value - low) / (high - low) * (height - 1))
        first, last = sorted((line, before if column else line))
        for filled in range(first, last + 1):
            canvas[filled][column] = 1
        before = line
    return png([bytes(line) for line in canvas], palette)


def icon(size: int = 32) -> bytes:
    """Draw the station's mark: a mountain before the sky."""
    palette = [(143, 190, 222), (66, 92, 74), (250, 250, 250)]
    rows: list[bytes] = []
    for line in range(size):
        row = bytearray(size)
        for column in range(size):
            depth = line - abs(column - size // 2)
            if depth >= size // 5:
                row[column] = 2 if line < size // 2 and depth < size // 3 else 1
        rows.append(bytes(row))
    return png(rows, palette)
