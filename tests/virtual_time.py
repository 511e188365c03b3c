"""A clock for tests: what waits moves it on, and nobody waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class VirtualTime:
    """Seconds since the epoch, from the present on, and every wait that was asked for.

    It begins with the present because the stand-in writes present times into refusals.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.on_wait: Callable[[], object] = bool
        self._now = time.time()

    def clock(self) -> float:
        """Return the time as it is here."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move the clock on; other tasks get their turn."""
        self.waits.append(seconds)
        self.on_wait()
        self._now += seconds
        await asyncio.sleep(0)
