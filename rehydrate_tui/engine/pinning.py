"""Hand-written sources to pinned ones: refs, rules and paths are looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rehydrate_tui.domain.manifest import LockedFile, Source
from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import PayloadError, UsageError


def select_nodes(tree: RepoTree, patterns: PatternSet) -> list[int]:
    """Return the files of a tree that gitignore patterns match.

    Raises:
        UsageError: they match none.
    """
    nodes = [node for node in tree.files() if patterns.matches(tree.path(node))]
    if not nodes:
        shown = strip_controls(" ".join(patterns.lines))
        raise UsageError(
            f"Nothing in the repository matches {shown}.",
            hint="Patterns are those of gitignore: *.csv, data/, /README.md.",
        )
    return nodes


def wanted_nodes(tree: RepoTree, source: Source) -> Iterator[int]:
    """Yield the files that `source` lists, or that its include rule matches.

    Raises:
        PayloadError: GitHub did not list the whole tree, so nobody can tell.
        PathNotFoundError: a listed file is not there.
        UsageError: the rule matches nothing, or what is listed is no file.
    """
    if tree.is_truncated:
        raise PayloadError(
            f"{source.repository} is too large for GitHub to list whole.",
            hint="Pin its files: give each its blob and size in the manifest.",
        )
    if not source.files:
        yield from select_nodes(tree, PatternSet(source.include))
    for path in dict.fromkeys(file.path for file in source.files):
        node = tree.node(path)
        if not tree.entry(node).mode.is_blob:
            shown = strip_controls(path)
            raise UsageError(
                f"“{shown}” in {source.repository} is a folder, not a file.",
                hint=f'List its files, or write include = ["/{shown}/"] instead.',
            )
        yield node


def fill_in(source: Source, found: Source) -> Source:
    """Return `source` with what it leaves open taken from `found`."""
    by_path = {file.path: file for file in found.files}
    files = tuple(
        _merge(by_path[file.path], file)
        for file in source.files
        if file.path in by_path
    )
    return replace(
        source,
        ref=source.ref or found.ref,
        commit=found.commit,
        files=files if source.files else found.files,
        refused=found.refused,
    )


def _merge(found: LockedFile, written: LockedFile) -> LockedFile:
    """Let what the person wrote stand, and fill in the rest."""
    return found._replace(
        blob=written.blob or found.blob,
        size=found.size if written.size is None else written.size,
        to=written.to,
        executable=written.executable or found.executable,
        symlink=written.symlink or found.symlink,
        lfs=None if written.keep_pointer else written.lfs or found.lfs,
        keep_pointer=written.keep_pointer,
        lfs_extra=written.lfs_extra,
        extra=written.extra,
    )
