"""Objects whose size nobody knew, against the limits and the disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.limits import DEFAULT_LIMITS
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    LocalState,
    PlannedFile,
)
from rehydrate_tui.engine.allowance import Allowance
from rehydrate_tui.errors import LimitExceededError, NoSpaceError

FILE = PlannedFile(
    repo=RepoId("ada", "notes"),
    commit=ObjectId("0" * 40),
    file=LockedFile(path=RepoPath("a"), blob=ObjectId("1" * 40), size=130),
    target="a",
    action=Action.FETCH,
    state=LocalState.MISSING,
)
LIMITS = replace(DEFAULT_LIMITS, max_total=10_000, reserve=0)


def plan(free: int) -> DownloadPlan:
    """Return a plan of one pointer."""
    return DownloadPlan(
        destination="d", files=(FILE,), policy=ConflictPolicy.KEEP, free_bytes=free
    )


def test_what_is_left_is_spent_once() -> None:
    """Two objects that fit one by one do not fit together."""
    allowance = Allowance(plan(10**9), LIMITS)
    allowance.take(FILE, LfsPointer("a" * 64, 6000))
    with pytest.raises(LimitExceededError, match="more than the limit"):
        allowance.take(FILE, LfsPointer("b" * 64, 6000))
    allowance.take(FILE, LfsPointer("c" * 64, 3000))


def test_the_disk_counts_as_well() -> None:
    """Without a limit of bytes the free space is one."""
    allowance = Allowance(plan(5000), replace(LIMITS, max_total=None))
    with pytest.raises(NoSpaceError, match="does not fit on the disk"):
        allowance.take(FILE, LfsPointer("a" * 64, 6000))
    allowance.take(FILE, LfsPointer("b" * 64, 4000))
