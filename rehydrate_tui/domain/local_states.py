"""What stands in the local folder for the files of one tree, with sums above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.tree import RepoTree

_TELLING = (FileState.EDITED, FileState.OUTDATED, FileState.MISSING)


class LocalStates:
    """The states that are known; files that nobody brought here have none."""

    def __init__(self, tree: RepoTree) -> None:
        self._tree = tree
        self._states: dict[int, FileState] = {}
        self._below: Counter[tuple[int, FileState]] = Counter()

    @property
    def states(self) -> Mapping[int, FileState]:
        """The known states by node."""
        return self._states

    def replace(self, states: Mapping[int, FileState]) -> None:
        """Forget everything and take `states` instead."""
        self._states.clear()
        self._below.clear()
        self.update(states)

    def update(self, states: Mapping[int, FileState | None]) -> None:
        """Take news about single files; None: there is nothing to say any more."""
        for node, state in states.items():
            old = self._states.pop(node, None)
            if old is not None:
                self._count(node, old, -1)
            if state is not None:
                self._states[node] = state
                self._count(node, state, 1)

    def count(self, node: int, state: FileState) -> int:
        """Return how many files at or below `node` are in `state`."""
        if not self._tree.is_directory(node):
            return int(self._states.get(node) is state)
        return self._below[node, state]

    def telling(self, node: int) -> FileState | None:
        """Return what a row says: for a directory the first thing that needs eyes.

        A directory is `PRESENT` when all files below it are.
        """
        if not self._tree.is_directory(node):
            return self._states.get(node)
        for state in _TELLING:
            if self._below[node, state]:
                return state
        files = self._tree.file_count(node)
        is_whole = files > 0 and self._below[node, FileState.PRESENT] == files
        return FileState.PRESENT if is_whole else None

    def _count(self, node: int, state: FileState, by: int) -> None:
        for above in self._tree.ancestors(node):
            self._below[above, state] += by
