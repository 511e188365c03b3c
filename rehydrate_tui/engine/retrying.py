"""Tries again what may succeed later, and waits as the server asks."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from rehydrate_tui.domain.progress import (
    ProgressSink,
    RetryScheduled,
    WaitingForLimit,
)
from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.engine.ports import Clock
from rehydrate_tui.engine.throttle import Sleep, Throttle
from rehydrate_tui.errors import ConnectionFailedError, RateLimitedError, RemoteError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """The retry rule of one run; all transfers share its throttle.

    Once a host could not be reached for all tries of one file, other files are not
    held up by it as well: without a network a thousand files fail in seconds.
    """

    policy: RetryPolicy
    throttle: Throttle
    sink: ProgressSink
    clock: Clock
    sleep: Sleep
    unreachable: set[str] = field(default_factory=set[str])
    """Hosts that no try reached."""

    async def run(self, target: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """Call `attempt` until it succeeds or another try is not worth it.

        Raises:
            RehydrateError: the error of the last try.
        """
        tries = 0
        while True:
            tries += 1
            await self.throttle.wait()
            try:
                return await attempt()
            except RemoteError as error:
                if not self._is_worth_retrying(error, tries):
                    raise
                await self._pause(target, error, tries)

    def _is_worth_retrying(self, error: RemoteError, tries: int) -> bool:
        is_worth = self.policy.is_worth_retrying(error, tries)
        if not isinstance(error, ConnectionFailedError):
            return is_worth
        host = error.url.partition("://")[2].partition("/")[0]
        if not is_worth:
            self.unreachable.add(host)
        return is_worth and host not in self.unreachable

    async def _pause(self, target: str, error: RemoteError, tries: int) -> None:
        delay = self.policy.delay(
            tries,
            error,
            now=self.clock(),
            jitter=random.random(),  # noqa: S311 - spreads workers, guards nothing
        )
        if isinstance(error, RateLimitedError):
            if not self.throttle.close(delay):
                raise error
            self.sink.emit(WaitingForLimit(delay, error.message))
        else:
            self.sink.emit(RetryScheduled(target, tries + 1, delay, error.message))
            await self.sleep(delay)
