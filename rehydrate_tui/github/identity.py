"""Who the token speaks for: one request, or none where it would say nothing."""

from __future__ import annotations

from datetime import datetime

from rehydrate_tui.domain.identity import Identity, TokenKind
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.json_fields import document_of, text_of
from rehydrate_tui.github.routes import Routes

_EXPIRES = "github-authentication-token-expiration"
_SCOPES = "x-oauth-scopes"
_NOT_USERS = frozenset({TokenKind.NONE, TokenKind.INSTALLATION})


async def read_identity(
    api: Api, routes: Routes, absence: Absence, kind: TokenKind
) -> Identity:
    """Ask who is calling.

    Raises:
        CredentialError: the token was refused.
        RemoteError: the API could not say.
    """
    if kind in _NOT_USERS:
        return Identity(kind=kind)
    answer = await api.get(routes.user(), absence.thing("user of this token"))
    login = text_of(document_of(answer), "login", answer)
    return Identity(
        kind=kind,
        login=shorten(strip_controls(login), 60),
        scopes=_scopes(answer),
        expires=_expiry(answer),
    )


def _scopes(answer: Answer) -> tuple[str, ...] | None:
    text = answer.headers.get(_SCOPES)
    if text is None:
        return None
    words = (strip_controls(word.strip()) for word in shorten(text, 500).split(","))
    return tuple(word for word in words if word)


def _expiry(answer: Answer) -> datetime | None:
    """Read a date such as `2026-08-20 12:00:00 UTC`, or with `+0200` at its end."""
    text = answer.headers.get(_EXPIRES, "").replace("UTC", "+0000")
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
