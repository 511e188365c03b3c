"""What of a repository is in the local folder already, found out file by file.

Only folders that exist are listed, and a file that a receipt vouches for is not read,
so that looking costs next to nothing where little was brought. What must be read comes
last, the smallest first.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.content import content_of
from rehydrate_tui.domain.manifest import LockedFile, Source
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.paths import check_repo_path
from rehydrate_tui.domain.plan import LocalState
from rehydrate_tui.domain.status import FileState, decide_state
from rehydrate_tui.domain.tree import ROOT, RepoTree
from rehydrate_tui.errors import LocalError, PathNotFoundError, UnsafePathError
from rehydrate_tui.storage.ground import Ground
from rehydrate_tui.storage.receipts import ReceiptIndex

_SLICE_SECONDS = 0.05
"""How long a thread looks before it tells what it has found."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A file of the tree and where it would stand."""

    node: int
    target: str
    file: LockedFile
    is_expected: bool
    """Whether its absence is worth a word."""


async def find_present(
    tree: RepoTree,
    destination: Path,
    source: Source | None = None,
    index: ReceiptIndex | None = None,
) -> AsyncIterator[dict[int, FileState]]:
    """Yield states of files by node, a few at a time; changes nothing.

    Args:
        tree: the files that may be there.
        destination: the folder that they go below.
        source: what a manifest says of their places.
        index: what was written earlier.
    """
    found = _look_at_all(tree, destination, source, index)
    while (states := await asyncio.to_thread(_take, found)) is not None:
        yield states


def locate(tree: RepoTree, node: int, source: Source | None) -> tuple[str, LockedFile]:
    """Return where a file of the tree goes below the destination, and what it is.

    Raises:
        UnsafePathError: its name must not be written.
    """
    entry = tree.entry(node)
    path = check_repo_path(entry.path)
    known = {each.path: each for each in source.files} if source else {}
    return _target(path, source, known.get(path)), _locked(tree, node, known.get(path))


def _take(found: Iterator[tuple[int, FileState]]) -> dict[int, FileState] | None:
    """Return what is found in a moment; None at the end."""
    end = time.monotonic() + _SLICE_SECONDS
    states: dict[int, FileState] = {}
    for node, state in found:
        states[node] = state
        if time.monotonic() > end:
            return states
    return states or None


def _look_at_all(
    tree: RepoTree,
    destination: Path,
    source: Source | None,
    index: ReceiptIndex | None,
) -> Iterator[tuple[int, FileState]]:
    ground = Ground.survey(destination, index)
    for place in _in_order(_places(tree, source, ground), ground):
        (found,) = ground.look_at_all([(place.target, place.file)])
        local = LocalState.BLOCKED if isinstance(found, LocalError) else found.state
        if local is not LocalState.MISSING or place.is_expected:
            yield place.node, decide_state(local, None)


def _in_order(places: Iterable[_Place], ground: Ground) -> list[_Place]:
    def cost(place: _Place) -> tuple[bool, int]:
        is_known = f"{ground.root}/{place.target}" in ground.receipts
        return not is_known, place.file.content_size

    return sorted(places, key=cost)


def _places(tree: RepoTree, source: Source | None, ground: Ground) -> Iterator[_Place]:
    known = {each.path: each for each in source.files} if source else {}
    seen: set[int] = set()
    expected = {*_nodes_of(tree, known), *_brought(tree, source, ground)}
    for node in (*expected, *_on_disk(tree, _folder(ground.destination, source))):
        if node in seen:
            continue
        seen.add(node)
        try:
            path = check_repo_path(tree.path(node))
        except UnsafePathError:
            continue
        file = _locked(tree, node, known.get(path))
        target = _target(path, source, known.get(path))
        yield _Place(node, target, file, node in expected)


def _nodes_of(tree: RepoTree, known: Iterable[str]) -> Iterator[int]:
    for path in known:
        try:
            node = tree.node(path)
        except PathNotFoundError:
            continue
        if tree.entry(node).mode.is_blob:
            yield node


def _brought(tree: RepoTree, source: Source | None, ground: Ground) -> Iterator[int]:
    """Yield the files that this program wrote here as they are in the tree."""
    root = os.path.join(_folder(Path(ground.root), source), "")  # noqa: PTH118 - keeps the separator
    for path, receipt in ground.receipts.items():
        if not path.startswith(root):
            continue
        try:
            node = tree.node(path.removeprefix(root).replace(os.sep, "/"))
        except PathNotFoundError:
            continue
        if tree.entry(node).mode.is_blob:
            file = _locked(tree, node, None)
            if receipt.content == content_of(file):
                yield node


def _on_disk(tree: RepoTree, folder: Path) -> Iterator[int]:
    """Yield the files that have something in their place."""
    stack = [(ROOT, folder)]
    while stack:
        node, place = stack.pop()
        try:
            with os.scandir(place) as listing:
                found = {
                    each.name: each.is_dir(follow_symlinks=False) for each in listing
                }
        except OSError:
            # It is not there, or nobody may look into it.
            continue
        for child in tree.children(node) if found else ():
            name = tree.name(child)
            if name not in found:
                continue
            if tree.entry(child).mode.is_blob:
                yield child
            elif tree.is_directory(child) and found[name]:
                stack.append((child, place / name))


def _folder(base: Path, source: Source | None) -> Path:
    return base / source.into if source and source.into else base


def _target(path: str, source: Source | None, known: LockedFile | None) -> str:
    local = known.to if known and known.to else path
    return f"{source.into}/{local}" if source and source.into else local


def _locked(tree: RepoTree, node: int, known: LockedFile | None) -> LockedFile:
    entry = tree.entry(node)
    return LockedFile(
        path=check_repo_path(entry.path),
        blob=entry.oid,
        size=entry.size,
        executable=entry.mode is FileMode.EXECUTABLE,
        # The text of a link is compared by its id; nobody needs to know it.
        symlink="" if entry.mode is FileMode.SYMLINK else None,
        keep_pointer=known is not None and known.keep_pointer,
    )
