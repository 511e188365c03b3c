"""What a host's status means: every answer that is not a success becomes an error."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx

from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import (
    BlockedError,
    CredentialError,
    EmptyRepositoryError,
    PayloadError,
    RemoteError,
    ServerError,
)
from rehydrate_tui.github.answers import Answer, Caller, Missing
from rehydrate_tui.github.rate_limit import api_limit_error, is_rate_limited
from rehydrate_tui.github.translate import PROXY_HINT

OK = 200
NOT_MODIFIED = 304
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
CONFLICT = 409
UNPROCESSABLE = 422
TOO_MANY = 429
LEGALLY_BLOCKED = 451
FIRST_SERVER_ERROR = 500

_SSO = re.compile(r"required;\s*url=(\S+)")


def api_error(answer: Answer, caller: Caller, missing: Missing) -> RemoteError:
    """Return the error for an unsuccessful answer of the API."""
    status = answer.status
    if status in {NOT_FOUND, UNPROCESSABLE}:
        return missing(answer)
    if status >= FIRST_SERVER_ERROR:
        return server_error(answer)
    known = _API_ERRORS.get(status)
    return known(answer, caller) if known else unexpected(answer, caller)


def server_error(answer: Answer) -> ServerError:
    """Return the error for a 5xx."""
    return ServerError(
        f"{answer.host} failed (status {answer.status}).",
        url=answer.url,
        status=answer.status,
        hint="Trying again may help; see githubstatus.com.",
    )


def blocked_error(answer: Answer, caller: Caller) -> BlockedError:
    """Return the error for a repository that the host does not show to anybody."""
    words = caller.words(answer) or "Repository access blocked"
    return BlockedError(
        f"GitHub blocks access: “{words}”.", url=answer.url, status=answer.status
    )


def web_page_error(answer: Answer) -> PayloadError:
    """Return the error for a page where data was asked for."""
    return PayloadError(
        f"{answer.host} answered with a web page instead of data (status {answer.status}).",
        url=answer.url,
        status=answer.status,
        hint=f"A proxy or a login page may stand in between. {PROXY_HINT}",
    )


def unexpected(answer: Answer, caller: Caller) -> RemoteError:
    """Return the error for a status that nothing else is known about."""
    if answer.is_html:
        return web_page_error(answer)
    words = caller.words(answer)
    said = f": “{words}”" if words else ""
    return RemoteError(
        f"{answer.host} answered with status {answer.status}{said}.",
        url=answer.url,
        status=answer.status,
    )


def _unauthorized(answer: Answer, caller: Caller) -> RemoteError:
    words = caller.words(answer) or "no words"
    token = caller.token
    if token.is_refused:
        message = f"The token from {token.source} was refused, and without one"
    else:
        message = "Without a token"
    return CredentialError(
        f"{message} {caller.host} answers nothing (“{words}”).",
        url=answer.url,
        status=answer.status,
        hint=f"Set {token.variable} to a valid token.",
    )


def _refusal(answer: Answer, caller: Caller) -> RemoteError:
    """Tell the many reasons of a 403 apart."""
    if is_rate_limited(answer, caller):
        return api_limit_error(answer, caller)
    if answer.is_html:
        return web_page_error(answer)
    if b'"too_large"' in answer.body:
        return RemoteError(
            "The API gives no files above 100 MB.", url=answer.url, status=answer.status
        )
    if b'"block"' in answer.body or "access blocked" in caller.words(answer):
        return blocked_error(answer, caller)
    return CredentialError(
        f"{caller.host} refuses: “{caller.words(answer)}”.",
        url=answer.url,
        status=answer.status,
        hint=_permission_hint(answer, caller),
    )


def _permission_hint(answer: Answer, caller: Caller) -> str:
    single_sign_on = _SSO.match(answer.headers.get("x-github-sso", ""))
    if single_sign_on is not None:
        link = _web_link(single_sign_on[1], caller)
        where = f" at {link}" if link else f" on {caller.host}, in its settings"
        return f"Authorise the token for this organisation{where}."
    needed = answer.headers.get("x-accepted-github-permissions", "")
    if caller.token.is_active and needed:
        shown = shorten(strip_controls(needed), 100)
        return f"The token from {caller.token.source} needs the permission {shown}."
    return f"Set {caller.token.variable} to a token that may read the repository."


def _web_link(text: str, caller: Caller) -> str:
    """Return the link if it leads to the host itself, else nothing."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return ""
    is_own = url.scheme == "https" and url.netloc.decode("ascii") == caller.host
    return shorten(strip_controls(text), 400) if is_own and not url.userinfo else ""


def _conflict(answer: Answer, caller: Caller) -> RemoteError:
    if "empty" not in caller.words(answer).lower():
        return unexpected(answer, caller)
    return EmptyRepositoryError(
        "The repository is empty: it has no commit yet.",
        url=answer.url,
        status=answer.status,
    )


_API_ERRORS: dict[int, Callable[[Answer, Caller], RemoteError]] = {
    UNAUTHORIZED: _unauthorized,
    FORBIDDEN: _refusal,
    CONFLICT: _conflict,
    TOO_MANY: api_limit_error,
    LEGALLY_BLOCKED: blocked_error,
}
