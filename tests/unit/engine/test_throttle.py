"""One gate for all transfers, within a budget."""

from __future__ import annotations

import asyncio

import pytest

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
    await throttle.wait()
    assert virtual_time.waits == []


async def test_a_closed_gate_opens_in_time(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """A wait is as long as was asked for, and afterwards the gate is open."""
    assert throttle.close(30)
    await throttle.wait()
    assert virtual_time.waits == pytest.approx([30])
    await throttle.wait()
    assert len(virtual_time.waits) == 1


async def test_everybody_waits_at_once(
    throttle: Throttle, virtual_time: VirtualTime
) -> None:
    """Eight workers that hear of one limit cost its time once."""
    started = virtual_time.clock()
    assert all(throttle.close(30) for _ in range(8))
    await asyncio.gather(*(throttle.wait() for _ in range(8)))
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
    waiting = asyncio.create_task(throttle.wait())
    throttle.close(25)
    await waiting
    assert sum(virtual_time.waits) == pytest.approx(25)
