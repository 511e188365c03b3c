"""The tree of a repository, drawn line by line: only visible rows cost anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.local_states import LocalStates
from rehydrate_tui.domain.selection import Selection
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.tui.commands import Place, bindings_of, keys_of
from rehydrate_tui.tui.tree_rows import SortOrder, TreeRows
from rehydrate_tui.tui.widgets.row_view import HEADING, RowView
from rehydrate_tui.tui.widgets.tree_columns import GUTTER, MARK, Columns
from rehydrate_tui.tui.widgets.tree_line import Piece, TreeLines

_LEFT = 1
"""The button of the mouse that means something."""

_JUMP = keys_of(Place.TREE, "jump")
_PROMPT = "Jump to: type a letter"


class RepoTreeView(RowView):
    """Rows with marks, names, counts, sizes and shares, under a line of headings.

    It moves the cursor, opens and closes by itself; what a tick does is decided by
    whoever listens to `TickRequested`.

    Args:
        rows: the rows; the widget rebuilds nothing unless a key of its own asks for it.
        selection: the ticks.
        policy: from when on files are called large.
        local: what is in the local folder.
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
        "tree--have",
        "tree--edited",
        "tree--outdated",
        "tree--missing",
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
        local: LocalStates,
        root_name: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._rows = rows
        self._selection = selection
        self._policy = policy
        self._local = local
        self._root_name = root_name
        self._words: Sequence[str] = ()
        self._is_jumping = False
        self._lines = self._make_lines(80)

    @property
    def node(self) -> int:
        """The node under the cursor; the root when there is no row."""
        rows = self._rows.rows
        return rows[self.cursor] if self.cursor < len(rows) else ROOT

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows.rows)

    def show(self, *, node: int, words: Sequence[str] | None = None) -> None:
        """Take over changed rows and put the cursor on `node`, or near it."""
        if words is not None:
            self._words = words
        self.cursor = self._rows.row_of(node)
        self.fit()
        self.cursor_moved()

    def fit(self) -> None:
        """Share the width out again."""
        self._lines = self._make_lines(self.scrollable_content_region.width)
        super().fit()

    def cursor_moved(self) -> None:
        """Say so."""
        self.post_message(self.CursorMoved(self, self.node))

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        if y < HEADING:
            return self._strip(self._lines.header())
        row = self.row_at(y)
        if row >= self.row_count:
            return Strip.blank(self.scrollable_content_region.width, self.rich_style)
        is_cursor = row == self.cursor
        pieces = self._lines.row(self._rows.rows[row], is_cursor=is_cursor)
        return self._strip(pieces, is_cursor=is_cursor)

    def on_click(self, event: events.Click) -> None:
        """Tick at the mark, open at the expander, else move; twice opens a directory."""
        offset = event.get_content_offset(self)
        # The right button opens JupyterLab's own menu as well, so it means nothing here.
        if offset is None or event.button != _LEFT:
            return
        if offset.y < HEADING:
            is_size = offset.x >= GUTTER + MARK + self._lines.columns.name
            sort = SortOrder.SIZE if is_size else SortOrder.NAME
            self.post_message(self.SortRequested(sort))
            return
        row = self.row_at(offset.y)
        if row < self.row_count:
            self.go_to(row)
            self._click_row(offset.x, is_second=event.chain > 1)

    def action_close(self) -> None:
        """Close the directory, or move to the one above."""
        node = self.node
        if self._is_open_directory(node) and node != ROOT:
            self._set_open(node, is_open=False)
        elif not self._rows.is_flat:
            self.go_to(self._rows.row_of(self._rows.tree.parent(node)))

    def action_open(self) -> None:
        """Open the directory, or move to the first row in it."""
        node = self.node
        if self._is_open_directory(node):
            self.go_to(self.cursor + 1)
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

    def action_move_to_parent(self) -> None:
        """Move to the directory above."""
        if not self._rows.is_flat:
            self.go_to(self._rows.row_of(self._rows.tree.parent(self.node)))

    def action_move_to_sibling(self, by: int) -> None:
        """Move to the next row of the same directory, or to the one before."""
        self.go_to(self._rows.row_of(self._rows.sibling(self.node, by)))

    def action_jump(self) -> None:
        """Wait for a letter, then go to the next row that begins with it."""
        self._wait_for_letter(is_waiting=True)

    def on_key(self, event: events.Key) -> None:
        """Take the letter after `g`; it is no command then.

        `g` itself is taken here as well: as a binding it would go through the app, and
        a letter typed quickly would overtake it.
        """
        if not self._is_jumping:
            if event.key in _JUMP:
                event.stop()
                event.prevent_default()
                self.action_jump()
            return
        self._wait_for_letter(is_waiting=False)
        if event.character and event.is_printable:
            event.stop()
            event.prevent_default()
            row = self._rows.find_initial(self.cursor, event.character)
            if row is not None:
                self.go_to(row)

    def on_blur(self) -> None:
        """Wait no longer."""
        self._wait_for_letter(is_waiting=False)

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

    def _wait_for_letter(self, *, is_waiting: bool) -> None:
        if is_waiting is not self._is_jumping:
            self._is_jumping = is_waiting
            self.fit()

    def _is_open_directory(self, node: int) -> bool:
        return self._rows.tree.is_directory(node) and self._rows.is_open(node)

    def _set_open(self, node: int, *, is_open: bool) -> None:
        self._rows.set_open(node, is_open=is_open)
        self.show(node=node)

    def _make_lines(self, width: int) -> TreeLines:
        return TreeLines(
            rows=self._rows,
            selection=self._selection,
            policy=self._policy,
            local=self._local,
            columns=Columns.fit(width, self._rows.tree.file_count(ROOT)),
            root_name=self._root_name,
            words=self._words,
            prompt=_PROMPT if self._is_jumping else "",
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
