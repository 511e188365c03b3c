"""Lines that are ready to be shown; whatever is in them, no terminal obeys it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.segment import Segment
from textual.strip import Strip

from rehydrate_tui.domain.text import strip_controls

MAX_LINES = 6000

Line = list[Segment]


@dataclass(frozen=True, slots=True)
class Page:
    """What a preview looks like at one width."""

    lines: tuple[Strip, ...]
    frozen: int = 0
    """Lines at the top that do not scroll."""
    headings: tuple[tuple[int, int], ...] = ()
    """From which to which cell the heading of each column goes."""
    width: int = field(default=0)
    """Cells of the widest line."""


def make_page(
    lines: Iterable[Line],
    *,
    frozen: int = 0,
    headings: tuple[tuple[int, int], ...] = (),
) -> Page:
    """Make a page; this is where everything from outside passes on its way out."""
    strips: list[Strip] = []
    for line in lines:
        strips.append(Strip([_harmless(segment) for segment in line if segment.text]))
        if len(strips) >= MAX_LINES:
            break
    width = max((strip.cell_length for strip in strips), default=0)
    return Page(tuple(strips), frozen, headings, width)


def _harmless(segment: Segment) -> Segment:
    style = segment.style
    if style is not None and (style.link or style.meta):
        style = style.clear_meta_and_links()
    return Segment(strip_controls(segment.text), style)
