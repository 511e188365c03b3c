"""Who may see the token: the origin of the API, over an encrypted or local connection."""

from __future__ import annotations

import base64
import ipaddress
import re

import httpx

from rehydrate_tui.domain.objects import DEFAULT_HOST
from rehydrate_tui.storage.credentials import Token

NO_AUTH = httpx.Auth()
"""Says "none" to httpx, which otherwise takes a name and password out of an address."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TOKEN_TEXT = re.compile(r"[\x21-\x7e]+")


def origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port: what must stay the same for a secret to be sent."""
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine by its own name or number."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private_channel(url: httpx.URL) -> bool:
    """Tell whether nobody on the way can read: https, or http inside this machine."""
    is_local = url.scheme == "http" and is_loopback(url.host)
    return bool(url.host) and (url.scheme == "https" or is_local)


class HostBoundToken:
    """A token, or none, bound to the origin of one API.

    Args:
        token: the secret; None for an anonymous caller.
        api: base address of the API.
        host: the web host, which may be given the token for private Git LFS files.
    """

    def __init__(self, token: Token | None, *, api: httpx.URL, host: str) -> None:
        self.notes: list[str] = []
        self.is_refused = False
        self._host = host
        self._api = api
        self._token = self._usable(token)

    @property
    def source(self) -> str:
        """Where the token came from, such as `GH_TOKEN`; empty without one."""
        return self._token.source if self._token is not None else ""

    @property
    def variable(self) -> str:
        """The environment variable that a token for this host is read from."""
        is_public = self._host == DEFAULT_HOST or self._host.endswith(".ghe.com")
        return "GH_TOKEN" if is_public else "GH_ENTERPRISE_TOKEN"

    @property
    def is_active(self) -> bool:
        """Whether requests to the API carry the token."""
        return self._token is not None and not self.is_refused

    def api_headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the header that carries the token, or nothing for a foreign `url`."""
        if not self._may_see(url) or origin_of(url) != origin_of(self._api):
            return {}
        return {"Authorization": f"Bearer {self._reveal()}"}

    def lfs_headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the header for a Git LFS server, if it belongs to the same host."""
        is_web_host = url.netloc.decode("ascii") == self._host
        is_own = is_web_host or origin_of(url) == origin_of(self._api)
        if not self._may_see(url) or not is_own:
            return {}
        pair = base64.b64encode(f"x-access-token:{self._reveal()}".encode())
        return {"Authorization": f"Basic {pair.decode('ascii')}"}

    def refuse(self) -> None:
        """Stop sending the token: the host said that it is no good."""
        self.is_refused = True

    def note_refusal(self) -> None:
        """Tell the person, once, that the token is not used any more."""
        note = f"The token from {self.source} was refused; going on without it."
        if note not in self.notes:
            self.notes.append(note)

    def mask(self, text: str) -> str:
        """Take the secret out of `text`, in case a server repeats it."""
        return text if self._token is None else text.replace(self._reveal(), "***")

    def _may_see(self, url: httpx.URL) -> bool:
        return self.is_active and is_private_channel(url)

    def _reveal(self) -> str:
        return self._token.reveal() if self._token is not None else ""

    def _usable(self, token: Token | None) -> Token | None:
        if token is None:
            return None
        if not _TOKEN_TEXT.fullmatch(token.reveal()):
            self.notes.append(
                f"The token from {token.source} has characters that no token has; "
                "going on without it."
            )
            return None
        if not is_private_channel(self._api):
            self.notes.append(
                f"The token from {token.source} is not sent to {self._api.host}: "
                "the connection is not encrypted."
            )
            return None
        return token
