"""What the hosts of content answer instead of a content, as errors."""

from __future__ import annotations

from rehydrate_tui.errors import (
    ExpiredLinkError,
    NotFoundError,
    PathNotFoundError,
    RateLimitedError,
    RemoteError,
)
from rehydrate_tui.github.answers import Answer, Caller
from rehydrate_tui.github.rate_limit import parse_retry_after, raw_limit_error
from rehydrate_tui.github.statuses import (
    FIRST_SERVER_ERROR,
    FORBIDDEN,
    LEGALLY_BLOCKED,
    NOT_FOUND,
    TOO_MANY,
    UNAUTHORIZED,
    blocked_error,
    server_error,
    unexpected,
    web_page_error,
)

_HIDDEN = frozenset({NOT_FOUND, UNAUTHORIZED})
_SLOW_DOWN = frozenset({FORBIDDEN, TOO_MANY})


def raw_error(answer: Answer, caller: Caller, *, what: str) -> RemoteError:
    """Return the error for an answer of the raw host; `what` is safe to show."""
    if answer.status in _HIDDEN:
        return _hidden(PathNotFoundError, f"The raw host shows no {what}.", answer)
    if answer.status in _SLOW_DOWN and not answer.is_html:
        return raw_limit_error(answer, now=caller.clock())
    return _other(answer, caller)


def archive_error(answer: Answer, caller: Caller, *, what: str) -> RemoteError:
    """Return the error for an answer of the archive host; `what` is safe to show."""
    if answer.status in _HIDDEN:
        return _hidden(NotFoundError, f"The archive host shows no {what}.", answer)
    if answer.status in _SLOW_DOWN and not answer.is_html:
        return _slow_down("The archive host", answer, caller)
    return _other(answer, caller)


def storage_error(answer: Answer, caller: Caller, *, oid: str) -> RemoteError:
    """Return the error for an answer of the storage of Git LFS objects."""
    url, status = answer.url, answer.status
    if status == NOT_FOUND:
        words = f"The Git LFS storage has no object {oid}."
        return PathNotFoundError(words, url=url, status=status)
    if status in {UNAUTHORIZED, FORBIDDEN}:
        return ExpiredLinkError(
            f"The Git LFS storage refuses object {oid}.",
            url=url,
            status=status,
            hint="Its download link may have expired; trying again makes a new one.",
        )
    if status == TOO_MANY:
        return _slow_down("The Git LFS storage", answer, caller)
    return _other(answer, caller)


def _hidden(kind: type[NotFoundError], words: str, answer: Answer) -> NotFoundError:
    return kind(
        words,
        url=answer.url,
        status=answer.status,
        hint="It may be gone, or the repository may be private.",
    )


def _slow_down(who: str, answer: Answer, caller: Caller) -> RateLimitedError:
    return RateLimitedError(
        f"{who} asks to slow down.",
        kind="secondary",
        retry_after=parse_retry_after(answer.headers, now=caller.clock()),
        url=answer.url,
        status=answer.status,
    )


def _other(answer: Answer, caller: Caller) -> RemoteError:
    if answer.status >= FIRST_SERVER_ERROR:
        return server_error(answer)
    if answer.is_html:
        return web_page_error(answer)
    if answer.status == LEGALLY_BLOCKED:
        return blocked_error(answer, caller)
    return unexpected(answer, caller)
