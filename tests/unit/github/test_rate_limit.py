from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.errors import RateLimitedError
from rehydrate_tui.github.answers import Answer, Caller
from rehydrate_tui.github.auth import HostBoundToken
from rehydrate_tui.github.rate_limit import (
    api_limit_error,
    is_rate_limited,
    parse_quota,
    parse_retry_after,
    raw_limit_error,
)
from rehydrate_tui.storage.credentials import Token
from tests.unit.github.fake_host import API, NOW, SECRET, date

USED_UP = {
    "x-ratelimit-limit": "60",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": str(int(NOW) + 1380),
}


def caller(token: str | None = None) -> Caller:
    """Return a caller whose clock stands still."""
    secret = Token(token, "GH_TOKEN") if token else None
    bound = HostBoundToken(secret, api=httpx.URL(API), host="github.com")
    return Caller(host="github.com", token=bound, clock=lambda: NOW)


def answer(headers: dict[str, str], *, status: int = 403, body: bytes = b"") -> Answer:
    """Return an answer of the API."""
    url = f"{API}/repos/o/r"
    return Answer(url=url, status=status, headers=httpx.Headers(headers), body=body)


def limit(
    headers: dict[str, str], *, body: bytes = b"", token: str | None = None
) -> RateLimitedError:
    """Return the error for an answer that must count as a limit."""
    given_answer = answer(headers, body=body)
    assert is_rate_limited(given_answer, caller(token))
    return api_limit_error(given_answer, caller(token))


def test_quota_is_read() -> None:
    """The four headers become a quota; the resource is `core` if it is not named."""
    headers = httpx.Headers({**USED_UP, "x-ratelimit-resource": "search"})
    reset = int(NOW) + 1380
    assert parse_quota(headers) == Quota(
        limit=60, remaining=0, resets_at=reset, resource="search"
    )
    plain = parse_quota(httpx.Headers(USED_UP))
    assert plain is not None
    assert plain.resource == "core"


@pytest.mark.parametrize("missing", sorted(USED_UP))
def test_incomplete_quota_is_none(missing: str) -> None:
    """A host without limits, or with half of the headers, has no quota."""
    headers = {name: value for name, value in USED_UP.items() if name != missing}
    assert parse_quota(httpx.Headers(headers)) is None
    assert parse_quota(httpx.Headers({**USED_UP, missing: "{{now}}"})) is None


def test_retry_after_in_seconds() -> None:
    """A number is a number of seconds."""
    assert parse_retry_after(httpx.Headers({"retry-after": "8"}), now=NOW) == 8.0


def test_retry_after_as_date() -> None:
    """A date counts from now; one that is over means no wait."""
    headers = httpx.Headers({"retry-after": date(90)})
    assert parse_retry_after(headers, now=NOW) == 90.0
    past = httpx.Headers({"retry-after": date(-90)})
    assert parse_retry_after(past, now=NOW) == 0.0


def test_retry_after_ignores_a_wrong_local_clock() -> None:
    """With a `Date` in the answer the clock of this machine plays no part."""
    headers = httpx.Headers({"retry-after": date(90), "date": date(0)})
    assert parse_retry_after(headers, now=NOW - 5000) == 90.0


@given(st.text(st.characters(codec="latin-1"), max_size=40))
def test_retry_after_never_raises(text: str) -> None:
    """Whatever a server writes there, it is a wait or nothing."""
    headers = httpx.Headers([(b"retry-after", text.encode("latin-1"))])
    seconds = parse_retry_after(headers, now=NOW)
    assert seconds is None or seconds >= 0.0


def test_primary_limit_anonymous() -> None:
    """A used-up quota names the moment of its reset and what a token would change."""
    error = limit(USED_UP)
    assert (error.kind, error.resets_at) == ("primary", NOW + 1380)
    assert "All 60 API requests" in error.message
    assert "(in 23 minutes)" in error.message
    assert "GH_TOKEN" in error.hint


def test_primary_limit_with_token() -> None:
    """Who has a token is not told to get one."""
    assert "GH_TOKEN" not in limit(USED_UP, token=SECRET).hint


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [({"retry-after": "8"}, 8.0), ({"retry-after": date(30)}, 30.0), ({}, None)],
)
def test_secondary_limit(headers: dict[str, str], retry_after: float | None) -> None:
    """A secondary limit is known by its words; the wait may be there or not."""
    body = b'{"message": "You have exceeded a secondary rate limit."}'
    error = limit({**headers, "x-ratelimit-remaining": "4000"}, body=body)
    assert (error.kind, error.retry_after) == ("secondary", retry_after)
    assert error.resets_at is None


def test_old_words_of_the_secondary_limit() -> None:
    """The former name is understood too, even with a count of 0 beside it."""
    body = b'{"message": "You have triggered an abuse detection mechanism."}'
    assert limit(USED_UP, body=body).kind == "secondary"


def test_a_plain_403_is_no_limit() -> None:
    """A refusal for want of permission is not taken for a limit."""
    body = b'{"message": "Resource not accessible by personal access token"}'
    headers = {"x-ratelimit-remaining": "59"}
    assert not is_rate_limited(answer(headers, body=body), caller())


def test_429_is_always_a_limit() -> None:
    """Even without any header."""
    assert is_rate_limited(answer({}, status=429), caller())


def test_raw_limit() -> None:
    """The raw host has its own kind, so that a caller can turn to the API."""
    error = raw_limit_error(answer({"retry-after": "120"}, status=429), now=NOW)
    assert (error.kind, error.retry_after, error.status) == ("raw", 120.0, 429)
    assert "in 2 minutes" in error.message


@pytest.mark.parametrize(
    ("reset", "words"),
    [
        (1, "in 1 second)"),
        (59, "in 59 seconds)"),
        (7000, "in 2 hours)"),
        (10**6, "later"),
    ],
)
def test_spans_are_words(reset: int, words: str) -> None:
    """Waits are said in the unit that fits; far too long ones without a time."""
    headers = {**USED_UP, "x-ratelimit-reset": str(int(NOW) + reset)}
    assert words in limit(headers).message
