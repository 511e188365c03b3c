"""One gate for all transfers, within a budget."""

from __future__ import annotations

import asyncio

import pytest

from rehydrate_tui.domain.progress import NullSink, ProgressEvent, WaitingForLimit
from rehydrate_tui.engine.throttle import Throttle
from tests.virtual_time import VirtualTime


@pytest.fixture
def throttle(virtual_time: VirtualTime) -> Throttle:
    """A gate with two minutes to spend."""
    return Throttle(120.0, virtual_time.clock, virtual_time.sleep)


async def test_an_open_gate_holds_nobody(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """Without a limit there is no wait."""
    await throttle.wait(NullSink())
    assert virtual_time.waits == []


async def test_a_closed_gate_opens_in_time(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """A wait is as long as was asked for, and afterwards the gate is open."""
    assert throttle.close(30)
    await throttle.wait(NullSink())
    assert sum(virtual_time.waits) == pytest.approx(30)
    waits = len(virtual_time.waits)
    await throttle.wait(NullSink())
    assert len(virtual_time.waits) == waits


async def test_everybody_waits_at_once(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """Eight workers that hear of one limit cost its time once."""
    started = virtual_time.clock()
    assert all(throttle.close(30) for _ in range(8))
    await asyncio.gather(*(throttle.wait(NullSink()) for _ in range(8)))
    assert virtual_time.clock() - started >= 30
    assert throttle.close(90)


def test_only_what_comes_on_top_is_spent(throttle: Throttle) -> None:
    """A longer limit while one lasts costs the difference."""
    assert throttle.close(60)
    assert throttle.close(100)
    assert throttle.close(120)
    assert not throttle.close(120.5)
    assert throttle.close(119)


def test_beyond_the_budget_nobody_waits(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """A wait that is too long is refused as a whole and spends nothing."""
    assert not throttle.close(121)
    assert throttle.close(120)
    assert virtual_time.waits == []


async def test_a_gate_that_closes_again_holds_on(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """Who waits when the limit is prolonged goes on waiting."""
    throttle.close(10)
    waiting = asyncio.create_task(throttle.wait(NullSink()))
    throttle.close(25)
    await waiting
    assert sum(virtual_time.waits) == pytest.approx(25)


class Recorder:
    """A sink that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[WaitingForLimit] = []

    def emit(self, event: ProgressEvent) -> None:
        """Keep one event."""
        assert isinstance(event, WaitingForLimit)
        self.events.append(event)


async def test_the_seconds_count_down_once_for_all(throttle: Throttle) -> None:
    """However many wait, each second is told once, with why and how long it lasted."""
    throttle.close(5, "slow down")
    recorder = Recorder()
    await asyncio.gather(*(throttle.wait(recorder) for _ in range(8)))
    seconds = [round(event.delay) for event in recorder.events]
    assert seconds == sorted(set(seconds), reverse=True)
    assert seconds[0] == 5
    assert recorder.events[0].waited == 0
    assert all(event.waited > 0 for event in recorder.events[1:])
    assert {event.reason for event in recorder.events} == {"slow down"}


async def test_one_second_is_told_once(virtual_time: VirtualTime) -> None:
    """Workers that wake in the same second say nothing new."""
    sleepers = 0

    async def share(seconds: float) -> None:
        nonlocal sleepers
        sleepers += 1
        if sleepers % 8:
            await asyncio.sleep(0)
        else:
            await virtual_time.sleep(seconds)

    throttle = Throttle(120.0, virtual_time.clock, share)
    throttle.close(3)
    recorder = Recorder()
    await asyncio.gather(*(throttle.wait(recorder) for _ in range(8)))
    assert [round(event.delay) for event in recorder.events] == [3, 2, 1]


def test_what_comes_a_little_later_is_no_news(throttle: Throttle) -> None:
    """Workers hear of one limit at slightly different times: the reason stays."""
    assert throttle.close(30, "first")
    assert throttle.close(31, "second")
    assert throttle._reason == "first"


async def test_a_second_limit_is_told_as_a_new_one(throttle: Throttle) -> None:
    """A wait that follows another one begins at nothing again."""
    recorder = Recorder()
    for reason in ("first", "second"):
        throttle.close(3, reason)
        await throttle.wait(recorder)
    begun = [event.reason for event in recorder.events if event.waited == 0]
    assert begun == ["first", "second"]


async def test_nobody_answers(throttle: Throttle, virtual_time: VirtualTime) -> None:
    """A wait beyond the budget is offered for as long as the budget lasts, to all once."""
    recorder = Recorder()
    asked = (throttle.linger(3600, "slow down", recorder) for _ in range(3))
    assert not any(await asyncio.gather(*asked))
    first = recorder.events[0]
    assert (first.delay, first.waited, first.gives_up_in) == (3600, 0, 120)
    spent = len(virtual_time.waits)
    assert not await throttle.linger(3600, "slow down", recorder)
    assert len(virtual_time.waits) == spent


async def test_a_person_waits_longer(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """What is allowed meanwhile closes the gate until the limit ends."""
    recorder = Recorder()
    started = virtual_time.clock()
    virtual_time.on_wait = lambda: throttle.allow(3600)
    assert await throttle.linger(600, "slow down", recorder)
    virtual_time.on_wait = bool
    await throttle.wait(recorder)
    assert virtual_time.clock() - started == pytest.approx(600)
    assert recorder.events[-1].gives_up_in is None


async def test_a_limit_that_ends_first_needs_no_answer(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """What is over while it is offered is tried again."""
    assert throttle.close(100)
    lingering = asyncio.create_task(throttle.linger(3600, "", NullSink()))
    await asyncio.sleep(0)
    assert await throttle.linger(15, "", NullSink())
    lingering.cancel()
    assert sum(virtual_time.waits) < 60
