"""One gate for all transfers: when the host throttles, everybody waits, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rehydrate_tui.engine.ports import Clock

Sleep = Callable[[float], Awaitable[None]]


class Throttle:
    """Holds back requests while a limit lasts, within a budget of seconds.

    Args:
        budget: seconds that one run may spend waiting for limits.
        clock: seconds since the epoch.
        sleep: waits a number of seconds.
    """

    def __init__(self, budget: float, clock: Clock, sleep: Sleep) -> None:
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._opens_at = 0.0

    def close(self, seconds: float) -> bool:
        """Hold everybody back for `seconds`; False if the budget forbids it."""
        now = self._clock()
        until = now + seconds
        if until <= self._opens_at:
            return True
        more = until - max(now, self._opens_at)
        if more > self._budget:
            return False
        self._budget -= more
        self._opens_at = until
        return True

    async def wait(self) -> None:
        """Return when requests may go out."""
        while (left := self._opens_at - self._clock()) > 0:
            await self._sleep(left)
