"""Where a token may come from; it is never written, printed or logged.

Order: `GH_TOKEN`, `GITHUB_TOKEN` (for github.com and `*.ghe.com`), the variables of an
Enterprise host, then the hosts file and key ring of the GitHub command line client
(GitHub CLI manual, environment variables).
"""

from __future__ import annotations

from collections.abc import Mapping

from rehydrate_tui.domain.objects import DEFAULT_HOST


class Token:
    """A secret that shows itself only when asked by name."""

    __slots__ = ("_secret", "source")

    def __init__(self, secret: str, source: str) -> None:
        self._secret = secret
        self.source = source

    def reveal(self) -> str:
        """Return the secret, for the one header that carries it."""
        return self._secret

    def __repr__(self) -> str:
        return f"Token(source={self.source!r})"


_PUBLIC_VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN")
_ENTERPRISE_VARIABLES = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")


def find_token(host: str, environ: Mapping[str, str]) -> Token | None:
    """Return the token that the environment holds for `host`, if any."""
    is_public = host == DEFAULT_HOST or host.endswith(".ghe.com")
    for variable in _PUBLIC_VARIABLES if is_public else _ENTERPRISE_VARIABLES:
        secret = environ.get(variable, "").strip()
        if secret:
            return Token(secret, variable)
    return None
