"""What a session has found out about a repository."""

from __future__ import annotations

from dataclasses import dataclass

from rehydrate_tui.domain.manifest import Source
from rehydrate_tui.domain.objects import Commit, Repository
from rehydrate_tui.domain.tree import RepoTree


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A pinned source, and sentences about what could not be pinned."""

    source: Source
    notes: tuple[str, ...] = ()
