"""Which files of a tree are ticked, with sums for every directory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import accumulate
from operator import mul, sub

from rehydrate_tui.domain.tree import ROOT, RepoTree


class TickState(Enum):
    """What a mark shows."""

    OFF = "off"
    PARTIAL = "partial"
    ON = "on"


class Selection:
    """The ticked files of one tree.

    Two arrays hold, for every node, how many files at or below it are ticked and how
    many bytes they have. Ticking a directory copies a slice of the tree's own sums, so
    it touches each node below once; then the directories above are corrected.
    """

    def __init__(self, tree: RepoTree) -> None:
        self.tree = tree
        self._counts = array("q", bytes(8 * len(tree)))
        self._bytes = array("q", bytes(8 * len(tree)))

    def state(self, node: int) -> TickState:
        """Return what the mark of `node` shows."""
        ticked = self._counts[node]
        if not ticked:
            return TickState.OFF
        is_whole = ticked == self.tree.file_count(node)
        return TickState.ON if is_whole else TickState.PARTIAL

    def count(self, node: int = ROOT) -> int:
        """Return the number of ticked files at or below `node`."""
        return self._counts[node]

    def size(self, node: int = ROOT) -> int:
        """Return the bytes of the ticked files at or below `node`."""
        return self._bytes[node]

    def tick(self, node: int) -> None:
        """Tick `node` and every file below it."""
        end = self.tree.end(node)
        self._put(node, self.tree.file_counts[node:end], self.tree.sizes[node:end])

    def untick(self, node: int) -> None:
        """Take the ticks off `node` and every file below it."""
        width = self.tree.end(node) - node
        self._put(node, array("q", bytes(8 * width)), array("q", bytes(8 * width)))

    def toggle(self, node: int) -> None:
        """Tick what is not wholly ticked, untick what is."""
        if self.state(node) is TickState.ON:
            self.untick(node)
        else:
            self.tick(node)

    def set_files(self, files: Iterable[int], *, ticked: bool) -> None:
        """Tick or untick single files, each once, and rebuild all sums in one pass."""
        counts = self.tree.file_counts
        for node in files:
            self._counts[node] = counts[node] if ticked else 0
        self._rebuild_sums()

    def ticked_files(self) -> Iterator[int]:
        """Yield the ticked files in the order of the tree."""
        counts = self._counts
        return (node for node in self.tree.files() if counts[node])

    def snapshot(self) -> bytes:
        """Return the ticks in a form that `restore` takes back, for undo."""
        return self._counts.tobytes()

    def restore(self, snapshot: bytes) -> None:
        """Go back to the ticks of a `snapshot` of the same tree."""
        self._counts = array("q", snapshot)
        self._rebuild_sums()

    def invert(self) -> None:
        """Tick every file that is not ticked, and the other way round."""
        self._counts = array("q", map(sub, self.tree.file_counts, self._counts))
        self._bytes = array("q", map(sub, self.tree.sizes, self._bytes))

    def _put(self, node: int, counts: array[int], sizes: array[int]) -> None:
        more_files = counts[0] - self._counts[node]
        more_bytes = sizes[0] - self._bytes[node]
        end = self.tree.end(node)
        self._counts[node:end] = counts
        self._bytes[node:end] = sizes
        for above in self.tree.ancestors(node):
            self._counts[above] += more_files
            self._bytes[above] += more_bytes

    def _rebuild_sums(self) -> None:
        """Make all sums from the counts of the files."""
        tree, counts = self.tree, self._counts
        directories = tree.directories
        for node in directories:
            counts[node] = 0
        sizes = array("q", map(mul, counts, tree.sizes))
        # What is below a directory is one range, so its sum is a difference.
        files_before = array("q", accumulate(counts, initial=0))
        bytes_before = array("q", accumulate(sizes, initial=0))
        for node in directories:
            end = tree.end(node)
            counts[node] = files_before[end] - files_before[node]
            sizes[node] = bytes_before[end] - bytes_before[node]
        self._bytes = sizes
