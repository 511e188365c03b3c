"""Pictures in half blocks: two pixels in every cell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from rehydrate_tui.preview.pixels import Colour, NoPixels, Pixels, decode
from rehydrate_tui.tui.preview.page import Line
from rehydrate_tui.tui.preview.palette import Palette

MAX_WIDTH = 120
"""Cells: every one of them is bytes on the way to the terminal."""

_UPPER = "▀"


def picture_lines(data: bytes, width: int, height: int, palette: Palette) -> list[Line]:
    """Return a picture in at most `width` to `height` cells, or why there is none."""
    box = (max(1, min(width, MAX_WIDTH)), max(1, height) * 2)
    pixels = decode(
        data,
        box,
        background=palette.background,
        palette=palette.has_few_colours,
    )
    if isinstance(pixels, NoPixels):
        return [[Segment(pixels.reason, palette["warning"])]]
    return [list(_row(pixels, y, palette)) for y in range(0, pixels.height, 2)]


def _row(pixels: Pixels, y: int, palette: Palette) -> Iterator[Segment]:
    """Draw two rows of pixels as one line of cells."""

    def pair(x: int) -> tuple[Colour, Colour]:
        below = pixels.at(x, y + 1) if y + 1 < pixels.height else palette.background
        return pixels.at(x, y), below

    for (upper, lower), run in groupby(map(pair, range(pixels.width))):
        count = sum(1 for _ in run)
        style = Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
        yield Segment(_UPPER * count, style)
