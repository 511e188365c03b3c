"""`--update`: the same sources at the newest commit of their refs."""

from __future__ import annotations

from dataclasses import replace

from rehydrate_tui.domain.changes import SourceUpdate, compare_sources
from rehydrate_tui.domain.manifest import LockedFile, Source
from rehydrate_tui.domain.objects import FileMode, TreeEntry
from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.engine.pinning import select_nodes
from rehydrate_tui.errors import PayloadError, UsageError

GONE = "no longer in the repository"
NOT_MATCHED = "no longer matched by include"
REFUSED = "refused: its name must not be written"


def nodes_to_pin(tree: RepoTree, source: Source) -> list[int]:
    """Return the files of the new tree that `source` means.

    With an include rule that rule decides; without one the paths stay, as far as
    they are still there.

    Raises:
        PayloadError: GitHub did not list the whole tree, so nobody can tell.
        UsageError: nothing is left to pin.
    """
    if tree.is_truncated:
        raise PayloadError(
            f"{source.repository} is too large for GitHub to list whole.",
            hint="Nothing was changed. Set GH_TOKEN for a larger quota.",
        )
    if source.include:
        return select_nodes(tree, PatternSet(source.include))
    paths = {file.path for file in source.files}
    nodes = [node for node in tree.files() if tree.path(node) in paths]
    if not nodes:
        raise UsageError(
            f"None of the files listed of {source.repository} is in it any more.",
            hint="Nothing was changed. Take the source out, or correct its paths.",
        )
    return nodes


def paths_to_keep(source: Source, tree: RepoTree, nodes: list[int]) -> set[str]:
    """Return the paths among `nodes` whose pins are right already."""
    pinned = {str(file.path): file for file in source.files}
    entries = (tree.entry(node) for node in nodes)
    return {
        entry.path
        for entry in entries
        if (file := pinned.get(entry.path)) and _is_same(file, entry)
    }


def _is_same(file: LockedFile, entry: TreeEntry) -> bool:
    return (
        file.blob == entry.oid
        and file.size == entry.size
        and file.executable == (entry.mode is FileMode.EXECUTABLE)
        and (file.symlink is not None) == (entry.mode is FileMode.SYMLINK)
    )


def renew(
    source: Source, tree: RepoTree, kept: set[str], found: Source
) -> SourceUpdate:
    """Return `source` with the pins of `found`; `kept` are paths that stay as they are.

    What the person wrote beside the pins (`to`, `lfs = false`, unknown keys) stays.
    """
    old = {file.path: file for file in source.files}
    files = [file for file in source.files if file.path in kept]
    files += [_carry_over(old.get(file.path), file) for file in found.files]
    new = replace(
        source,
        repository=found.repository,
        ref=source.ref or found.ref,
        commit=found.commit,
        files=tuple(sorted(files, key=lambda file: file.path)),
    )
    return compare_sources(source, new, _reasons(source, tree, found))


def _carry_over(old: LockedFile | None, found: LockedFile) -> LockedFile:
    if old is None:
        return found
    return found._replace(
        to=old.to,
        keep_pointer=old.keep_pointer,
        lfs=None if old.keep_pointer else found.lfs,
        lfs_extra=old.lfs_extra,
        extra=old.extra,
    )


def _reasons(source: Source, tree: RepoTree, found: Source) -> dict[str, str]:
    """Say of every old path why it would be removed, if it is."""
    there = {tree.path(node) for node in tree.files()}
    refused = {error.path for error in found.refused}
    reasons: dict[str, str] = {}
    for file in source.files:
        if file.path not in there:
            reasons[file.path] = GONE
        elif file.path in refused:
            reasons[file.path] = REFUSED
        else:
            reasons[file.path] = NOT_MATCHED
    return reasons
