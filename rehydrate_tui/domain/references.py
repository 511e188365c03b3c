"""Branches and tags as a picker shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rehydrate_tui.domain.objects import ObjectId


class RefKind(Enum):
    """Where a ref lives below `refs/`."""

    BRANCH = "heads"
    TAG = "tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """One branch or tag."""

    kind: RefKind
    name: str
    """Without `refs/heads/` or `refs/tags/`; as git has it, not safe to show."""
    oid: ObjectId
    is_commit: bool = True
    """False for an annotated tag, whose own id is not that of the commit."""

    @property
    def full_name(self) -> str:
        """The name that no branch and tag share, as `RepoAddress.ref` takes it."""
        return f"refs/{self.kind.value}/{self.name}"
