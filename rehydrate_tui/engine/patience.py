"""How long a session waits for limits: one budget for a run and all that prepares it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from rehydrate_tui.domain.progress import ProgressSink
from rehydrate_tui.domain.retry import LimitsOnly, RetryPolicy
from rehydrate_tui.engine.ports import Clock
from rehydrate_tui.engine.retrying import Retrying
from rehydrate_tui.engine.throttle import Sleep, Throttle

T = TypeVar("T")


class Patience:
    """Makes the retry rules of a session.

    Args:
        policy: when to try again, and the budget.
        clock: seconds since the epoch.
        sleep: waits a number of seconds.
        watch: hears of waits for the API outside of runs; without one such limits are
            not waited for but raised, since nobody would see why nothing happens.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        clock: Clock,
        sleep: Sleep,
        watch: ProgressSink | None = None,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._watch = watch
        self._throttle = self._fresh()

    def retrying(self, sink: ProgressSink, *, is_attended: bool = False) -> Retrying:
        """Return the rule for some requests; all share what is left of the budget."""
        return Retrying(
            policy=self._policy,
            throttle=self._throttle,
            sink=sink,
            clock=self._clock,
            sleep=self._sleep,
            is_attended=is_attended,
        )

    def renew(self) -> None:
        """Begin a new budget: the next run, asked for by a person, has its own."""
        self._throttle = self._fresh()

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """Ask the API; a limit is waited for if anybody watches.

        Raises:
            RemoteError: there is no answer, or none within the budget.
        """
        if self._watch is None:
            return await question()
        policy = LimitsOnly(wait_budget=self._policy.wait_budget)
        return await replace(self.retrying(self._watch), policy=policy).run(
            "", question
        )

    def _fresh(self) -> Throttle:
        return Throttle(self._policy.wait_budget, self._clock, self._sleep)
