"""A scrolling list of files: any number of them, only visible lines cost anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rehydrate_tui.tui.widgets.tree_columns import fit_left, fit_path

T = TypeVar("T")

_STATE = 14
_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """One line: a state in words, a path, and what else there is to say."""

    state: str
    path: str
    """Already harmless: see `domain.text`."""
    size: str = ""
    """Stands at the right end."""
    note: str = ""
    """Follows the path, instead of the size."""
    tone: str = ""
    """`good`, `muted`, `warning` or `error`; an empty text is plain."""


def line_segments(
    line: ListLine, width: int, base: Style, tone: Style
) -> list[Segment]:
    """Return the parts of a line that is `width` cells wide.

    Args:
        line: what to draw.
        width: the cells there are.
        base: the style of path and size.
        tone: the style of state and note.
    """
    segments = [Segment(fit_left(line.state, _STATE), tone)]
    room = width - _STATE - 1
    if line.note:
        path = min(cell_len(line.path), room // 2)
        segments.append(Segment(fit_path(line.path, path), base))
        rest = room - path - _GAP
        segments.append(Segment(" " * _GAP + fit_left(line.note, rest), tone))
    else:
        path = room - len(line.size) - _GAP
        segments.append(Segment(fit_path(line.path, path), base))
        segments.append(Segment(" " * _GAP + line.size, base))
    return segments


class LineList(ScrollView, can_focus=True):
    """Lines that are made when they come into view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--good",
        "list--muted",
        "list--warning",
        "list--error",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._count = 0
        self._line: Callable[[int], ListLine] = _no_line

    def show(self, items: Sequence[T], describe: Callable[[T], ListLine]) -> None:
        """Show `items`, each as `describe` puts it."""
        self._count = len(items)
        self._line = lambda index: describe(items[index])
        self._resize()
        self.refresh()

    def on_resize(self) -> None:
        """Follow the new width."""
        self._resize()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        base = self.rich_style
        if index >= self._count:
            return Strip.blank(width, base)
        line = self._line(index)
        tone = base
        if line.tone:
            tone = self.get_component_rich_style(f"list--{line.tone}")
        segments = line_segments(line, width, base, tone)
        return Strip(segments).adjust_cell_length(width, base)

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self._count)


def _no_line(_index: int) -> ListLine:
    return ListLine(state="", path="")
