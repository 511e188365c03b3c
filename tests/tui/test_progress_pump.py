"""From events to numbers that do not jump."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import check_repo_path
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    LocalState,
    PlannedFile,
)
from rehydrate_tui.domain.progress import (
    BytesDiscarded,
    BytesReceived,
    FileFinished,
    FileStarted,
    RetryScheduled,
    WaitingForLimit,
)
from rehydrate_tui.domain.report import FileOutcome, Outcome
from rehydrate_tui.tui.progress import ProgressPump, format_time_left


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def planned(path: str, size: int, action: Action = Action.FETCH) -> PlannedFile:
    """Return a file of a plan."""
    return PlannedFile(
        repo=RepoId("ada", "notes"),
        commit=ObjectId("8" * 40),
        file=LockedFile(path=check_repo_path(path), size=size),
        target=path,
        action=action,
        state=LocalState.MISSING,
    )


def finished(path: str, size: int, outcome: Outcome = Outcome.FETCHED) -> FileFinished:
    """Return the end of a file."""
    return FileFinished(FileOutcome(path=path, target=path, outcome=outcome, size=size))


@pytest.fixture
def clock() -> Clock:
    """A time that stands still."""
    return Clock()


@pytest.fixture
def pump(clock: Clock) -> ProgressPump:
    """Two files to fetch, one that is there."""
    plan = DownloadPlan(
        destination=".",
        files=(planned("a", 1000), planned("b", 500), planned("c", 7, Action.SKIP)),
        policy=ConflictPolicy.KEEP,
        free_bytes=0,
    )
    return ProgressPump(plan, clock)


def test_bytes_count_once(pump: ProgressPump) -> None:
    """Failed tries are taken off; copies and files that were there do not count twice."""
    pump.emit(finished("c", 7, Outcome.PRESENT))
    pump.emit(FileStarted("a", 1000))
    pump.emit(BytesReceived("a", 600))
    pump.emit(BytesDiscarded("a", 600))
    pump.emit(BytesReceived("a", 100))
    assert (pump.done, pump.total, pump.received) == (100, 1500, 700)
    pump.emit(finished("a", 1000))
    pump.emit(finished("b", 500))
    assert (pump.done, pump.total, pump.finished) == (1500, 1500, 2)
    assert not pump.active


def test_a_pointer_that_was_an_object_enlarges_the_whole(pump: ProgressPump) -> None:
    """A large file that showed its size late moves the end, never beyond it."""
    pump.emit(FileStarted("a", 1000))
    pump.emit(BytesReceived("a", 40_000))
    assert pump.done == 1000
    pump.emit(finished("a", 50_000))
    assert (pump.done, pump.total) == (50_000, 50_500)


def test_failures_are_kept(pump: ProgressPump) -> None:
    """What failed is listed and counted as finished, not as bytes."""
    pump.emit(finished("a", 1000, Outcome.FAILED))
    assert [each.target for each in pump.failed] == ["a"]
    assert (pump.done, pump.finished) == (0, 1)


def test_the_rate_is_true_from_the_start_and_then_calm(
    pump: ProgressPump, clock: Clock
) -> None:
    """A steady stream shows its rate at once; a pause lowers it slowly."""
    pump.emit(FileStarted("a", 1000))
    assert pump.seconds_left is None
    pump.measure()
    for _ in range(4):
        clock.now += 0.5
        pump.emit(BytesReceived("a", 50))
        pump.measure()
    assert pump.rate == pytest.approx(100)
    assert pump.seconds_left == pytest.approx(13, abs=1.5)
    clock.now += 0.5
    pump.measure()
    assert 70 < pump.rate < 80
    pump.measure()
    assert pump.seconds_left is not None
    assert 11 < pump.seconds_left < 18


def test_waits_end_by_themselves(pump: ProgressPump, clock: Clock) -> None:
    """One pause for each file or for all, the longest first, until it is over."""
    pump.emit(RetryScheduled("a", 2, 3.0, "cut off"))
    pump.emit(RetryScheduled("a", 3, 5.0, "cut off again"))
    pump.emit(WaitingForLimit(20.0, "too many"))
    assert [(wait.path, wait.until) for wait in pump.waits()] == [("", 20), ("a", 5)]
    clock.now = 6
    assert [wait.reason for wait in pump.waits()] == ["too many"]
    clock.now = 21
    assert list(pump.waits()) == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.2, "about 5 s left"),
        (31, "about 35 s left"),
        (61, "about 2 min left"),
        (3599, "about 1 h 0 min left"),
        (5400, "about 1 h 30 min left"),
    ],
)
def test_the_time_left_is_coarse(seconds: float | None, text: str) -> None:
    """It changes every five seconds at most, so nobody watches it flicker."""
    assert format_time_left(seconds) == text
