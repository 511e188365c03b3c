"""Short waits that nobody needs to see; long ones are raised, never slept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from rehydrate_tui.errors import RemoteError
from rehydrate_tui.github.http import HttpOptions

T = TypeVar("T")


async def retrying(action: Callable[[], Awaitable[T]], options: HttpOptions) -> T:
    """Return what `action` returns, trying again after passing failures.

    Raises:
        RemoteError: the last one, when the tries are used up or the wait is long.
    """
    attempt = 1
    while True:
        try:
            return await action()
        except RemoteError as error:
            wait = _quiet_wait(error, attempt, options)
            if wait is None:
                raise
        await options.sleep(wait)
        attempt += 1


def _quiet_wait(error: RemoteError, attempt: int, options: HttpOptions) -> float | None:
    """Return the seconds to wait before the next try, None if there is none."""
    policy = options.retry
    if not policy.is_worth_retrying(error, attempt):
        return None
    wait = policy.delay(attempt, error, now=options.clock(), jitter=options.jitter())
    return wait if wait <= options.longest_wait else None
