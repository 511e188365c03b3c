"""What the app takes for one repository. Knows no widget."""

from __future__ import annotations

from rehydrate_tui.domain.source_merging import (
    find_source,
    is_same_repository,
    put_source,
)
from rehydrate_tui.engine.opened import OpenRepository

__all__ = ["find_source", "is_same_commit", "is_same_repository", "put_source"]


def is_same_commit(one: OpenRepository, other: OpenRepository) -> bool:
    """Tell whether both have the same tree of the same repository."""
    is_same = is_same_repository(one.repository.id, other.repository.id)
    return is_same and one.commit.oid == other.commit.oid
