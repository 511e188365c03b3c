"""Everything ticked in all open repositories as rows. Knows no widget.

The rows are those that were ticked when the list was made: what is unticked in it stays,
with another mark, and can be ticked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rehydrate_tui.domain.file_type import type_of
from rehydrate_tui.domain.selection import TickState
from rehydrate_tui.tui.workspace import Workspace


@dataclass(frozen=True, slots=True, eq=False)
class BasketRow:
    """A repository, a group of its files, or one file."""

    workspace: Workspace
    depth: int
    """0: a repository, 1: a group, 2: a file."""
    name: str
    """As it is in the repository; not harmless yet."""
    files: tuple[int, ...]
    """The files that were ticked when the list was made."""

    @property
    def key(self) -> tuple[int, int, str]:
        """What is the same in two lists of rows."""
        return id(self.workspace), self.depth, self.name


@dataclass(frozen=True, slots=True)
class BasketSums:
    """What of a row is ticked now."""

    state: TickState
    count: int
    size: int
    """Bytes."""


class Basket:
    """The rows of the list, by directory or by type; groups are opened one by one."""

    def __init__(self, workspaces: Iterable[Workspace]) -> None:
        self._taken = [
            (space, tuple(space.selection.ticked_files()))
            for space in workspaces
            if space.selection.count()
        ]
        self.is_by_type = False
        self._opened: set[tuple[int, int, str]] = set()
        self._sums: dict[tuple[int, int, str], BasketSums] = {}
        self._groups: list[tuple[BasketRow, list[BasketRow]]] = []
        self.rows: list[BasketRow] = []
        self._regroup()

    def regroup(self) -> None:
        """Change between directories and types."""
        self.is_by_type = not self.is_by_type
        self._opened.clear()
        self._regroup()

    def is_open(self, row: BasketRow) -> bool:
        """Tell whether the files of a group are shown."""
        return row.key in self._opened

    def toggle_open(self, row: BasketRow) -> None:
        """Show or hide the files of a group."""
        self._opened ^= {row.key}
        self._fill()

    def toggle(self, row: BasketRow) -> None:
        """Untick the files of a row; tick them again if none is ticked."""
        is_off = self.sums(row).state is TickState.OFF
        row.workspace.set_ticks(row.files, ticked=is_off)
        self._sums.clear()

    def sums(self, row: BasketRow) -> BasketSums:
        """Return what of a row is ticked now."""
        sums = self._sums.get(row.key)
        if sums is None:
            sums = self._sums[row.key] = _sum_up(row)
        return sums

    @property
    def totals(self) -> tuple[int, int, int]:
        """Return repositories, files and bytes that are ticked now."""
        tops = [self.sums(row) for row, _ in self._groups]
        return (
            sum(each.count > 0 for each in tops),
            sum(each.count for each in tops),
            sum(each.size for each in tops),
        )

    def _regroup(self) -> None:
        self._groups = []
        self._sums.clear()
        for space, files in self._taken:
            name = str(space.opened.repository.id)
            groups = [
                BasketRow(space, 1, key, tuple(nodes))
                for key, nodes in self._grouped(space, files).items()
            ]
            groups.sort(key=lambda row: (-self.sums(row).size, row.name))
            self._groups.append((BasketRow(space, 0, name, files), groups))
        self._fill()

    def _grouped(self, space: Workspace, files: Sequence[int]) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = {}
        tree = space.tree
        for node in files:
            path = tree.path(node)
            key = type_of(path) if self.is_by_type else path.rpartition("/")[0]
            groups.setdefault(key, []).append(node)
        return groups

    def _fill(self) -> None:
        self.rows = list(self._visible())

    def _visible(self) -> Iterator[BasketRow]:
        for top, groups in self._groups:
            yield top
            for group in groups:
                yield group
                if self.is_open(group):
                    space = group.workspace
                    nodes = sorted(group.files, key=space.tree.size, reverse=True)
                    for node in nodes:
                        yield BasketRow(space, 2, space.tree.path(node), (node,))


def _sum_up(row: BasketRow) -> BasketSums:
    count, size = row.workspace.selection.count, row.workspace.tree.size
    ticked = [node for node in row.files if count(node)]
    state = TickState.PARTIAL if ticked else TickState.OFF
    if len(ticked) == len(row.files):
        state = TickState.ON
    return BasketSums(state, len(ticked), sum(map(size, ticked)))
