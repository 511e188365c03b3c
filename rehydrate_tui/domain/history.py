"""Commits behind a ref, and what lies between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.domain.tree import RepoTree


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSummary:
    """One line of a log; texts are safe to show."""

    oid: ObjectId
    subject: str
    author: str
    when: datetime | None
    """When it was committed, None if the host does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a head is from a base, in commits."""

    ahead: int
    """Commits that only the head has."""
    behind: int
    """Commits that only the base has; above 0 after a forced push."""
    merge_base: ObjectId

    @property
    def is_rewritten(self) -> bool:
        """Whether the head does not contain the base any more."""
        return self.behind > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeChanges:
    """Paths that differ between two commits, each in git order; not safe to show."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two are alike."""
        return not (self.added or self.changed or self.removed)


def compare_trees(old: RepoTree, new: RepoTree) -> TreeChanges:
    """Compare the files of two whole trees by id and mode.

    The API's own comparison names 300 files at most, and starts from the merge base,
    which is wrong after a forced push; two listings are exact.
    """
    before, after = _files(old), _files(new)
    return TreeChanges(
        added=tuple(path for path in after if path not in before),
        changed=tuple(
            path for path, entry in after.items() if before.get(path, entry) != entry
        ),
        removed=tuple(path for path in before if path not in after),
    )


def _files(tree: RepoTree) -> dict[str, tuple[object, ObjectId]]:
    entries = (tree.entry(node) for node in tree.files())
    return {entry.path: (entry.mode, entry.oid) for entry in entries}
