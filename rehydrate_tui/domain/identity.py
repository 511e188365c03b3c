"""Who a token speaks for, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class TokenKind(Enum):
    """GitHub's kinds of token, by their prefixes (contract: authentication)."""

    NONE = ""
    CLASSIC = "ghp_"
    FINE_GRAINED = "github_pat_"
    OAUTH = "gho_"
    APP_USER = "ghu_"
    INSTALLATION = "ghs_"
    OTHER = "other"
    """Without a known prefix, as tokens were before 2021."""

    @classmethod
    def of(cls, secret: str) -> TokenKind:
        """Tell the kind of a token by how it begins."""
        if not secret:
            return cls.NONE
        prefixed = (kind for kind in cls if kind.value.endswith("_"))
        return next((k for k in prefixed if secret.startswith(k.value)), cls.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The caller as its host sees it; texts are safe to show."""

    kind: TokenKind
    login: str = ""
    """Empty for an anonymous caller, and for an app, which is no user."""
    scopes: tuple[str, ...] | None = None
    """Of classic and OAuth tokens; None where GitHub does not say."""
    expires: datetime | None = None
    """None for a token that does not expire, or if GitHub does not say."""
