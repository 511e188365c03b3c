"""A unified diff that scrolls both ways; only visible lines cost anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rehydrate_tui.domain.diff import Change, DiffLine
from rehydrate_tui.tui.widgets.cell_text import settle

_STYLES = {
    Change.SAME: "",
    Change.REMOVED: "diff--removed",
    Change.ADDED: "diff--added",
    Change.HUNK: "diff--hunk",
}


class DiffView(ScrollView, can_focus=True):
    """Lines with `+` or `-` in front of them, in colour as well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "diff--added",
        "diff--removed",
        "diff--hunk",
    }

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[DiffLine] = ()

    def show(self, lines: Sequence[DiffLine]) -> None:
        """Show another diff, from its beginning."""
        self._lines = lines
        width = max((len(line.text) for line in lines), default=0)
        # Of wide characters there are at most twice as many cells.
        if any(not line.text.isascii() for line in lines):
            width = max(cell_len(settle(line.text)) for line in lines)
        self.virtual_size = Size(width + 2, len(lines))
        self.scroll_to(0, 0, animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        left, top = self.scroll_offset
        width, base = self.scrollable_content_region.width, self.rich_style
        if y + top >= len(self._lines):
            return Strip.blank(width, base)
        line = self._lines[y + top]
        name = _STYLES[line.change]
        style = self.get_visual_style(name).rich_style if name else base
        sign = "" if line.change is Change.HUNK else f"{line.change.value} "
        strip = Strip([Segment(sign + settle(line.text), style)])
        return strip.crop_extend(left, left + width, style)
