from __future__ import annotations

import asyncio
import contextvars
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from rehydrate_tui.headless import runner
from rehydrate_tui.headless.runner import run_sync

T = TypeVar("T")

WHO = contextvars.ContextVar("WHO", default="nobody")


async def answer() -> tuple[str, str]:
    """Tell where this runs and under which context."""
    await asyncio.sleep(0)
    return threading.current_thread().name, WHO.get()


def inside_a_loop(call: Callable[[], T]) -> T:
    """Call something synchronous while a loop runs, as a notebook cell does.

    Not with `asyncio.run`, which handles interrupts in its own way; kernels do not.
    """

    async def cell() -> T:
        return call()

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(cell())
    finally:
        loop.close()


def leftover() -> list[str]:
    """Return the threads of a run that are still alive."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith(runner.THREAD_NAME)]


def test_without_a_loop_it_runs_here() -> None:
    """No thread is made when none is needed."""
    assert run_sync(answer) == ("MainThread", "nobody")


def test_inside_a_loop_it_runs_in_a_thread_under_the_same_context() -> None:
    """The result comes back, context variables are seen, and the thread is gone."""
    token = WHO.set("cell 7")
    try:
        assert inside_a_loop(lambda: run_sync(answer)) == ("rehydrate", "cell 7")
    finally:
        WHO.reset(token)
    assert leftover() == []


def test_many_threads_may_call_it_at_once() -> None:
    """Each thread gets its own loop, whether or not one runs in the main thread."""
    with ThreadPoolExecutor(4) as pool:
        names = {name for name, _ in pool.map(lambda _: run_sync(answer), range(8))}
    assert len(names) > 0
    assert "MainThread" not in names


Door = Callable[[Callable[[], None]], None]


@pytest.mark.parametrize("door", [lambda call: call(), inside_a_loop])
def test_an_error_comes_through(door: Door) -> None:
    """What the work raises is raised to the caller, in both ways."""

    async def fail() -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        door(lambda: run_sync(fail))
    assert leftover() == []


def test_tasks_that_were_left_behind_are_cancelled() -> None:
    """A loop is not closed over running tasks and open generators."""
    ended: list[str] = []

    async def linger() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("lingering")

    async def work() -> None:
        task = asyncio.create_task(linger())
        await asyncio.sleep(0)
        assert not task.done()

    inside_a_loop(lambda: run_sync(work))
    assert ended == ["lingering"]


class Interrupted:
    """Work that interrupts this process, once or twice, and takes note."""

    def __init__(self, *, twice: bool = False) -> None:
        self.log: list[str] = []
        self.may_end = threading.Event()
        self._twice = twice
        if not twice:
            self.may_end.set()

    async def __call__(self) -> None:
        """Interrupt, wait to be cancelled, tidy up asynchronously."""
        try:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.log.append("cancelled")
            if self._twice:
                os.kill(os.getpid(), signal.SIGINT)
            await _until(self.may_end)
            self.log.append("tidy")
            raise


def _until(event: threading.Event) -> Awaitable[bool]:
    return asyncio.to_thread(event.wait)


def test_an_interrupt_cancels_waits_for_the_tidying_and_is_raised() -> None:
    """KeyboardInterrupt comes after the asynchronous clean-up; no thread is left."""
    work = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        inside_a_loop(lambda: run_sync(work))
    assert work.log == ["cancelled", "tidy"]
    assert leftover() == []


def test_a_second_interrupt_leaves_at_once_and_the_tidying_goes_on() -> None:
    """The caller is free again although the work is not done yet; then it ends."""
    work = Interrupted(twice=True)
    with pytest.raises(KeyboardInterrupt):
        inside_a_loop(lambda: run_sync(work))
    assert work.log == ["cancelled"]
    (thread,) = [each for each in threading.enumerate() if each.name == "rehydrate"]
    work.may_end.set()
    thread.join(10)
    assert work.log == ["cancelled", "tidy"]
    assert leftover() == []


def test_the_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that does not tidy up in time does not hold the caller."""
    monkeypatch.setattr(runner, "GRACE_SECONDS", 0.01)
    work = Interrupted()
    work.may_end.clear()
    with pytest.raises(KeyboardInterrupt):
        inside_a_loop(lambda: run_sync(work))
    assert "tidy" not in work.log
    (thread,) = [each for each in threading.enumerate() if each.name == "rehydrate"]
    work.may_end.set()
    thread.join(10)
    assert work.log == ["cancelled", "tidy"]
