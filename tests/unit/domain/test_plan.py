"""What a run will do, and when it must not begin."""

from __future__ import annotations

from typing import Any

import pytest

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    LocalState,
    PlannedFile,
    check_plan,
    decide_action,
)
from rehydrate_tui.errors import ConflictError, LimitExceededError, NoSpaceError

KEEP, OVERWRITE, BACKUP, FAIL = ConflictPolicy
MISSING, SAME, OURS, DIFFERENT, BLOCKED = LocalState
REPO = RepoId("ada", "notes")
NO_RESERVE = SizePolicy(reserve=0)


@pytest.mark.parametrize(
    ("state", "policy", "action"),
    [
        *((MISSING, policy, Action.FETCH) for policy in ConflictPolicy),
        *((SAME, policy, Action.SKIP) for policy in ConflictPolicy),
        *((OURS, policy, Action.UPDATE) for policy in ConflictPolicy),
        *((BLOCKED, policy, Action.REFUSE) for policy in ConflictPolicy),
        (DIFFERENT, KEEP, Action.KEEP),
        (DIFFERENT, OVERWRITE, Action.OVERWRITE),
        (DIFFERENT, BACKUP, Action.BACKUP),
        (DIFFERENT, FAIL, Action.REFUSE),
    ],
)
def test_every_state_has_one_action(
    state: LocalState, policy: ConflictPolicy, action: Action
) -> None:
    """The whole table of decisions."""
    assert decide_action(state, policy) is action


def planned(
    target: str,
    *,
    size: int = 1,
    blob: str = "a",
    action: Action = Action.FETCH,
    state: LocalState = MISSING,
    repo: RepoId = REPO,
    **keys: Any,  # noqa: ANN401 - any field of the file
) -> PlannedFile:
    """Return one file of a plan."""
    return PlannedFile(
        repo=repo,
        commit=ObjectId("0" * 40),
        file=LockedFile(
            path=RepoPath(target), blob=ObjectId(blob * 40), size=size, **keys
        ),
        target=target,
        action=action,
        state=state,
    )


def plan(
    *files: PlannedFile, policy: ConflictPolicy = KEEP, free: int = 100
) -> DownloadPlan:
    """Return a plan of some files."""
    return DownloadPlan(destination="dest", files=files, policy=policy, free_bytes=free)


def test_sums_count_what_is_written() -> None:
    """Skipped and kept files cost nothing."""
    made = plan(
        planned("a", size=1, blob="a"),
        planned("b", size=2, blob="b", action=Action.OVERWRITE),
        planned("c", size=4, blob="c", action=Action.BACKUP),
        planned("d", size=8, blob="d", action=Action.SKIP),
        planned("e", size=16, blob="e", action=Action.KEEP),
        planned("f", size=32, blob="f", action=Action.REFUSE),
    )
    assert [each.target for each in made.writing] == ["a", "b", "c"]
    assert (made.bytes_to_write, made.bytes_to_fetch) == (7, 7)
    assert made.count(Action.SKIP, Action.KEEP) == 2
    assert made.size(Action.REFUSE) == 32


def test_shared_content_is_fetched_once_and_written_twice() -> None:
    """The network sees a blob once, the disk twice."""
    made = plan(planned("a", size=5), planned("b", size=5))
    assert (made.bytes_to_fetch, made.bytes_to_write) == (5, 10)


def test_content_is_shared_within_a_repository_only() -> None:
    """A blob of two repositories is fetched from each: one may be private."""
    made = plan(planned("a", size=5), planned("b", size=5, repo=RepoId("a", "other")))
    assert made.bytes_to_fetch == 10


def test_a_pointer_and_its_object_are_two_contents() -> None:
    """One blob id, brought as pointer to one place and as object to another."""
    lfs = LfsPointer("0" * 64, 1000)
    made = plan(
        planned("a", size=130, lfs=lfs), planned("b", size=130, keep_pointer=True)
    )
    assert made.bytes_to_fetch == 1130


def test_links_cost_no_network() -> None:
    """The text of a link stands in the manifest."""
    made = plan(planned("a", size=5), planned("b", size=5, symlink="a"))
    assert made.bytes_to_fetch == 5


def test_a_limit_is_of_what_is_fetched() -> None:
    """Exactly the limit is allowed, one byte more is refused."""
    made = plan(planned("a", size=5), planned("b", size=5))
    check_plan(made, SizePolicy(max_total=5, reserve=0))
    with pytest.raises(LimitExceededError, match="more than the limit of 4 B"):
        check_plan(made, SizePolicy(max_total=4, reserve=0))


def test_space_is_of_what_is_written_and_the_reserve() -> None:
    """The disk must hold all copies and keep its reserve."""
    made = plan(planned("a", size=5), planned("b", size=5), free=15)
    check_plan(made, SizePolicy(reserve=5))
    with pytest.raises(NoSpaceError, match="10 B do not fit into “dest”: 15 B are"):
        check_plan(made, SizePolicy(reserve=6))


def test_nothing_to_write_fits_on_a_full_disk() -> None:
    """A replay with everything in place works on a full disk."""
    check_plan(plan(planned("a", action=Action.SKIP), free=0), SizePolicy())


def test_an_edit_is_a_conflict_under_fail_only() -> None:
    """Under fail a differing file stops the run and is named; else it does not."""
    edited = planned("a", state=DIFFERENT, action=Action.REFUSE)
    blocked = planned("b", state=BLOCKED, action=Action.REFUSE)
    with pytest.raises(ConflictError, match="“a” and 1 more differ") as caught:
        check_plan(plan(edited, blocked, policy=FAIL), NO_RESERVE)
    assert caught.value.path == "a"
    check_plan(plan(edited, blocked, policy=KEEP), NO_RESERVE)


def test_one_conflict_is_told_as_one() -> None:
    """The sentence about a single conflict is a proper sentence."""
    blocked = planned("b", state=BLOCKED, action=Action.REFUSE)
    with pytest.raises(ConflictError, match="“b” differs from the manifest"):
        check_plan(plan(blocked, policy=FAIL), NO_RESERVE)


def test_what_must_not_be_written_is_no_conflict() -> None:
    """A refused name has nothing local in its way: the others go on under fail."""
    refused = planned("x", state=MISSING, action=Action.REFUSE)
    check_plan(plan(refused, planned("a"), policy=FAIL), NO_RESERVE)
