"""One row of the tree as styled pieces of text. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.local_states import LocalStates
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.selection import Selection, TickState
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.tui.tree_rows import SortOrder, TreeRows
from rehydrate_tui.tui.widgets.tree_columns import (
    GUTTER,
    MARK,
    Columns,
    fit_left,
    fit_path,
    fit_right,
    share_bar,
)

Piece = tuple[str, str]
"""A text and the name of its style; an empty name is the row's own style."""

MARKS = {TickState.OFF: "[ ]", TickState.PARTIAL: "[-]", TickState.ON: "[x]"}
NO_MARK = "   "

_FLAGS = {
    FileMode.SYMLINK: "link",
    FileMode.EXECUTABLE: "exec",
    FileMode.GITLINK: "module",
}
_STATE_WORDS = {
    FileState.PRESENT: "have",
    FileState.EDITED: "edited",
    FileState.OUTDATED: "outdated",
    FileState.MISSING: "missing",
}
_EXPANDER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLines:
    """Writes the rows of one tree."""

    rows: TreeRows
    selection: Selection
    policy: SizePolicy
    local: LocalStates
    columns: Columns
    root_name: str
    words: Sequence[str] = ()
    """Words of the filter, to be shown where they match."""
    prompt: str = ""
    """What is waited for; it takes the place of the heading of the names."""

    def header(self) -> list[Piece]:
        """Return the line over the columns; the order is named where it shows."""
        columns, sort = self.columns, self.rows.sort
        name = {SortOrder.NAME: "Name ▲", SortOrder.TYPE: "Name, by type ▲"}
        size = "▼ Size" if sort is SortOrder.SIZE or self.rows.is_flat else "Size"
        title = "Largest files first" if self.rows.is_flat else name.get(sort, "Name")
        text = (
            " " * (GUTTER + MARK)
            + fit_left(self.prompt or title, columns.name)
            + (fit_right("Files", columns.count) if columns.count else "")
            + fit_right(size, columns.size)
            + (" " + fit_left("Share", columns.bar - 1) if columns.bar else "")
            + " "
        )
        return [(text, "header")]

    def row(self, node: int, *, is_cursor: bool) -> list[Piece]:
        """Return the pieces of the row of `node`."""
        columns = self.columns
        pieces: list[Piece] = [("> " if is_cursor else "  ", "")]
        pieces.append(self._mark(node))
        pieces.extend(self._name_column(node))
        if columns.count:
            pieces.append(self._count(node))
        pieces.append(self._size(node))
        if columns.bar:
            bar = share_bar(*self._share(node), columns.bar - 1)
            pieces.append((f" {bar}", "bar"))
        pieces.append((" ", ""))
        return pieces

    def expander_at(self, node: int) -> range:
        """Return the columns of the expander of a directory."""
        start = GUTTER + MARK + self.columns.indent(self.depth(node))
        return range(start, start + _EXPANDER)

    def depth(self, node: int) -> int:
        """Return how far the row of `node` is indented."""
        if node == ROOT or self.rows.is_flat:
            return 0
        return self.rows.tree.path(node).count("/") + 1

    def _mark(self, node: int) -> Piece:
        if not self.rows.tree.file_count(node):
            return f"{NO_MARK} ", ""
        state = self.selection.state(node)
        style = "" if state is TickState.OFF else f"mark-{state.value}"
        return f"{MARKS[state]} ", style

    def _name_column(self, node: int) -> Iterator[Piece]:
        tree, columns = self.rows.tree, self.columns
        is_directory = tree.is_directory(node)
        indent = columns.indent(self.depth(node))
        width = columns.name - indent - _EXPANDER
        arrow = "  "
        if is_directory:
            arrow = "▼ " if self.rows.is_open(node) else "▶ "
        elif self.rows.is_flat:
            width, arrow = width + _EXPANDER, ""
        yield " " * indent + arrow, "expander"
        flags = self._flags(node) if columns.has_flags else ()
        flags_width = sum(len(word) + 1 for word, _ in flags)
        if width - flags_width < flags_width:
            flags, flags_width = (), 0
        yield from self._name(node, width - flags_width, is_directory=is_directory)
        for word, style in flags:
            yield f" {word}", style

    def _name(self, node: int, width: int, *, is_directory: bool) -> Iterator[Piece]:
        tree = self.rows.tree
        style = "directory" if is_directory else ""
        if node == ROOT:
            yield fit_left(self.root_name, width), style
            return
        if self.rows.is_flat:
            text = fit_path(strip_controls(tree.path(node)), width)
        else:
            text = fit_left(strip_controls(tree.name(node)), width)
        yield from _highlight(text, style, self.words)

    def _flags(self, node: int) -> tuple[Piece, ...]:
        tree = self.rows.tree
        flags: list[Piece] = []
        word = _FLAGS.get(tree.entry(node).mode)
        if word is not None:
            flags.append((word, "flag"))
        if not tree.is_directory(node):
            size_word = self.policy.size_word(tree.size(node))
            if size_word:
                flags.append((size_word, size_word))
        state = self.local.telling(node)
        if state is not None:
            flags.append((self._state_word(node, state), _STATE_WORDS[state]))
        return tuple(flags)

    def _state_word(self, node: int, state: FileState) -> str:
        word = _STATE_WORDS[state]
        if state is FileState.PRESENT or not self.rows.tree.is_directory(node):
            return word
        return f"{self.local.count(node, state):,} {word}"

    def _count(self, node: int) -> Piece:
        tree, width = self.rows.tree, self.columns.count
        if not tree.is_directory(node):
            return " " * width, ""
        ticked, files = self.selection.count(node), tree.file_count(node)
        text = f"{ticked:,}/{files:,}" if ticked else f"{files:,}"
        return fit_right(text, width), "count-ticked" if ticked else "count"

    def _size(self, node: int) -> Piece:
        tree, width = self.rows.tree, self.columns.size
        if tree.entry(node).mode is FileMode.GITLINK:
            return " " * width, ""
        return fit_right(format_size(tree.size(node)), width), "size"

    def _share(self, node: int) -> tuple[int, int]:
        tree = self.rows.tree
        if self.rows.is_flat:
            return tree.size(node), tree.size(self.rows.rows[0])
        return (tree.size(node), tree.size(tree.parent(node))) if node else (0, 0)


def _highlight(text: str, style: str, words: Sequence[str]) -> Iterator[Piece]:
    """Split `text` where words of the filter stand."""
    lowered = text.lower()
    if not words or len(lowered) != len(text):
        yield text, style
        return
    matched = bytearray(len(text))
    for word in words:
        start = lowered.find(word)
        while start >= 0:
            matched[start : start + len(word)] = b"\1" * len(word)
            start = lowered.find(word, start + len(word))
    start = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or matched[position] != matched[start]:
            yield text[start:position], "match" if matched[start] else style
            start = position


def line_width(pieces: Sequence[Piece]) -> int:
    """Return the cells that pieces take."""
    return sum(cell_len(text) for text, _ in pieces)
