"""The side panel: what is under the cursor, and what is in the basket."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual import work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rehydrate_tui.domain.file_type import type_of
from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.paths import unsafe_reason
from rehydrate_tui.domain.selection import Selection
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import ROOT, RepoTree
from rehydrate_tui.tui.widgets.tree_columns import fit_left, fit_path, fit_right

_WIDTH = 34
_SIZE = 9
_TOP = 5
_SHORT_ID = 12

_SLICE = 2000
"""Entries between two looks at what else there is to do: a few milliseconds."""

_KINDS = {
    FileMode.REGULAR: "file",
    FileMode.EXECUTABLE: "executable file",
    FileMode.SYMLINK: "symbolic link",
    FileMode.TREE: "directory",
    FileMode.GITLINK: "submodule",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What a directory holds."""

    largest: tuple[int, ...]
    types: tuple[tuple[str, int], ...]
    """Extensions with their bytes, the largest first."""


async def sum_up(tree: RepoTree, node: int) -> Totals:
    """Look through everything below a directory once, in slices: keys come first."""
    types: Counter[str] = Counter()
    largest: list[int] = []
    end = tree.end(node)
    for start in range(node, end, _SLICE):
        nodes = range(start, min(start + _SLICE, end))
        files = [each for each in nodes if tree.entry(each).mode.is_blob]
        largest = heapq.nlargest(_TOP, (*largest, *files), key=tree.sizes.__getitem__)
        for file in files:
            types[type_of(tree.path(file))] += tree.size(file)
        await asyncio.sleep(0)
    return Totals(largest=tuple(largest), types=tuple(types.most_common(_TOP)))


class Details(VerticalScroll, can_focus=False):
    """Tells of one node and of the ticks.

    Args:
        selection: the ticks, and the tree they are in.
        policy: from when on files are called large.
        root_name: how the root is called.
    """

    def __init__(
        self, selection: Selection, policy: SizePolicy, root_name: str
    ) -> None:
        super().__init__()
        self._tree = selection.tree
        self._selection = selection
        self._policy = policy
        self._root_name = root_name
        self._totals: dict[int, Totals] = {}

    def compose(self) -> Iterable[Widget]:
        """Put the node above the basket."""
        yield Static(id="details-node")
        yield Static(id="details-basket")

    @work(exclusive=True, group="details")
    async def show(self, node: int) -> None:
        """Tell of `node`; of a large directory's files as soon as they are summed up."""
        heading = [*self._heading(node), *self._warnings(node)]
        self._update("#details-node", heading)
        self._update("#details-basket", self._basket())
        if self._tree.is_directory(node):
            if node not in self._totals:
                self._totals[node] = await sum_up(self._tree, node)
            self._update("#details-node", [*heading, *self._directory(node)])

    def _update(self, selector: str, lines: Iterable[Content]) -> None:
        self.query_one(selector, Static).update(Content("\n").join(lines))

    def _heading(self, node: int) -> Iterator[Content]:
        tree = self._tree
        entry = tree.entry(node)
        path = strip_controls(entry.path) or self._root_name
        yield Content.styled(path, "bold")
        yield Content(_KINDS[entry.mode])
        if entry.mode is FileMode.GITLINK:
            yield _pair("Commit", entry.oid[:_SHORT_ID])
            return
        yield _pair("Size", format_size(tree.size(node)))
        if tree.is_directory(node):
            yield _pair("Files", f"{tree.file_count(node):,}")
        elif entry.oid:
            yield _pair("Blob", entry.oid[:_SHORT_ID])

    def _warnings(self, node: int) -> Iterator[Content]:
        tree = self._tree
        if node == ROOT:
            return
        reason = unsafe_reason(tree.path(node))
        if reason:
            yield Content.styled(f"unsafe path: {reason}", "bold $text-error")
        if tree.is_directory(node):
            return
        if tree.entry(node).mode is FileMode.GITLINK:
            yield Content.styled(
                "Its files are in another repository.", "$foreground-muted"
            )
        word = self._policy.size_word(tree.size(node))
        if word:
            yield Content.styled(f"{word} file", "bold $text-warning")

    def _directory(self, node: int) -> Iterator[Content]:
        totals, tree = self._totals[node], self._tree
        if not totals.largest:
            return
        prefix = len(tree.path(node)) + 1 if node else 0
        yield from _section("Largest files")
        for file in totals.largest:
            path = strip_controls(tree.path(file)[prefix:])
            yield _row(fit_path(path, _WIDTH - _SIZE), tree.size(file))
        yield from _section("Types")
        for extension, size in totals.types:
            yield _row(fit_left(strip_controls(extension), _WIDTH - _SIZE), size)

    def _basket(self) -> Iterator[Content]:
        selection, tree = self._selection, self._tree
        if not selection.count():
            return
        yield from _section(f"Ticked: {selection.count():,}")
        tops = [node for node in tree.children(ROOT) if selection.count(node)]
        tops.sort(key=selection.size, reverse=True)
        for node in tops[:_TOP]:
            name = strip_controls(tree.name(node))
            if tree.is_directory(node):
                name = f"{name}/ ({selection.count(node):,})"
            yield _row(fit_left(name, _WIDTH - _SIZE), selection.size(node))
        if len(tops) > _TOP:
            rest = sum(map(selection.size, tops[_TOP:]))
            more = f"{len(tops) - _TOP:,} more"
            yield _row(fit_left(more, _WIDTH - _SIZE), rest)


def _section(title: str) -> tuple[Content, Content]:
    return Content(), Content.styled(title, "bold $primary")


def _pair(name: str, value: str) -> Content:
    return Content.assemble((f"{name:<7}", "$foreground-muted"), value)


def _row(text: str, size: int) -> Content:
    return Content.assemble(
        text, (fit_right(format_size(size), _SIZE), "$foreground-muted")
    )
