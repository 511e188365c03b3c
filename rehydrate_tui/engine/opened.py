"""What a session has found out about a repository."""

from __future__ import annotations

from dataclasses import dataclass

from rehydrate_tui.domain.manifest import Source
from rehydrate_tui.domain.objects import Commit, Repository, TreeEntry
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.transport_cost import TreeSize
from rehydrate_tui.domain.tree import ROOT, RepoTree
from rehydrate_tui.errors import PathNotFoundError, PayloadError


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRepository:
    """A repository at one commit, with its tree."""

    repository: Repository
    commit: Commit
    tree: RepoTree
    path: str = ""
    """File or folder that the address asked for."""
    notes: tuple[str, ...] = ()
    """Sentences that the person should read."""

    @property
    def tree_size(self) -> TreeSize | None:
        """How much the commit holds in all; None if GitHub did not list all of it."""
        tree = self.tree
        if tree.is_truncated:
            return None
        return TreeSize(files=tree.file_count(ROOT), size=tree.size(ROOT))

    def file(self, most: int) -> TreeEntry:
        """Return the file that the address names.

        Raises:
            PathNotFoundError: it names none.
            PayloadError: the file has more than `most` bytes.
        """
        entry = self.tree.entry(self.tree.node(self.path))
        repo, shown = self.repository.id, strip_controls(self.path or "/")
        if not entry.mode.is_blob:
            raise PathNotFoundError(f"“{shown}” in {repo} is no file.")
        if entry.size > most:
            raise PayloadError(f"“{shown}” in {repo} is larger than {most:,} bytes.")
        return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A pinned source, and sentences about what could not be pinned."""

    source: Source
    notes: tuple[str, ...] = ()
