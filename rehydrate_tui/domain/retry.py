"""When to try again, and after how long: arithmetic only, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from rehydrate_tui.errors import (
    RateLimitedError,
    RehydrateError,
    ServerError,
    TransportError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """At most `tries` tries of one file; waits in seconds."""

    tries: int = 5
    base: float = 0.5
    cap: float = 20.0
    wait_budget: float = 120.0
    """Seconds that one run may spend waiting for limits, all files together."""

    def is_worth_retrying(self, error: RehydrateError, attempt: int) -> bool:
        """Tell whether try number `attempt` (from 1) may be followed by another."""
        transient = (TransportError, ServerError, RateLimitedError)
        return attempt < self.tries and isinstance(error, transient)

    def delay(
        self, attempt: int, error: RehydrateError, *, now: float, jitter: float
    ) -> float:
        """Return the seconds to wait after try `attempt` failed with `error`.

        The server's own word comes first: `Retry-After`, else the reset of an
        exhausted primary limit. Otherwise the wait doubles each time, up to `cap`;
        limits without a word start at 60 s, as GitHub asks (rate limit documentation).
        `now` is in seconds since the epoch, `jitter` between 0 and 1 spreads workers.
        """
        if isinstance(error, RateLimitedError):
            if error.retry_after is not None:
                return error.retry_after + jitter
            if error.resets_at is not None:
                return max(0.0, error.resets_at - now) + jitter
            return 60.0 * 2.0 ** (attempt - 1) + jitter
        return min(self.cap, self.base * 2.0 ** (attempt - 1)) * (0.5 + jitter / 2)
