"""A repository's whole tree as parallel arrays, with sums for every directory.

Nodes are numbered in preorder: node 0 is the root, the nodes below a directory are the
contiguous range that ends before `end(node)`. Sums, ticks and filters over a directory
are therefore slices, not walks; 100,000 entries stay cheap.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from rehydrate_tui.domain.objects import FileMode, ObjectId, TreeEntry
from rehydrate_tui.errors import PathNotFoundError, PayloadError

ROOT = 0
"""The number of the root node."""

_NO_OID = ObjectId("")


class RepoTree:
    """The entries of one commit, read only.

    Args:
        entries: in any order; a directory that only its contents tell of is added, and
            of two entries with one path the first counts.
        is_truncated: whether the server left entries out.

    Raises:
        PayloadError: an entry lies below something that is not a directory, or has
            no name.
    """

    def __init__(
        self, entries: Iterable[TreeEntry], *, is_truncated: bool = False
    ) -> None:
        self.is_truncated = is_truncated
        self._entries = _in_preorder(entries)
        self._parents, self._ends = _link(self._entries)
        self._bytes, self._counts = _sum_up(self._entries, self._parents)
        self._nodes: dict[str, int] | None = None
        self._directories: tuple[int, ...] | None = None

    def __len__(self) -> int:
        """Return the number of nodes, the root included."""
        return len(self._entries)

    def entry(self, node: int) -> TreeEntry:
        """Return the entry of `node`; the root's path is empty."""
        return self._entries[node]

    def path(self, node: int) -> str:
        """Return the path from the root, `/` between segments."""
        return self._entries[node].path

    def name(self, node: int) -> str:
        """Return the last segment of the path."""
        return self._entries[node].path.rpartition("/")[2]

    def parent(self, node: int) -> int:
        """Return the directory of `node`; the root is its own."""
        return self._parents[node]

    def end(self, node: int) -> int:
        """Return the number after the last node below `node`."""
        return self._ends[node]

    def is_directory(self, node: int) -> bool:
        """Tell whether `node` is a directory of this repository."""
        return self._entries[node].mode is FileMode.TREE

    def size(self, node: int) -> int:
        """Return the bytes of a file, or of all files below a directory."""
        return self._bytes[node]

    def file_count(self, node: int) -> int:
        """Return the number of files below a directory; 1 for a file, 0 for a submodule."""
        return self._counts[node]

    @property
    def file_counts(self) -> array[int]:
        """`file_count` of every node, in preorder; must not be changed."""
        return self._counts

    @property
    def sizes(self) -> array[int]:
        """`size` of every node, in preorder; must not be changed."""
        return self._bytes

    @property
    def parents(self) -> array[int]:
        """`parent` of every node, in preorder; must not be changed."""
        return self._parents

    @property
    def directories(self) -> tuple[int, ...]:
        """The directories in preorder, the root first."""
        if self._directories is None:
            self._directories = tuple(
                node
                for node, entry in enumerate(self._entries)
                if entry.mode is FileMode.TREE
            )
        return self._directories

    def children(self, node: int) -> Iterator[int]:
        """Yield the nodes directly below `node`, in the order of the listing."""
        child, end = node + 1, self._ends[node]
        while child < end:
            yield child
            child = self._ends[child]

    def ancestors(self, node: int) -> Iterator[int]:
        """Yield the directories above `node`, nearest first, the root last."""
        while node != ROOT:
            node = self._parents[node]
            yield node

    def files(self, node: int = ROOT) -> Iterator[int]:
        """Yield the files at or below `node`."""
        entries = self._entries
        for below in range(node, self._ends[node]):
            if entries[below].mode.is_blob:
                yield below

    def node(self, path: str) -> int:
        """Return the node at `path`.

        Raises:
            PathNotFoundError: there is none.
        """
        if self._nodes is None:
            self._nodes = {entry.path: n for n, entry in enumerate(self._entries)}
        found = self._nodes.get(path.strip("/"))
        if found is None:
            raise PathNotFoundError(f"The repository has no “{path}” at this commit.")
        return found


def _in_preorder(entries: Iterable[TreeEntry]) -> list[TreeEntry]:
    listed: dict[str, TreeEntry] = {}
    for entry in entries:
        listed.setdefault(entry.path, entry)
    if "" in listed:
        raise PayloadError("The tree lists an entry without a name.")
    below: dict[str, list[TreeEntry]] = {"": []}
    seen: set[str] = set()
    for entry in listed.values():
        if entry.path not in seen:
            _register(entry, below, seen, listed)
    ordered = [TreeEntry("", FileMode.TREE, _NO_OID, 0)]
    stack = list(reversed(below[""]))
    while stack:
        entry = stack.pop()
        ordered.append(entry)
        if entry.mode is FileMode.TREE:
            stack.extend(reversed(below[entry.path]))
    return ordered


def _register(
    entry: TreeEntry,
    below: dict[str, list[TreeEntry]],
    seen: set[str],
    listed: dict[str, TreeEntry],
) -> None:
    """Hang `entry` below its directory, adding directories that come later or never."""
    while True:
        seen.add(entry.path)
        if entry.mode is FileMode.TREE:
            below.setdefault(entry.path, [])
        parent = entry.path.rpartition("/")[0]
        siblings = below.get(parent)
        if siblings is not None:
            siblings.append(entry)
            return
        below[parent] = [entry]
        entry = listed.get(parent) or TreeEntry(parent, FileMode.TREE, _NO_OID, 0)
        if entry.mode is not FileMode.TREE:
            raise PayloadError(f"The tree lists entries below the file “{parent}”.")


def _link(entries: list[TreeEntry]) -> tuple[array[int], array[int]]:
    """Return the parent and the end of every node."""
    parents = array("q", bytes(8 * len(entries)))
    ends = array("q", range(1, len(entries) + 1))
    numbers = {"": ROOT}
    for node, entry in enumerate(entries):
        if node != ROOT:
            parents[node] = numbers[entry.path.rpartition("/")[0]]
        if entry.mode is FileMode.TREE:
            numbers[entry.path] = node
    for node in range(len(entries) - 1, ROOT, -1):
        parent = parents[node]
        ends[parent] = max(ends[parent], ends[node])
    return parents, ends


def _sum_up(
    entries: list[TreeEntry], parents: array[int]
) -> tuple[array[int], array[int]]:
    """Return bytes and number of files at or below every node."""
    sizes = array("q", (entry.size for entry in entries))
    counts = array("q", (entry.mode.is_blob for entry in entries))
    for node in range(len(entries) - 1, ROOT, -1):
        sizes[parents[node]] += sizes[node]
        counts[parents[node]] += counts[node]
    return sizes, counts
