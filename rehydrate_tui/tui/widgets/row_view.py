"""Rows under a heading with a cursor that keys move; drawn line by line."""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView

HEADING = 1
"""Lines above the rows."""


class RowView(ScrollView, can_focus=True):
    """Keeps a cursor on one of `row_count` rows, and that row in view."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.cursor = 0
        """The row under the cursor."""

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_at(self, y: int) -> int:
        """Return the row that is drawn in line `y` of the widget; it may not exist."""
        return y - HEADING + self.scroll_offset.y

    def cursor_moved(self) -> None:
        """Do what follows when the cursor stands on another row."""

    def fit(self) -> None:
        """Follow another number of rows, or another size."""
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, self.row_count + HEADING)
        self.keep_cursor_visible()
        self.refresh()

    def on_resize(self) -> None:
        """Follow the new size."""
        self.fit()

    def go_to(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest one that there is."""
        row = max(0, min(row, self.row_count - 1))
        if row == self.cursor:
            return
        old, self.cursor = self.cursor, row
        self.keep_cursor_visible()
        top, width = self.scroll_offset.y - HEADING, self.size.width
        self.refresh(*(Region(0, changed - top, width, 1) for changed in (old, row)))
        self.cursor_moved()

    def keep_cursor_visible(self) -> None:
        """Scroll as little as is needed."""
        top, page = self.scroll_offset.y, self._page
        if self.cursor < top:
            top = self.cursor
        elif self.cursor >= top + page:
            top = self.cursor - page + 1
        self.scroll_to(y=top, animate=False, immediate=True)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.go_to(self.cursor + by)

    def action_move_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.go_to(self.cursor + by * max(1, self._page - 1))

    def action_move_to_first(self) -> None:
        """Move the cursor to the first row."""
        self.go_to(0)

    def action_move_to_last(self) -> None:
        """Move the cursor to the last row."""
        self.go_to(self.row_count - 1)

    @property
    def _page(self) -> int:
        """How many rows are in view."""
        return max(1, self.scrollable_content_region.height - HEADING)
