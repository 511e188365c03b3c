"""The primary rate limit: API requests counted per caller and window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from rehydrate_tui.demo.accounts import Account
from rehydrate_tui.demo.limits import Limits

CORE = "core"
SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What one caller has used and may still use."""

    limit: int
    used: int
    reset: int
    resource: str = CORE

    @property
    def remaining(self) -> int:
        """Requests left before the window ends."""
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """Render the headers that go with every API answer."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-used": str(min(self.used, self.limit)),
            "x-ratelimit-resource": self.resource,
            "x-ratelimit-reset": str(self.reset),
        }

    def as_json(self) -> dict[str, int]:
        """Render the object that `/rate_limit` shows."""
        return {
            "limit": self.limit,
            "used": min(self.used, self.limit),
            "remaining": self.remaining,
            "reset": self.reset,
        }


class QuotaBook:
    """Keeps the quota of every caller; safe to use from several threads."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._quotas: dict[tuple[str, str], Quota] = {}

    def look(self, caller: Account | None, resource: str = CORE) -> Quota:
        """Return the quota of a caller without touching it."""
        with self._lock:
            return self._current(caller, resource)

    def spend(
        self, caller: Account | None, calls: int = 1, resource: str = CORE
    ) -> Quota:
        """Count requests of a caller and return what is left."""
        with self._lock:
            current = self._current(caller, resource)
            spent = replace(current, used=current.used + calls)
            self._quotas[_key(caller), resource] = spent
            return spent

    def _current(self, caller: Account | None, resource: str) -> Quota:
        now = self._clock()
        known = self._quotas.get((_key(caller), resource))
        if known is not None and known.reset > now:
            return known
        limits = self._limits
        if resource == SEARCH:
            limit = (
                limits.anonymous_searches if caller is None else limits.token_searches
            )
            seconds = limits.search_window_seconds
        else:
            limit = limits.anonymous_calls if caller is None else limits.token_calls
            seconds = limits.window_seconds
        return Quota(limit=limit, used=0, reset=int(now) + seconds, resource=resource)


def _key(caller: Account | None) -> str:
    return "" if caller is None else caller.login.lower()
