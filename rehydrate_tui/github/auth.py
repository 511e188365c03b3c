"""Who may see the token: the origin of the API, over an encrypted or local connection."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping

import httpx

from rehydrate_tui.domain.identity import TokenKind
from rehydrate_tui.domain.objects import DEFAULT_HOST
from rehydrate_tui.storage.credentials import Token

NO_AUTH = httpx.Auth()
"""Says "none" to httpx, which otherwise takes a name and password out of an address."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TOKEN_TEXT = re.compile(r"[\x21-\x7e]+")


class SecretHeaders(Mapping[str, str]):
    """Headers that carry a secret; they show their names only.

    Tracebacks with local names, such as those of a terminal interface that crashed,
    would print a plain dict.
    """

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    def added_to(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return `headers` and these; for the call that sends them, not for a name."""
        return {**headers, **self._headers}

    def __getitem__(self, name: str) -> str:
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return f"SecretHeaders({sorted(self._headers)})"


NO_HEADERS = SecretHeaders({})
"""No secret at all."""


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


FindToken = Callable[[], Token | None]
"""Finds a token, or none."""


class HostBoundToken:
    """A token, or none, bound to the origin of one API.

    Args:
        token: the secret, or what finds it when it is first needed: asking the key ring
            starts a program, and most replays need no token. None for an anonymous
            caller.
        api: base address of the API.
        host: the web host, which may be given the token for private Git LFS files.
    """

    def __init__(
        self, token: Token | FindToken | None, *, api: httpx.URL, host: str
    ) -> None:
        self.notes: list[str] = []
        self.is_refused = False
        self._host = host
        self._api = api
        self._find = token if callable(token) else None
        self._found = None if callable(token) else self._usable(token)

    @property
    def _token(self) -> Token | None:
        if self._find is not None:
            find, self._find = self._find, None
            self._found = self._usable(find())
        return self._found

    @property
    def source(self) -> str:
        """Where the token came from, such as `GH_TOKEN`; empty without one."""
        return self._token.source if self._token is not None else ""

    @property
    def kind(self) -> TokenKind:
        """What kind of token is in use, by its prefix."""
        return TokenKind.of(self._reveal())

    def name_for(self, naming: Callable[[str], str]) -> str:
        """Return the name that `naming` gives to who asks now; "" is nobody's token."""
        return naming(self._reveal() if self.is_active else "")

    @property
    def variable(self) -> str:
        """The environment variable that a token for this host is read from."""
        is_public = self._host == DEFAULT_HOST or self._host.endswith(".ghe.com")
        return "GH_TOKEN" if is_public else "GH_ENTERPRISE_TOKEN"

    @property
    def is_active(self) -> bool:
        """Whether requests to the API carry the token."""
        return self._token is not None and not self.is_refused

    def api_headers(self, url: httpx.URL) -> SecretHeaders:
        """Return the header that carries the token, or nothing for a foreign `url`."""
        if not self._may_see(url) or origin_of(url) != origin_of(self._api):
            return NO_HEADERS
        return SecretHeaders({"Authorization": f"Bearer {self._reveal()}"})

    def lfs_headers(self, url: httpx.URL) -> SecretHeaders:
        """Return the header for a Git LFS server, if it belongs to the same host."""
        is_web_host = url.netloc.decode("ascii") == self._host
        is_own = is_web_host or origin_of(url) == origin_of(self._api)
        if not self._may_see(url) or not is_own:
            return NO_HEADERS
        return SecretHeaders({"Authorization": f"Basic {self._basic()}"})

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
        if self._found is None:
            return text
        return text.replace(self._reveal(), "***").replace(self._basic(), "***")

    def _may_see(self, url: httpx.URL) -> bool:
        return self.is_active and is_private_channel(url)

    def _reveal(self) -> str:
        return self._token.reveal() if self._token is not None else ""

    def _basic(self) -> str:
        pair = f"x-access-token:{self._reveal()}"
        return base64.b64encode(pair.encode()).decode("ascii")

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
