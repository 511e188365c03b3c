"""Gists: a few files and a revision."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehydrate_tui.domain.objects import ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class GistFile:
    """One file of a gist."""

    name: str
    """As GitHub has it; not safe to show or to write."""
    size: int
    text: str | None = field(repr=False)
    """Its content; None when it is too long for the answer, and then `url` has it."""
    url: str
    """Where the bytes are, at this revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """A gist at one revision."""

    id: str
    revision: ObjectId | None
    """What to pin; None if the host does not say."""
    description: str
    """Safe to show."""
    is_public: bool
    files: tuple[GistFile, ...]
    is_truncated: bool
    """Whether there are more files than the answer holds."""
