"""Tree entries to pinned files: link texts and LFS pointers are looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rehydrate_tui.domain.attributes import ATTRIBUTES_NAME, LfsRules
from rehydrate_tui.domain.digest import MAX_POINTER_SIZE, LfsPointer
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import FileMode, TreeEntry
from rehydrate_tui.domain.paths import check_repo_path
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.engine.small_blobs import MAX_SMALL_BLOB, SmallBlobs
from rehydrate_tui.errors import IntegrityError, RemoteError, UnsafePathError

MAX_LOOKUPS = 2000
"""Pointers looked up before a download; the rest shows its size while it arrives.

Each costs a small raw request, which the download then saves.
"""

_AT_ONCE = 8
_MIN_POINTER_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LockResult:
    """Pinned files, what must not be written, and sentences for the person."""

    files: tuple[LockedFile, ...]
    refused: tuple[UnsafePathError, ...] = ()
    notes: tuple[str, ...] = ()


async def lock_files(
    tree: RepoTree, nodes: Iterable[int], blobs: SmallBlobs
) -> LockResult:
    """Pin files of a tree.

    Costs raw requests only: one for each symlink, for each `.gitattributes` that can
    matter, and for at most `MAX_LOOKUPS` probable LFS pointers.

    Raises:
        RemoteError: the text of a link cannot be had.
    """
    entries = [tree.entry(node) for node in nodes]
    pointers, notes = await _find_pointers(tree, entries, blobs)
    links = await _read_links(entries, blobs)
    locked: list[LockedFile] = []
    refused: list[UnsafePathError] = []
    for entry in entries:
        try:
            file = _lock_entry(entry, links.get(entry.path))
        except UnsafePathError as error:
            refused.append(error)
        else:
            locked.append(file._replace(lfs=pointers.get(entry.path)))
    return LockResult(files=tuple(locked), refused=tuple(refused), notes=tuple(notes))


def _lock_entry(entry: TreeEntry, link: bytes | None) -> LockedFile:
    return LockedFile(
        path=check_repo_path(entry.path),
        blob=entry.oid,
        size=entry.size,
        executable=entry.mode is FileMode.EXECUTABLE,
        symlink=None if link is None else _link_text(entry, link),
    )


def _link_text(entry: TreeEntry, link: bytes) -> str:
    try:
        return link.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnsafePathError(
            f"“{strip_controls(entry.path)}” is refused: it is a link to a name that is "
            "not valid text.",
            path=entry.path,
        ) from error


async def _read_links(
    entries: Sequence[TreeEntry], blobs: SmallBlobs
) -> dict[str, bytes]:
    links = [entry for entry in entries if entry.mode is FileMode.SYMLINK]
    texts = await _read_all(links, blobs)
    return {entry.path: text for entry, text in zip(links, texts, strict=True)}


async def _find_pointers(
    tree: RepoTree, entries: Sequence[TreeEntry], blobs: SmallBlobs
) -> tuple[dict[str, LfsPointer], list[str]]:
    suspects = [
        entry
        for entry in entries
        if _MIN_POINTER_SIZE <= entry.size < MAX_POINTER_SIZE
        and entry.mode is not FileMode.SYMLINK
    ]
    if not suspects:
        return {}, []
    try:
        rules = await _read_rules(tree, suspects, blobs)
        probable = [entry for entry in suspects if rules.matches(entry.path)]
        texts = await _read_all(probable[:MAX_LOOKUPS], blobs)
    except (RemoteError, IntegrityError) as error:
        return {}, [f"Whether Git LFS files are among them is not known: {error}"]
    found = {
        entry.path: pointer
        for entry, text in zip(probable, texts, strict=False)
        if (pointer := LfsPointer.parse(text)) is not None
    }
    left = len(probable) - MAX_LOOKUPS
    notes = [f"{left:,} more Git LFS files are not counted in."] if left > 0 else []
    return found, notes


async def _read_rules(
    tree: RepoTree, suspects: Sequence[TreeEntry], blobs: SmallBlobs
) -> LfsRules:
    """Read the attribute files in the directories at or above the suspects."""
    directories = {""}
    for entry in suspects:
        parent = entry.path.rpartition("/")[0]
        while parent not in directories:
            directories.add(parent)
            parent = parent.rpartition("/")[0]
    found = [
        tree.entry(node)
        for node in tree.files()
        if tree.name(node) == ATTRIBUTES_NAME
        and tree.path(tree.parent(node)) in directories
        and tree.size(node) <= MAX_SMALL_BLOB
    ]
    texts = await _read_all(found, blobs)
    return LfsRules(
        {
            entry.path.rpartition("/")[0]: text.decode("utf-8", "replace")
            for entry, text in zip(found, texts, strict=True)
        }
    )


async def _read_all(entries: Sequence[TreeEntry], blobs: SmallBlobs) -> list[bytes]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(entry: TreeEntry) -> bytes:
        async with gate:
            return await blobs.read(entry)

    return await asyncio.gather(*(read(entry) for entry in entries))
