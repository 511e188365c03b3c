"""GitHub's limits as its headers tell them (contract §1, rate limits)."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import httpx

from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.errors import RateLimitedError
from rehydrate_tui.github.answers import Answer, Caller

_NUMBER = re.compile(r"[0-9]{1,10}")
_SECONDARY_WORDS = re.compile(r"secondary rate limit|abuse detection", re.IGNORECASE)
_TOO_MANY = 429
_MINUTE = 60
_HOUR = 3600
_DAY = 24 * _HOUR


def parse_quota(headers: httpx.Headers) -> Quota | None:
    """Read the `x-ratelimit-*` headers; None if the host does not send them."""
    limit = _number(headers.get("x-ratelimit-limit"))
    remaining = _number(headers.get("x-ratelimit-remaining"))
    reset = _number(headers.get("x-ratelimit-reset"))
    if limit is None or remaining is None or reset is None:
        return None
    resource = headers.get("x-ratelimit-resource", "core")
    return Quota(limit=limit, remaining=remaining, resets_at=reset, resource=resource)


def parse_retry_after(headers: httpx.Headers, *, now: float) -> float | None:
    """Return the seconds that `Retry-After` asks for; None if it says nothing.

    A date counts from the answer's own `Date`, so that a wrong clock on this machine
    does not matter, else from `now`.
    """
    text = headers.get("retry-after", "").strip()
    seconds = _number(text)
    if seconds is not None:
        return float(seconds)
    until = _parse_date(text)
    if until is None:
        return None
    sent = _parse_date(headers.get("date", ""))
    return max(0.0, until - (now if sent is None else sent))


def is_rate_limited(answer: Answer, caller: Caller) -> bool:
    """Tell a limit from the other reasons that a 403 can have."""
    return (
        answer.status == _TOO_MANY
        or _SECONDARY_WORDS.search(caller.words(answer)) is not None
        or "retry-after" in answer.headers
        or _is_used_up(answer)
    )


def api_limit_error(answer: Answer, caller: Caller) -> RateLimitedError:
    """Make the error for a primary or secondary limit of the API."""
    now = caller.clock()
    retry_after = parse_retry_after(answer.headers, now=now)
    quota = parse_quota(answer.headers)
    is_secondary = _SECONDARY_WORDS.search(caller.words(answer)) is not None
    if quota is None or not _is_used_up(answer) or is_secondary:
        return RateLimitedError(
            "GitHub asks to slow down (secondary rate limit); "
            f"{_try_again(retry_after)}.",
            kind="secondary",
            retry_after=retry_after,
            url=answer.url,
            status=answer.status,
            hint="Waiting helps; going on at once makes the limit last longer.",
        )
    spent = (
        f"All {quota.limit} searches of this minute"
        if quota.resource == "search"
        else f"All {quota.limit} API requests of this hour"
    )
    return RateLimitedError(
        f"{spent} are used up; the count starts again {_moment(quota.resets_at, now)}.",
        kind="primary",
        retry_after=retry_after,
        resets_at=float(quota.resets_at),
        url=answer.url,
        status=answer.status,
        hint=_primary_hint(caller),
    )


def raw_limit_error(answer: Answer, *, now: float) -> RateLimitedError:
    """Make the error for a throttled download from the raw host."""
    retry_after = parse_retry_after(answer.headers, now=now)
    return RateLimitedError(
        f"The host of raw files asks to slow down; {_try_again(retry_after)}.",
        kind="raw",
        retry_after=retry_after,
        url=answer.url,
        status=answer.status,
        hint="Many people may share this machine's address.",
    )


def _is_used_up(answer: Answer) -> bool:
    return _number(answer.headers.get("x-ratelimit-remaining")) == 0


def _number(text: str | None) -> int | None:
    stripped = (text or "").strip()
    return int(stripped) if _NUMBER.fullmatch(stripped) else None


def _parse_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _primary_hint(caller: Caller) -> str:
    if caller.token.is_active:
        return "Replaying a manifest with pinned files needs no API request."
    return (
        f"Set {caller.token.variable} to a token: that raises the limit to 5,000 "
        "requests an hour."
    )


def _try_again(seconds: float | None) -> str:
    return f"try again {_span(seconds)}" if seconds is not None else "try again later"


def _moment(resets_at: int, now: float) -> str:
    """Say when, in local time: `at 14:05 (in 23 minutes)`."""
    seconds = max(0.0, resets_at - now)
    if seconds > _DAY:
        return "later"
    local = datetime.fromtimestamp(resets_at, tz=timezone.utc).astimezone()
    return f"at {local:%H:%M} ({_span(seconds)})"


def _span(seconds: float) -> str:
    for unit, length in (("hour", _HOUR), ("minute", _MINUTE)):
        if seconds > length:
            return f"in {math.ceil(seconds / length)} {unit}s"
    count = max(1, math.ceil(seconds))
    return f"in {count} second{'s' if count > 1 else ''}"
