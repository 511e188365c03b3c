"""How many transfers run at once: decided by what arrives, in virtual time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable

import pytest

from rehydrate_tui.engine.width import (
    FEWEST,
    MOST,
    MOST_BYTES,
    START,
    Gate,
    Width,
    held_bytes,
)

SMALL = 5000


class Host:
    """A host in virtual time that answers as `seconds_of` says.

    Args:
        seconds_of: from the transfers under way to the seconds that the next one takes.
    """

    def __init__(self, width: Width, seconds_of: Callable[[int], float]) -> None:
        self.width = width
        self.now = 0.0
        self.most = 0
        self._seconds_of = seconds_of
        self._running: list[tuple[float, float]] = []

    def bring(self, files: int) -> float:
        """Bring small files as fast as the width admits; return the seconds it took."""
        began = self.now
        while files or self._running:
            while files and self.width.admits(len(self._running), 0, SMALL):
                took = self._seconds_of(len(self._running) + 1)
                heapq.heappush(self._running, (self.now + took, took))
                files -= 1
            self.most = max(self.most, len(self._running))
            self.now, took = heapq.heappop(self._running)
            self.width.arrived(SMALL, took)
        return self.now - began


def host_of(seconds_of: Callable[[int], float], most: int = MOST) -> Host:
    """Return a host whose clock is that of its width."""
    clock: list[Host] = []
    width = Width(most, lambda: clock[0].now if clock else 0.0)
    clock.append(Host(width, seconds_of))
    return clock[0]


def test_a_long_round_trip_is_hidden() -> None:
    """Where more in flight bring more, a run comes to as many as there may be."""
    host = host_of(lambda _: 0.1)
    assert host.width.limit == START
    assert host.bring(1000) < 6 * 0.1
    assert host.most == MOST


def test_the_number_that_was_asked_for_is_not_exceeded() -> None:
    """`--jobs` caps it, from the beginning on."""
    for most in (1, 3, 100):
        host = host_of(lambda _: 0.1, most)
        host.bring(2000)
        assert host.most == most


def test_a_large_content_says_nothing_of_the_answer() -> None:
    """Its seconds are those of its bytes: only the number in flight grows with it."""
    width = Width()
    width.arrived(10**9, 60.0)
    assert width.fastest == 0.0
    assert width.limit > START


def test_a_host_that_does_no_more_is_not_asked_for_more() -> None:
    """Where answers only queue up, the number stays near what is served at once."""
    host = host_of(lambda running: 0.02 * max(1, running / 8))
    host.bring(3000)
    assert host.width.limit < START


def test_a_host_that_becomes_slow_is_asked_for_less_and_then_for_more() -> None:
    """Rising latency takes transfers away, slowly; they come back when it falls."""
    host = host_of(lambda _: 0.03)
    host.bring(500)
    fast = host.width.limit
    host._seconds_of = lambda _: 1.0
    host.bring(500)
    slow = host.width.limit
    assert FEWEST <= slow < fast
    host._seconds_of = lambda _: 0.03
    host.bring(5000)
    assert host.width.limit > slow


def test_a_refusal_halves_once_for_all_that_were_under_way() -> None:
    """Sixty answers of one limit are one limit; the next, later, counts again."""
    host = host_of(lambda _: 0.1)
    host.now = 100.0
    for _ in range(60):
        host.width.refused()
    assert host.width.limit == START // 2
    host.now += 10.0
    host.width.refused()
    assert host.width.limit == START // 4


def test_refusals_without_end_leave_a_few() -> None:
    """However often a host refuses, some transfers go on trying."""
    host = host_of(lambda _: 0.1)
    for _ in range(50):
        host.now += 10.0
        host.width.refused()
    assert host.width.limit == FEWEST


def test_after_a_refusal_it_does_not_double_any_more() -> None:
    """What a host refused is come back to in small steps."""
    host = host_of(lambda _: 0.1)
    host.width.refused()
    host.bring(START // 2)
    assert START // 2 <= host.width.limit <= START // 2 + 1


def test_large_files_are_few() -> None:
    """The bytes that transfers may hold are bounded; the first may be of any size."""
    width = Width()
    size = 10**9
    running, held = 0, 0
    while width.admits(running, held, size):
        running, held = running + 1, held + held_bytes(size)
    assert running == MOST_BYTES // held_bytes(size)
    assert width.admits(0, 0, size)
    assert width.admits(running, held - SMALL, SMALL)
    assert not width.admits(running, held, SMALL)


async def enter(gate: Gate, log: list[str], name: str) -> None:
    """Hold a turn until told to leave by cancelling."""
    async with gate.passing():
        log.append(name)
        await asyncio.Event().wait()


async def settle() -> None:
    """Let all tasks go as far as they can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_turns_come_in_the_order_of_asking() -> None:
    """Who waits first goes first, also past a small one that would still fit."""
    gate, log = Gate(Width(2), lambda: 1), list[str]()
    names = ["a", "b", "c", "d"]
    tasks = [asyncio.create_task(enter(gate, log, name)) for name in names]
    await settle()
    assert log == ["a", "b"]
    tasks[0].cancel()
    await settle()
    assert log == ["a", "b", "c"]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@pytest.mark.parametrize("is_admitted", [False, True])
async def test_a_cancelled_turn_is_given_to_the_next(
    is_admitted: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Cancelled while waiting, or in the instant of being admitted: nobody starves."""
    gate, log = Gate(Width(1), lambda: 1), list[str]()
    names = ["a", "b", "c"]
    tasks = [asyncio.create_task(enter(gate, log, name)) for name in names]
    await settle()
    if is_admitted:
        tasks[0].cancel()
        await asyncio.sleep(0)
        tasks[1].cancel()
    else:
        tasks[1].cancel()
        await settle()
        tasks[0].cancel()
    await settle()
    assert log == ["a", "c"]
    tasks[2].cancel()
    await asyncio.wait(tasks)
    assert gate._running == 0
    assert gate._held == 0


async def test_a_turn_is_for_what_comes_next_then() -> None:
    """Who waited behind a large content is judged by what is next when there is room."""
    sizes = [10**9, 10**9]
    gate, log = Gate(Width(), lambda: sizes[0]), list[str]()
    gate._held = MOST_BYTES
    gate._running = 1
    task = asyncio.create_task(enter(gate, log, "a"))
    await settle()
    assert log == []
    sizes[0] = 1
    gate._leave(1)
    await settle()
    assert log == ["a"]
    task.cancel()
    await asyncio.wait([task])
    assert gate._held == MOST_BYTES - 1
