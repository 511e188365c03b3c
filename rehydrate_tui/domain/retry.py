"""When to try again, and after how long: arithmetic only, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from rehydrate_tui.errors import (
    ExpiredLinkError,
    RateLimitedError,
    RehydrateError,
    ServerError,
    TransportError,
)

_LIMIT_WAIT = 60.0
# A new link helps at once, or not at all.
_LINKS = 3
# Far beyond any sensible number of tries; keeps the power from overflowing.
_MAX_DOUBLINGS = 30


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
        if isinstance(error, ExpiredLinkError):
            return attempt < min(self.tries, _LINKS)
        transient = (TransportError, ServerError, RateLimitedError)
        return attempt < self.tries and isinstance(error, transient)

    def delay(
        self, attempt: int, error: RehydrateError, *, now: float, jitter: float
    ) -> float:
        """Return the seconds to wait after try `attempt` failed with `error`.

        The server's own word comes first: `Retry-After`, else the reset of an
        exhausted limit. Limits without a word start at 60 s and double, as GitHub asks;
        all other waits double up to `cap`.

        Args:
            attempt: which try failed, from 1.
            error: how it failed.
            now: seconds since the epoch.
            jitter: between 0 and 1; spreads the workers.
        """
        factor = 2.0 ** min(attempt - 1, _MAX_DOUBLINGS)
        if not isinstance(error, RateLimitedError):
            return min(self.cap, self.base * factor) * (0.5 + jitter / 2)
        if error.retry_after is not None:
            return max(0.0, error.retry_after) + jitter
        if error.resets_at is not None:
            return max(0.0, error.resets_at - now) + jitter
        return _LIMIT_WAIT * factor + jitter


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsOnly(RetryPolicy):
    """For questions whose other failures are tried again closer to the network."""

    def is_worth_retrying(self, error: RehydrateError, attempt: int) -> bool:
        """Tell whether `error` is a limit and there are tries left."""
        return attempt < self.tries and isinstance(error, RateLimitedError)
