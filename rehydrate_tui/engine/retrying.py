"""Tries again what may succeed later, and waits as the server asks."""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from rehydrate_tui.domain.progress import ProgressSink, RetryScheduled
from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.engine.ports import Clock
from rehydrate_tui.engine.throttle import Sleep, Throttle
from rehydrate_tui.errors import ConnectionFailedError, RateLimitedError, RemoteError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """The retry rule of one run; all transfers share its throttle.

    Once a host could not be reached for all tries of one file, other files are not
    held up by it as well: without a network a thousand files fail in seconds. In the
    same way a way that asks for more patience than there is left is not tried again.
    """

    policy: RetryPolicy
    throttle: Throttle
    sink: ProgressSink
    clock: Clock
    sleep: Sleep
    unreachable: set[str] = field(default_factory=set[str])
    """Hosts that no try reached."""
    limited: dict[str, RateLimitedError] = field(
        default_factory=dict[str, RateLimitedError]
    )
    """Ways whose limit lasts longer than this run will wait."""
    is_attended: bool = False
    """Whether somebody watches who may want to `wait_longer`."""

    async def run(
        self, target: str, attempt: Callable[[], Awaitable[T]], *, way: str = ""
    ) -> T:
        """Call `attempt` until it succeeds or another try is not worth it.

        Args:
            target: the file that it is for, to tell the person.
            attempt: makes one try.
            way: names the transport; once a limit of it is beyond the budget, nobody
                asks there again in this run.

        Raises:
            RehydrateError: the error of the last try.
        """
        tries = 0
        while True:
            tries += 1
            await self.throttle.wait(self.sink)
            if way in self.limited:
                raise self.limited[way]
            try:
                return await attempt()
            except RemoteError as error:
                if not self._is_worth_retrying(error, tries):
                    raise
                await self._pause(target, error, tries, way)

    def wait_longer(self) -> None:
        """Wait for limits as long as they last."""
        self.throttle.allow(math.inf)
        self.limited.clear()

    def _is_worth_retrying(self, error: RemoteError, tries: int) -> bool:
        is_worth = self.policy.is_worth_retrying(error, tries)
        if not isinstance(error, ConnectionFailedError):
            return is_worth
        host = error.url.partition("://")[2].partition("/")[0]
        if not is_worth:
            self.unreachable.add(host)
        return is_worth and host not in self.unreachable

    async def _pause(
        self, target: str, error: RemoteError, tries: int, way: str
    ) -> None:
        delay = self.policy.delay(
            tries,
            error,
            now=self.clock(),
            jitter=random.random(),  # noqa: S311 - spreads workers, guards nothing
        )
        if isinstance(error, RateLimitedError):
            if not await self._may_wait(delay, error.message):
                if way:
                    self.limited[way] = error
                raise error
        else:
            self.sink.emit(RetryScheduled(target, tries + 1, delay, error.message))
            await self.sleep(delay)

    async def _may_wait(self, seconds: float, reason: str) -> bool:
        if self.throttle.close(seconds, reason):
            return True
        return self.is_attended and await self.throttle.linger(
            seconds, reason, self.sink
        )
