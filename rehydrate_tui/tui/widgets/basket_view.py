"""The list of what is ticked, drawn line by line."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.selection import TickState
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.tui.basket import Basket, BasketRow
from rehydrate_tui.tui.commands import moving_bindings
from rehydrate_tui.tui.widgets.row_view import HEADING, RowView
from rehydrate_tui.tui.widgets.tree_columns import (
    GUTTER,
    MARK,
    SIZE,
    fit_left,
    fit_path,
    fit_right,
    share_bar,
)
from rehydrate_tui.tui.widgets.tree_line import MARKS

_COUNT = 16
_BAR = 8
_EXPANDER = 2
_LEFT = 1


class BasketView(RowView):
    """Repositories, groups and files with marks and sums."""

    BINDINGS: ClassVar[list[BindingType]] = moving_bindings()
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "basket--header",
        "basket--cursor",
        "basket--repository",
        "basket--mark",
        "basket--muted",
        "basket--bar",
    }

    class Toggled(Message):
        """A row is to be unticked, or ticked again."""

    class Activated(Message):
        """A row is to be opened."""

    def __init__(self, basket: Basket) -> None:
        super().__init__()
        self._basket = basket

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._basket.rows)

    @property
    def row(self) -> BasketRow | None:
        """The row under the cursor."""
        rows = self._basket.rows
        return rows[self.cursor] if self.cursor < len(rows) else None

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        width = self.scrollable_content_region.width
        if y < HEADING:
            return self._strip(self._header(width), is_cursor=False)
        number = self.row_at(y)
        if number >= self.row_count:
            return Strip.blank(width, self.rich_style)
        is_cursor = number == self.cursor
        row = self._basket.rows[number]
        return self._strip(
            self._row(row, width, is_cursor=is_cursor), is_cursor=is_cursor
        )

    def on_click(self, event: events.Click) -> None:
        """Untick at the mark, open at the arrow or by a second click, else move."""
        offset = event.get_content_offset(self)
        if offset is None or event.button != _LEFT or offset.y < HEADING:
            return
        number = self.row_at(offset.y)
        if number >= self.row_count:
            return
        self.go_to(number)
        indent = GUTTER + MARK + 2 * self._basket.rows[number].depth
        if GUTTER <= offset.x < GUTTER + MARK:
            self.post_message(self.Toggled())
        elif indent <= offset.x < indent + _EXPANDER or event.chain > 1:
            self.post_message(self.Activated())

    def _header(self, width: int) -> list[tuple[str, str]]:
        name = "By type" if self._basket.is_by_type else "By directory"
        text = " " * (GUTTER + MARK) + fit_left(name, self._name_width(width))
        text += fit_right("Files", _COUNT) + fit_right("Size", SIZE) + " Share "
        return [(text, "header")]

    def _row(
        self, row: BasketRow, width: int, *, is_cursor: bool
    ) -> list[tuple[str, str]]:
        sums = self._basket.sums(row)
        indent = " " * (2 * row.depth)
        arrow = "  "
        if row.depth == 1:
            arrow = "▼ " if self._basket.is_open(row) else "▶ "
        room = self._name_width(width) - len(indent) - _EXPANDER
        files = f"{sums.count:,}/{len(row.files):,}"
        if sums.state is TickState.ON:
            files = f"{sums.count:,}"
        is_top = row.depth == 0
        return [
            ("> " if is_cursor else "  ", ""),
            (f"{MARKS[sums.state]} ", "mark"),
            (indent + arrow, "muted"),
            (fit_path(_name(row), room), "repository" if is_top else ""),
            (fit_right("" if row.depth > 1 else files, _COUNT), "muted"),
            (fit_right(format_size(sums.size), SIZE), ""),
            (f" {share_bar(sums.size, self._basket.totals[2], _BAR - 2)} ", "bar"),
        ]

    @staticmethod
    def _name_width(width: int) -> int:
        return max(1, width - GUTTER - MARK - _COUNT - SIZE - _BAR)

    def _strip(self, pieces: list[tuple[str, str]], *, is_cursor: bool) -> Strip:
        below = ("basket--cursor",) if is_cursor else ()
        base = self.get_visual_style(*below).rich_style
        segments = [
            Segment(
                text,
                self.get_visual_style(*below, f"basket--{name}").rich_style
                if name
                else base,
            )
            for text, name in pieces
        ]
        return Strip(segments).adjust_cell_length(
            self.scrollable_content_region.width, base
        )


def _name(row: BasketRow) -> str:
    if row.depth == 0:
        commit = row.workspace.opened.commit
        return strip_controls(f"{row.name} @ {commit.ref} ({commit.oid[:7]})")
    if row.depth == 1 and not row.name:
        return "(top directory)"
    return strip_controls(row.name)
