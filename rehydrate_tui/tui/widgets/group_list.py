"""Lines in groups that open and close: sums at a glance, single files on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.widgets.line_list import ListLine, line_segments
from rehydrate_tui.tui.widgets.row_view import HEADING, RowView
from rehydrate_tui.tui.widgets.tree_columns import fit_left

_GUTTER = 2
_TITLE = 20
_COUNT = 9
_SIZE = 12
_INDENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some files that have something in common."""

    title: str
    count: int
    size: int | None = None
    """Bytes of all of them; None: that means nothing here."""
    line: Callable[[int], ListLine]
    """Gives the line of one of them."""
    note: str = ""
    tone: str = ""
    """`good`, `muted`, `warning` or `error`; an empty text is plain."""
    is_open: bool = False


class GroupList(RowView):
    """Groups with a cursor; says `Highlighted` when it stands on another row."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.LIST)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--heading",
        "list--group",
        "list--cursor",
        "list--good",
        "list--muted",
        "list--warning",
        "list--error",
    }

    class Highlighted(Message):
        """The cursor stands on another row, of which `text` tells everything."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._groups: Sequence[Group] = ()
        self._is_open: list[bool] = []

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return sum(map(self._rows_of, range(len(self._groups))))

    def show(self, groups: Sequence[Group]) -> None:
        """Show groups; those that were open by their titles stay so."""
        before = {
            group.title: is_open
            for group, is_open in zip(self._groups, self._is_open, strict=True)
        }
        self._groups = groups
        self._is_open = [before.get(group.title, group.is_open) for group in groups]
        self.cursor = min(self.cursor, max(0, self.row_count - 1))
        self.fit()
        self.cursor_moved()

    def cursor_moved(self) -> None:
        """Tell what the row under the cursor is about."""
        self.post_message(self.Highlighted(self._text()))

    def action_toggle_group(self) -> None:
        """Open or close the group of the row under the cursor."""
        group, _ = self._place(self.cursor)
        if group < len(self._groups):
            self._open(group, is_open=not self._is_open[group])

    def action_open_group(self) -> None:
        """Open the group under the cursor; in an open one go to the next row."""
        group, item = self._place(self.cursor)
        if item < 0 and group < len(self._groups) and not self._is_open[group]:
            self._open(group, is_open=True)
        else:
            self.action_move(1)

    def action_close_group(self) -> None:
        """Close the group of the row under the cursor."""
        group, _ = self._place(self.cursor)
        if group < len(self._groups):
            self._open(group, is_open=False)

    def on_click(self, event: events.Click) -> None:
        """Go to the row; a click on a group opens or closes it."""
        row = self.row_at(event.y)
        if not 0 <= row < self.row_count or event.y < HEADING:
            return
        event.stop()
        self.go_to(row)
        if self._place(row)[1] < 0:
            self.action_toggle_group()

    def on_focus(self) -> None:
        """Show the cursor's mark."""
        self._refresh_cursor()

    def on_blur(self) -> None:
        """Take the cursor's mark away."""
        self._refresh_cursor()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        width = self.scrollable_content_region.width
        if y < HEADING:
            return self._heading(width)
        row = self.row_at(y)
        if row >= self.row_count:
            return Strip.blank(width, self.rich_style)
        is_current = row == self.cursor and self.has_focus
        group, item = self._place(row)
        segments = [Segment("> " if is_current else "  ", self.rich_style)]
        room = width - _GUTTER
        segments += self._head(group) if item < 0 else self._item(group, item, room)
        strip = Strip(segments).adjust_cell_length(width, self.rich_style)
        if is_current:
            strip = strip.apply_style(self.get_component_rich_style("list--cursor"))
        return strip

    def _heading(self, width: int) -> Strip:
        titles = f"{'Files':>{_COUNT}}{'Size':>{_SIZE}}"
        text = " " * (_GUTTER + _TITLE) + titles
        style = self.get_component_rich_style("list--heading")
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def _head(self, number: int) -> list[Segment]:
        group = self._groups[number]
        expander = "▼ " if self._is_open[number] else "▶ "
        size = "" if group.size is None else format_size(group.size)
        title = fit_left(expander + group.title, _TITLE)
        sums = f"{group.count:>{_COUNT},}{size:>{_SIZE}}"
        style = self.get_component_rich_style("list--group")
        tone = self.get_component_rich_style(f"list--{group.tone or 'group'}")
        note = f"   {group.note}" if group.note else ""
        return [Segment(title + sums, style), Segment(note, tone)]

    def _item(self, number: int, item: int, width: int) -> list[Segment]:
        line = self._groups[number].line(item)
        base = self.rich_style
        tone = base
        if line.tone:
            tone = self.get_component_rich_style(f"list--{line.tone}")
        indent = Segment(" " * _INDENT, base)
        return [indent, *line_segments(line, width - _INDENT, base, tone)]

    def _text(self) -> str:
        group, item = self._place(self.cursor)
        if group >= len(self._groups):
            return ""
        if item < 0:
            return self._groups[group].note
        line = self._groups[group].line(item)
        return f"{line.path}: {line.note}" if line.note else line.path

    def _open(self, group: int, *, is_open: bool) -> None:
        self._is_open[group] = is_open
        self.cursor = sum(map(self._rows_of, range(group)))
        self.fit()
        self.cursor_moved()

    def _rows_of(self, group: int) -> int:
        return 1 + (self._groups[group].count if self._is_open[group] else 0)

    def _place(self, row: int) -> tuple[int, int]:
        """Return the group of a row and which of its items it is; -1: its head."""
        for group in range(len(self._groups)):
            rows = self._rows_of(group)
            if row < rows:
                return group, row - 1
            row -= rows
        return len(self._groups), -1

    def _refresh_cursor(self) -> None:
        row = self.cursor - self.scroll_offset.y + HEADING
        self.refresh(Region(0, row, self.size.width, 1))
