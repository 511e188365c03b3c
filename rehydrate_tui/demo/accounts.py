"""Who may ask: tokens, accounts and the Authorization header."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """A user behind one or several tokens."""

    login: str
    may_see: frozenset[str] = frozenset()
    """Private repositories, as `owner/name`, that this account can read."""
    scopes: tuple[str, ...] | None = None
    """What a classic token may do; None for a fine-grained one."""
    expires: str = "2030-01-01 00:00:00 UTC"
    """When the token ends, as its header says it; empty for never."""
    is_app: bool = False
    """Whether the token is that of an installed app, which is no user."""

    def can_see(self, full_name: str) -> bool:
        """Tell whether a private repository is visible: owned, or granted."""
        wanted = full_name.lower()
        owner = wanted.partition("/")[0]
        granted = {name.lower() for name in self.may_see}
        return owner == self.login.lower() or wanted in granted


@dataclass(kw_only=True)
class Device:
    """A login that waits for its user to type a code on the web host."""

    user_code: str
    expires: float
    polled: float
    """When the client asked last."""
    interval: int
    token: str = ""
    """Set when the user has agreed."""
    is_denied: bool = False


class BadCredentialsError(Exception):
    """The request carries credentials that no account has."""


def token_of(authorization: str) -> str:
    """Take the token out of a Bearer, token or Basic header value."""
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() in {"bearer", "token"}:
        return value.strip()
    if scheme.lower() == "basic":
        return _basic_password(value.strip())
    return ""


def _basic_password(value: str) -> str:
    try:
        decoded = base64.b64decode(value, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
    user, _, password = decoded.partition(":")
    # a token stands in either place: git sends it as password, curl users as name
    return user if password in {"", "x-oauth-basic"} else password


def identify(
    tokens: Mapping[str, Account], authorization: str | None
) -> Account | None:
    """Find the account of a request; None for an anonymous one.

    Raises:
        BadCredentialsError: The header is there and names no account.
    """
    if authorization is None:
        return None
    account = tokens.get(token_of(authorization))
    if account is None:
        raise BadCredentialsError
    return account
