"""A pipe between the event loop and a thread: bounded, in order, and ended by either."""

from __future__ import annotations

import asyncio

import pytest

from rehydrate_tui.engine import pipe as pipe_module
from rehydrate_tui.engine.pipe import Pipe


async def test_the_sender_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the pipe holds waits until the thread has taken it."""
    monkeypatch.setattr(pipe_module, "_MOST", 10)
    pipe = Pipe()
    await pipe.put(b"a" * 10)
    waiting = asyncio.ensure_future(pipe.put(b"b"))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert await asyncio.to_thread(pipe.get) == b"a" * 10 + b"b"
    await waiting
    pipe.end()
    assert await asyncio.to_thread(pipe.get) == b""


async def test_an_aborted_pipe_drops_what_waits() -> None:
    """The receiver hears of the end at once."""
    pipe = Pipe()
    await pipe.put(b"a")
    pipe.abort()
    assert await asyncio.to_thread(pipe.get) == b""


async def test_the_thread_speaks_to_the_loop() -> None:
    """What it says is heard there, in its order."""
    pipe = Pipe()
    heard: list[int] = []
    for value in (1, 2):
        await asyncio.to_thread(pipe.call, heard.append, value)
    await asyncio.sleep(0)
    assert heard == [1, 2]
