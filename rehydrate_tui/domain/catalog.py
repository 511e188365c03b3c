"""Repositories in lists, and what a host knows about one beside its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from rehydrate_tui.domain.objects import ObjectId, RepoId


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySummary:
    """One line of a list of repositories; texts are safe to show."""

    id: RepoId
    description: str
    language: str
    """The main one; empty if the host names none."""
    size_kb: int
    stars: int
    pushed: datetime | None
    is_private: bool
    is_fork: bool
    is_archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The best matches of a search."""

    found: tuple[RepositorySummary, ...]
    total: int
    """How many there are; GitHub shows the first 1,000."""
    is_complete: bool
    """False when the search ran out of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageShare:
    """How much of a repository is written in one language."""

    name: str
    """Safe to show."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readme:
    """The file that introduces a folder, its bytes verified."""

    path: str
    oid: ObjectId
    data: bytes = field(repr=False)
