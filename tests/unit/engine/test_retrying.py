"""What is tried again, how often, and what is told about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from rehydrate_tui.domain.progress import (
    ProgressEvent,
    RetryScheduled,
    WaitingForLimit,
)
from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.engine.retrying import Retrying
from rehydrate_tui.engine.throttle import Throttle
from rehydrate_tui.errors import (
    BlockedError,
    ConnectionFailedError,
    CredentialError,
    DigestMismatchError,
    ExpiredLinkError,
    InterruptedStreamError,
    OfflineError,
    PathNotFoundError,
    PayloadError,
    RateLimitedError,
    RehydrateError,
    ServerError,
    TransportTimeoutError,
    WriteError,
)
from tests.virtual_time import VirtualTime


class Recorder:
    """A sink that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[ProgressEvent] = []

    def emit(self, event: ProgressEvent) -> None:
        """Keep one event."""
        self.events.append(event)


@pytest.fixture
def recorder() -> Recorder:
    """A sink that keeps what it is told."""
    return Recorder()


@pytest.fixture
def retrying(virtual_time: VirtualTime, recorder: Recorder) -> Retrying:
    """The usual rule, in virtual time."""
    policy = RetryPolicy()
    return Retrying(
        policy=policy,
        throttle=Throttle(policy.wait_budget, virtual_time.clock, virtual_time.sleep),
        sink=recorder,
        clock=virtual_time.clock,
        sleep=virtual_time.sleep,
    )


class Attempts:
    """Fails with each error in turn, then succeeds."""

    def __init__(self, errors: Sequence[RehydrateError]) -> None:
        self.left = list(errors)
        self.count = 0

    async def __call__(self) -> str:
        """Make one try."""
        self.count += 1
        if self.left:
            raise self.left.pop(0)
        return "done"


async def test_success_needs_one_try(retrying: Retrying, recorder: Recorder) -> None:
    """What works at once is not told."""
    attempts = Attempts([])
    assert await retrying.run("a", attempts) == "done"
    assert (attempts.count, recorder.events) == (1, [])


