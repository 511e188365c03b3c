"""GitHub's count of API requests, as its answers tell it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """The primary rate limit of one caller (contract: rate limit headers)."""

    limit: int
    """Requests an hour."""
    remaining: int
    resets_at: int
    """Seconds since the epoch."""
    resource: str = "core"
