"""When a failed try is followed by another, and how long after."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.errors import (
    BlockedError,
    ConnectionFailedError,
    CredentialError,
    DigestMismatchError,
    InterruptedStreamError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    RehydrateError,
    ServerError,
    TransportTimeoutError,
    WriteError,
)

TRANSIENT = [
    ConnectionFailedError("x"),
    InterruptedStreamError("x"),
    TransportTimeoutError("x"),
    ServerError("x", status=502),
    RateLimitedError("x", kind="raw"),
]
PERMANENT = [
    NotFoundError("x", status=404),
    CredentialError("x", status=401),
    BlockedError("x", status=451),
    PayloadError("x"),
    DigestMismatchError("x", path="p", expected="a", actual="b"),
    WriteError("x"),
    RehydrateError("x"),
]
attempts = st.integers(min_value=1, max_value=10_000)
jitters = st.floats(min_value=0, max_value=1)


def limited(
    retry_after: float | None = None, resets_at: float | None = None
) -> RateLimitedError:
    """Make the error of a limit that says when it ends, or does not."""
    return RateLimitedError(
        "x", kind="secondary", retry_after=retry_after, resets_at=resets_at
    )


@pytest.mark.parametrize("error", TRANSIENT)
def test_what_may_pass_is_tried_again(error: RehydrateError) -> None:
    """Network failures, 5xx and limits get all tries but not one more."""
    policy = RetryPolicy(tries=5)
    answers = [policy.is_worth_retrying(error, attempt) for attempt in range(1, 7)]
    assert answers == [True, True, True, True, False, False]


@pytest.mark.parametrize("error", PERMANENT)
def test_what_will_not_change_is_not_tried_again(error: RehydrateError) -> None:
    """Refusals, absent files, wrong bytes and local errors are final at once."""
    assert not RetryPolicy().is_worth_retrying(error, 1)


@pytest.mark.parametrize(
    ("error", "attempt", "seconds"),
    [
        (limited(retry_after=7), 1, 7),
        (limited(retry_after=7), 4, 7),
        (limited(retry_after=7, resets_at=5000), 1, 7),
        (limited(retry_after=0, resets_at=5000), 1, 0),
        (limited(retry_after=-3), 1, 0),
        (limited(resets_at=1090), 1, 90),
        (limited(resets_at=1090), 3, 90),
        (limited(resets_at=900), 1, 0),
        (limited(), 1, 60),
        (limited(), 2, 120),
        (limited(), 4, 480),
    ],
)
def test_limits_are_waited_for(
    error: RateLimitedError, attempt: int, seconds: float
) -> None:
    """First the server's Retry-After, else the reset, else 60 s that double."""
    policy = RetryPolicy()
    assert policy.delay(attempt, error, now=1000.0, jitter=0.0) == seconds
    assert policy.delay(attempt, error, now=1000.0, jitter=1.0) == seconds + 1


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 0.5), (2, 1), (3, 2), (6, 16), (7, 20), (50, 20)]
)
def test_other_waits_double_up_to_the_cap(attempt: int, seconds: float) -> None:
    """A failed connection waits half a second first and 20 s at most."""
    delay = RetryPolicy().delay(attempt, ServerError("x"), now=0.0, jitter=1.0)
    assert delay == seconds


@given(attempts, jitters, st.sampled_from(TRANSIENT))
def test_every_wait_is_finite(
    attempt: int, jitter: float, error: RehydrateError
) -> None:
    """No number of tries makes the arithmetic fail or the wait negative."""
    delay = RetryPolicy().delay(attempt, error, now=0.0, jitter=jitter)
    assert 0 < delay < float("inf")


@given(jitters, st.floats(min_value=0, max_value=1e6), st.floats(0, 2e9))
def test_jitter_never_shortens_what_the_server_asked_for(
    jitter: float, asked: float, now: float
) -> None:
    """Workers spread out behind the server's word, never before it."""
    policy = RetryPolicy()
    assert policy.delay(1, limited(retry_after=asked), now=now, jitter=jitter) >= asked
    late = policy.delay(1, limited(resets_at=now + asked), now=now, jitter=jitter)
    assert now + late >= now + asked - 1e-6


@given(attempts, jitters)
def test_jitter_spreads_ordinary_waits_by_half(attempt: int, jitter: float) -> None:
    """An ordinary wait lies between half of its full length and all of it."""
    policy = RetryPolicy()
    full = policy.delay(attempt, ServerError("x"), now=0.0, jitter=1.0)
    delay = policy.delay(attempt, ServerError("x"), now=0.0, jitter=jitter)
    assert full / 2 <= delay <= full <= policy.cap