@pytest.mark.parametrize(
    "error",
    [
        ServerError("failed"),
        InterruptedStreamError("broke"),
        TransportTimeoutError("late"),
        ConnectionFailedError("refused"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_passing_failures_are_tried_again(
    retrying: Retrying,
    recorder: Recorder,
    virtual_time: VirtualTime,
    error: RehydrateError,
) -> None:
    """Waits double, each is announced with the number of the next try."""
    attempts = Attempts([error] * 4)
    assert await retrying.run("a", attempts) == "done"
    assert attempts.count == 5
    for number, wait in enumerate(virtual_time.waits):
        assert 0.25 * 2**number <= wait <= 0.5 * 2**number
    scheduled = [
        event for event in recorder.events if isinstance(event, RetryScheduled)
    ]
    assert [event.attempt for event in scheduled] == [2, 3, 4, 5]
    assert {(event.path, event.reason) for event in scheduled} == {("a", error.message)}


async def test_an_expired_link_is_asked_for_again_twice(retrying: Retrying) -> None:
    """A new link helps at once or not at all."""
    attempts = Attempts([ExpiredLinkError("old") for _ in range(9)])
    with pytest.raises(ExpiredLinkError):
        await retrying.run("a", attempts)
    assert attempts.count == 3


async def test_five_tries_are_the_end(retrying: Retrying) -> None:
    """The last error is raised, without a wait after it."""
    attempts = Attempts([ServerError(f"{n}") for n in range(9)])
    with pytest.raises(ServerError, match="4"):
        await retrying.run("a", attempts)
    assert attempts.count == 5


@pytest.mark.parametrize(
    "error",
    [
        PathNotFoundError("gone"),
        CredentialError("refused"),
        BlockedError("blocked"),
        OfflineError("not here"),
        PayloadError("a web page"),
        WriteError("read-only"),
        DigestMismatchError("other", path="a", expected="1", actual="2"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_lasting_failures_are_not_tried_again(
    retrying: Retrying, virtual_time: VirtualTime, error: RehydrateError
) -> None:
    """What will be the same next time is raised at once."""
    attempts = Attempts([error])
    with pytest.raises(type(error)):
        await retrying.run("a", attempts)
    assert (attempts.count, virtual_time.waits) == (1, [])


async def test_a_limit_closes_the_gate(
    retrying: Retrying, recorder: Recorder, virtual_time: VirtualTime
) -> None:
    """Retry-After is obeyed, announced, and held by the gate that all share."""
    limit = RateLimitedError("slow down", kind="raw", retry_after=40)
    attempts = Attempts([limit])
    assert await retrying.run("a", attempts) == "done"
    assert 40 <= sum(virtual_time.waits) <= 41
    waits = [event for event in recorder.events if isinstance(event, WaitingForLimit)]
    assert len(waits) == len(recorder.events)
    assert {event.reason for event in waits} == {"slow down"}
    assert [round(event.waited) for event in waits] == list(range(len(waits)))
    assert waits[0].delay >= 40
    assert waits[-1].delay <= 1


@pytest.mark.parametrize(
    "make",
    [
        lambda _: RateLimitedError("x", kind="raw", retry_after=500),
        lambda now: RateLimitedError("x", kind="primary", resets_at=now + 3000),
    ],
    ids=["retry-after", "reset of the quota"],
)
async def test_a_limit_beyond_the_budget_is_raised(
    retrying: Retrying,
    virtual_time: VirtualTime,
    make: Callable[[float], RateLimitedError],
) -> None:
    """A wait that the budget forbids is not begun."""
    attempts = Attempts([make(virtual_time.clock())])
    with pytest.raises(RateLimitedError):
        await retrying.run("a", attempts)
    assert (attempts.count, virtual_time.waits) == (1, [])


async def test_a_way_that_is_beyond_the_budget_is_not_asked_again(
    retrying: Retrying,
) -> None:
    """One worker finds out; the others go to the next transport without a request."""
    limit = RateLimitedError("x", kind="raw", retry_after=500)
    with pytest.raises(RateLimitedError):
        await retrying.run("a", Attempts([limit]), way="raw")
    others = Attempts([])
    with pytest.raises(RateLimitedError):
        await retrying.run("b", others, way="raw")
    assert others.count == 0
    assert await retrying.run("b", others, way="API") == "done"


async def test_who_attends_can_wait_longer(
    retrying: Retrying, virtual_time: VirtualTime, recorder: Recorder
) -> None:
    """A limit beyond the budget is offered, and waited for when a person says so."""
    attended = replace(retrying, is_attended=True)
    limit = RateLimitedError("x", kind="raw", retry_after=500)

    def answer() -> None:
        if len(virtual_time.waits) == 30:
            attended.wait_longer()

    virtual_time.on_wait = answer
    assert await attended.run("a", Attempts([limit]), way="raw") == "done"
    assert 500 <= sum(virtual_time.waits) <= 502
    offered = [
        event
        for event in recorder.events
        if isinstance(event, WaitingForLimit) and event.gives_up_in is not None
    ]
    assert len(offered) == 30
    assert offered[0].gives_up_in == 120


async def test_a_way_that_was_given_up_is_open_to_the_patient(
    retrying: Retrying, virtual_time: VirtualTime
) -> None:
    """Without an answer a way is given up for all; a later answer opens it again."""
    attended = replace(retrying, is_attended=True)
    limit = RateLimitedError("x", kind="raw", retry_after=500)
    with pytest.raises(RateLimitedError):
        await attended.run("a", Attempts([limit]), way="raw")
    assert sum(virtual_time.waits) == pytest.approx(120)
    attended.wait_longer()
    assert await attended.run("b", Attempts([]), way="raw") == "done"


async def test_a_limit_without_a_word_waits_a_minute_then_ends(
    retrying: Retrying, virtual_time: VirtualTime
) -> None:
    """GitHub asks for a minute; the second wait would be two and is over the budget."""
    attempts = Attempts([RateLimitedError("x", kind="raw") for _ in range(9)])
    with pytest.raises(RateLimitedError):
        await retrying.run("a", attempts)
    assert attempts.count == 2
    assert 60 <= sum(virtual_time.waits) <= 61


async def test_a_host_out_of_reach_is_tried_by_one_file_only(
    retrying: Retrying, virtual_time: VirtualTime
) -> None:
    """After one file has used up its tries, others fail at once; other hosts do not."""
    down = [ConnectionFailedError("x", url="https://raw.example/a/b") for _ in range(9)]
    with pytest.raises(ConnectionFailedError):
        await retrying.run("a", Attempts(down))
    waits = len(virtual_time.waits)
    again = Attempts(down)
    with pytest.raises(ConnectionFailedError):
        await retrying.run("b", again)
    assert (again.count, len(virtual_time.waits)) == (1, waits)
    other = Attempts([ConnectionFailedError("x", url="https://api.example/a")])
    assert await retrying.run("c", other) == "done"
    assert other.count == 2
