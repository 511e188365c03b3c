"""Which nodes of a tree are rows, and in which order. Knows no widget.

Rows are one flat list of node numbers, made anew when something opens, closes, is
filtered or sorted. The order of a directory's children is found when the directory is
first shown, so a repository of any size opens at once.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from enum import Enum
from itertools import chain, compress
from operator import itemgetter

from rehydrate_tui.domain.tree import ROOT, RepoTree

_DIGITS = re.compile("[0-9]+")
_DIGIT_WIDTH = 12

SortKey = Callable[[int], tuple[object, ...]]


class SortOrder(Enum):
    """The orders that `s` cycles through."""

    NAME = "name"
    SIZE = "size"
    TYPE = "type"

    @property
    def following(self) -> SortOrder:
        """The order after this one."""
        orders = list(SortOrder)
        return orders[(orders.index(self) + 1) % len(orders)]


def natural_key(name: str) -> str:
    """Return a key that puts `part2` before `part10`, whatever the case."""
    folded = name.casefold()
    return _DIGITS.sub(lambda digits: digits[0].zfill(_DIGIT_WIDTH), folded)


class TreeRows:
    """The visible rows of a tree."""

    def __init__(self, tree: RepoTree) -> None:
        self.tree = tree
        self.rows: list[int] = []
        self.sort = SortOrder.NAME
        self.is_flat = False
        """Whether only files are shown, the largest first."""
        self.matches: list[int] | None = None
        """The files that the filter lets through; None: there is no filter."""
        self._kept = bytearray()
        self._is_directory = bytearray(map(tree.is_directory, range(len(tree))))
        self._expanded = {ROOT}
        self._collapsed_matches: set[int] = set()
        self._ordered: dict[int, list[int]] = {}
        self._whole: list[int] | None = None
        self._by_size: list[int] | None = None
        self.rebuild()

    @property
    def expanded(self) -> frozenset[int]:
        """The directories that are open when there is no filter."""
        return frozenset(self._expanded)

    def expand(self, nodes: Iterable[int]) -> None:
        """Open directories, such as those that were open in an earlier commit."""
        self._expanded.update(nodes)
        self.rebuild()

    def is_open(self, node: int) -> bool:
        """Tell whether the children of a directory are shown."""
        if self.matches is not None:
            return node not in self._collapsed_matches
        return node in self._expanded

    def set_open(self, node: int, *, is_open: bool) -> None:
        """Show or hide what is directly below `node`."""
        if is_open is self.is_open(node) or not self.tree.is_directory(node):
            return
        # A filter opens everything; what people close meanwhile is another matter.
        nodes = self._expanded if self.matches is None else self._collapsed_matches
        nodes.symmetric_difference_update({node})
        self.rebuild()

    def open_below(self, node: int, *, is_open: bool) -> None:
        """Open or close `node` and every directory below it."""
        tree = self.tree
        directories, end = tree.directories, tree.end(node)
        first, last = bisect_left(directories, node), bisect_left(directories, end)
        below = set(directories[first:last])
        is_filtered = self.matches is not None
        nodes = self._collapsed_matches if is_filtered else self._expanded
        if is_open is is_filtered:
            nodes -= below
        else:
            nodes |= below
        self.rebuild()

    def reveal(self, node: int) -> None:
        """Open every directory above `node`."""
        self._expanded.update(self.tree.ancestors(node))
        self._collapsed_matches.difference_update(self.tree.ancestors(node))
        self.rebuild()

    def set_sort(self, sort: SortOrder) -> None:
        """Show everything in another order."""
        self.sort = sort
        self._ordered.clear()
        self._whole = None
        self.rebuild()

    def set_flat(self, *, is_flat: bool) -> None:
        """Change between the tree and the list of the largest files."""
        self.is_flat = is_flat
        self.rebuild()

    def set_matches(self, matches: list[int] | None) -> None:
        """Show only `matches` and the directories above them; None shows everything."""
        self.matches = matches
        self._collapsed_matches.clear()
        self._kept = bytearray()
        if matches is not None:
            self._kept = self._with_ancestors(matches)
        self.rebuild()

    def row_of(self, node: int) -> int:
        """Return the row of `node`, or of the nearest directory above that is shown."""
        for candidate in (node, *self.tree.ancestors(node)):
            try:
                return self.rows.index(candidate)
            except ValueError:
                continue
        return 0

    def sibling(self, node: int, by: int) -> int:
        """Return the next row (`by` 1) or the one before (-1) of the same directory.

        It is `node` itself where there is none.
        """
        if node == ROOT or self.is_flat:
            return node
        siblings = self.children(self.tree.parent(node))
        if self.matches is not None:
            siblings = [each for each in siblings if self._kept[each]]
        position = siblings.index(node) + by
        return siblings[position] if 0 <= position < len(siblings) else node

    def find_initial(self, start: int, letter: str) -> int | None:
        """Return the first row after row `start` whose name begins with `letter`.

        The search goes round; rows are numbered from 0.
        """
        rows, tree, wanted = self.rows, self.tree, letter.casefold()
        for position in chain(range(start + 1, len(rows)), range(start + 1)):
            node = rows[position]
            if node != ROOT and tree.name(node).casefold().startswith(wanted):
                return position
        return None

    def children(self, node: int) -> list[int]:
        """Return what is directly below a directory, in the chosen order."""
        ordered = self._ordered.get(node)
        if ordered is None:
            ordered = sorted(self.tree.children(node), key=self._sort_key())
            self._ordered[node] = ordered
        return ordered

    def prepare(self, node: int) -> None:
        """Find the order of a directory's children before anybody asks for it."""
        if self._is_directory[node]:
            self.children(node)

    def prepare_whole(self) -> None:
        """Put everything in order before the first filter asks for it."""
        self._everything()

    def rebuild(self) -> None:
        """Make the rows anew."""
        if self.is_flat:
            self.rows = self._largest_first()
        elif self.matches is not None and not self._collapsed_matches:
            self.rows = self._kept_of(self._everything())
        else:
            self.rows = self._walk()

    def _walk(self) -> list[int]:
        kept, is_filtered = self._kept, self.matches is not None
        closed, opened = self._collapsed_matches, self._expanded
        rows: list[int] = []
        stack = [ROOT]
        while stack:
            node = stack.pop()
            rows.append(node)
            if not self._is_directory[node]:
                continue
            if is_filtered:
                if node not in closed:
                    stack += [c for c in reversed(self.children(node)) if kept[c]]
            elif node in opened:
                stack += reversed(self.children(node))
        return rows

    def _everything(self) -> list[int]:
        """Return all nodes in the chosen order, every directory open."""
        if self._whole is None:
            is_directory = self._is_directory
            whole: list[int] = []
            stack = [ROOT]
            while stack:
                node = stack.pop()
                whole.append(node)
                if is_directory[node]:
                    stack += reversed(self.children(node))
            self._whole = whole
        return self._whole

    def _kept_of(self, nodes: list[int]) -> list[int]:
        # This runs for every key of the filter, so it loops in C. One node alone would
        # come out of itemgetter bare.
        if len(nodes) <= 1:
            return [node for node in nodes if self._kept[node]]
        return list(compress(nodes, itemgetter(*nodes)(self._kept)))

    def _largest_first(self) -> list[int]:
        tree = self.tree
        if self._by_size is None:
            sizes: array[int] = tree.sizes
            self._by_size = sorted(tree.files(), key=sizes.__getitem__, reverse=True)
        if self.matches is None:
            return self._by_size
        return self._kept_of(self._by_size)

    def _with_ancestors(self, matches: list[int]) -> bytearray:
        kept = bytearray(len(self.tree))
        parents = self.tree.parents
        nodes: Iterable[int] = matches
        while nodes:
            for node in nodes:
                kept[node] = 1
            nodes = {parents[node] for node in nodes}
            nodes = [node for node in nodes if not kept[node]]
        kept[ROOT] = 1
        return kept

    def _sort_key(self) -> SortKey:
        tree = self.tree

        def by_name(node: int) -> tuple[object, ...]:
            name = tree.name(node)
            return (not tree.is_directory(node), natural_key(name), name)

        def by_size(node: int) -> tuple[object, ...]:
            return (-tree.size(node), *by_name(node))

        def by_type(node: int) -> tuple[object, ...]:
            is_file, key, name = by_name(node)
            return (is_file, is_file and key_of_type(name), key, name)

        def key_of_type(name: object) -> str:
            stem, dot, extension = str(name).lower().rpartition(".")
            return extension if dot and stem else ""

        if self.sort is SortOrder.SIZE:
            return by_size
        return by_type if self.sort is SortOrder.TYPE else by_name
