"""The tree of a repository, drawn line by line: only visible rows cost anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.selection import Selection
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.tree_rows import SortOrder, TreeRows
from rehydrate_tui.tui.widgets.tree_columns import GUTTER, MARK, Columns
from rehydrate_tui.tui.widgets.tree_line import Piece, TreeLines

_HEADER = 1
"""Lines above the rows."""


class RepoTreeView(ScrollView, can_focus=True):
    """Rows with marks, names, counts, sizes and shares, under a line of headings.

    It moves the cursor, opens and closes by itself; what a tick does is decided by
    whoever listens to `TickRequested`.

    Args:
        rows: the rows; the widget rebuilds nothing unless a key of its own asks for it.
        selection: the ticks.
        policy: from when on files are called large.
        root_name: how the first row is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.TREE)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tree--header",
        "tree--cursor",
        "tree--directory",
        "tree--expander",
        "tree--mark-on",
        "tree--mark-partial",
        "tree--flag",
        "tree--large",
        "tree--huge",
        "tree--count",
        "tree--count-ticked",
        "tree--size",
        "tree--bar",
        "tree--match",
    }

    class CursorMoved(Message):
        """The cursor stands on another row."""

        def __init__(self, tree: RepoTreeView, node: int) -> None:
            super().__init__()
            self.tree = tree
            self.node = node

        @property
        def control(self) -> RepoTreeView:
            """The tree that sent it."""
            return self.tree

    class TickRequested(Message):
        """Somebody wants the row ticked or unticked."""

        def __init__(self, tree: RepoTreeView, node: int) -> None:
            super().__init__()
            self.tree = tree
            self.node = node

        @property
        def control(self) -> RepoTreeView:
            """The tree that sent it."""
            return self.tree

    class SortRequested(Message):
        """Somebody clicked on a heading."""

        def __init__(self, sort: SortOrder) -> None:
            super().__init__()
            self.sort = sort

    def __init__(
        self,
        rows: TreeRows,
        selection: Selection,
        policy: SizePolicy,
        root_name: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._rows = rows
        self._selection = selection
        self._policy = policy
        self._root_name = root_name
        self._words: Sequence[str] = ()
        self._cursor = 0
        self._lines = self._make_lines(80)

    @property
    def node(self) -> int:
        """The node under the cursor; the root when there is no row."""
        rows = self._rows.rows
        return rows[self._cursor] if self._cursor < len(rows) else ROOT

    def show(self, *, node: int, words: Sequence[str] | None = None) -> None:
        """Take over changed rows and put the cursor on `node`, or near it."""
        if words is not None:
            self._words = words
        self._lines = self._make_lines(self.scrollable_content_region.width)
        self._resize()
        self._cursor = self._rows.row_of(node)
        self._keep_cursor_visible()
        self.refresh()
        self.post_message(self.CursorMoved(self, self.node))

    def on_resize(self) -> None:
        """Share the new width out."""
        self._lines = self._make_lines(self.scrollable_content_region.width)
        self._resize()
        self._keep_cursor_visible()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        if y < _HEADER:
            return self._strip(self._lines.header())
        row = y - _HEADER + self.scroll_offset.y
        if row >= len(self._rows.rows):
            return Strip.blank(self.scrollable_content_region.width, self.rich_style)
        is_cursor = row == self._cursor
        pieces = self._lines.row(self._rows.rows[row], is_cursor=is_cursor)
        return self._strip(pieces, is_cursor=is_cursor)

    def on_click(self, event: events.Click) -> None:
        """Tick at the mark, open at the expander, else move; twice opens a directory."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < _HEADER:
            is_size = offset.x >= GUTTER + MARK + self._lines.columns.name
            sort = SortOrder.SIZE if is_size else SortOrder.NAME
            self.post_message(self.SortRequested(sort))
            return
        row = offset.y - _HEADER + self.scroll_offset.y
        if row < len(self._rows.rows):
            self._go_to(row)
            self._click_row(offset.x, is_second=event.chain > 1)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go_to(self._cursor + by)

    def action_move_page(self, by: int) -> None:
        """Move the cursor by pages."""
        page = max(1, self.scrollable_content_region.height - _HEADER - 1)
        self._go_to(self._cursor + by * page)

    def action_move_to_first(self) -> None:
        """Move the cursor to the first row."""
        self._go_to(0)

    def action_move_to_last(self) -> None:
        """Move the cursor to the last row."""
        self._go_to(len(self._rows.rows) - 1)

    def action_close(self) -> None:
        """Close the directory, or move to the one above."""
        node = self.node
        if self._is_open_directory(node) and node != ROOT:
            self._set_open(node, is_open=False)
        elif not self._rows.is_flat:
            self._go_to(self._rows.row_of(self._rows.tree.parent(node)))

    def action_open(self) -> None:
        """Open the directory, or move to the first row in it."""
        node = self.node
        if self._is_open_directory(node):
            self._go_to(self._cursor + 1)
        else:
            self._set_open(node, is_open=True)

    def action_activate(self) -> None:
        """Open or close a directory; tick a file."""
        node = self.node
        if self._rows.tree.is_directory(node):
            self._set_open(node, is_open=not self._rows.is_open(node))
        else:
            self.post_message(self.TickRequested(self, node))

    def action_open_below(self) -> None:
        """Open every directory at and below the cursor."""
        self._rows.open_below(self.node, is_open=True)
        self.show(node=self.node)

    def action_close_below(self) -> None:
        """Close every directory below the cursor."""
        node = self.node
        self._rows.open_below(node, is_open=False)
        if node == ROOT:
            self._rows.set_open(ROOT, is_open=True)
        self.show(node=node)

    def _click_row(self, x: int, *, is_second: bool) -> None:
        node = self.node
        if GUTTER <= x < GUTTER + MARK:
            self.post_message(self.TickRequested(self, node))
        elif self._rows.tree.is_directory(node) and (
            x in self._lines.expander_at(node) or is_second
        ):
            self.action_activate()

    def _is_open_directory(self, node: int) -> bool:
        return self._rows.tree.is_directory(node) and self._rows.is_open(node)

    def _set_open(self, node: int, *, is_open: bool) -> None:
        self._rows.set_open(node, is_open=is_open)
        self.show(node=node)

    def _go_to(self, row: int) -> None:
        row = max(0, min(row, len(self._rows.rows) - 1))
        if row == self._cursor:
            return
        old, self._cursor = self._cursor, row
        self._keep_cursor_visible()
        top = self.scroll_offset.y - _HEADER
        width = self.size.width
        self.refresh(*(Region(0, changed - top, width, 1) for changed in (old, row)))
        self.post_message(self.CursorMoved(self, self.node))

    def _keep_cursor_visible(self) -> None:
        page = max(1, self.scrollable_content_region.height - _HEADER)
        top = self.scroll_offset.y
        if self._cursor < top:
            top = self._cursor
        elif self._cursor >= top + page:
            top = self._cursor - page + 1
        self.scroll_to(y=top, animate=False, immediate=True)

    def _resize(self) -> None:
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, len(self._rows.rows) + _HEADER)

    def _make_lines(self, width: int) -> TreeLines:
        return TreeLines(
            rows=self._rows,
            selection=self._selection,
            policy=self._policy,
            columns=Columns.fit(width, self._rows.tree.file_count(ROOT)),
            root_name=self._root_name,
            words=self._words,
        )

    def _strip(self, pieces: list[Piece], *, is_cursor: bool = False) -> Strip:
        # Asked for together, so that translucent colours know what lies below them.
        below = ("tree--cursor",) if is_cursor else ()
        base = self.get_visual_style(*below).rich_style
        segments = [
            Segment(
                text,
                self.get_visual_style(*below, f"tree--{name}").rich_style
                if name
                else base,
            )
            for text, name in pieces
        ]
        width = self.scrollable_content_region.width
        return Strip(segments).adjust_cell_length(width, base)
