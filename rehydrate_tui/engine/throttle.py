"""One gate for all transfers: when a host throttles, everybody waits, once."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

from rehydrate_tui.domain.progress import ProgressSink, WaitingForLimit
from rehydrate_tui.engine.ports import Clock

Sleep = Callable[[float], Awaitable[None]]

_TICK = 1.0
# Workers hear of one limit at slightly different times; that is no new limit.
_NOTICEABLE = 2.0


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
        self._closed_at = 0.0
        self._reason = ""
        self._told = -1
        self._answer_by: float | None = None

    def close(self, seconds: float, reason: str = "") -> bool:
        """Hold everybody back for `seconds`; False if the budget forbids it."""
        now = self._clock()
        until = now + seconds
        if until <= self._opens_at:
            return True
        more = until - max(now, self._opens_at)
        if more > self._budget:
            return False
        self._budget -= more
        if more > _NOTICEABLE:
            self._closed_at, self._reason, self._told = now, reason, -1
        self._opens_at = until
        return True

    def allow(self, seconds: float) -> None:
        """Let the run wait for more than its budget, since a person wants it to."""
        self._budget += seconds
        self._answer_by = None

    async def linger(self, seconds: float, reason: str, sink: ProgressSink) -> bool:
        """Give a person time to `allow` a wait that is beyond the budget.

        That time is what is left of the budget, once for all who ask.

        Returns:
            Whether to try again, after `wait`; False if nobody allowed it.
        """
        begun = self._clock()
        if self._answer_by is None:
            self._answer_by = begun + self._budget
        until, answer_by = begun + seconds, self._answer_by
        while (now := self._clock()) < answer_by:
            sink.emit(
                WaitingForLimit(until - now, reason, now - begun, answer_by - now)
            )
            await self._sleep(min(answer_by - now, _TICK))
            left = until - self._clock()
            if left <= 0 or self.close(left, reason):
                return True
        return False

    async def wait(self, sink: ProgressSink) -> None:
        """Return when requests may go out; `sink` hears the seconds count down."""
        while (left := self._opens_at - self._clock()) > 0:
            self._tell(left, sink)
            await self._sleep(min(left, _TICK))

    def _tell(self, left: float, sink: ProgressSink) -> None:
        """Tell each second once, whichever of the waiting workers sees it first."""
        seconds = math.ceil(left)
        if seconds == self._told:
            return
        waited = 0.0 if self._told < 0 else self._clock() - self._closed_at
        self._told = seconds
        sink.emit(WaitingForLimit(left, self._reason, waited))
