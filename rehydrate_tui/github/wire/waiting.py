"""Waiting for one event with an end, without the task that `asyncio.wait_for` makes."""

from __future__ import annotations

import asyncio


class Bell:
    """Wakes the one task that waits for it."""

    __slots__ = ("_loop", "_waiter")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiter: asyncio.Future[bool] | None = None

    def ring(self) -> bool:
        """Wake who waits; say whether anybody does."""
        if self._waiter is None:
            return False
        if not self._waiter.done():
            self._waiter.set_result(True)
        return True

    async def wait(self, seconds: float | None) -> bool:
        """Wait for the next ring; False when `seconds` are over before it."""
        waiter: asyncio.Future[bool] = self._loop.create_future()
        self._waiter = waiter
        timer = None
        if seconds is not None:
            timer = self._loop.call_later(seconds, _expire, waiter)
        try:
            return await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()


def _expire(waiter: asyncio.Future[bool]) -> None:
    if not waiter.done():
        waiter.set_result(False)
