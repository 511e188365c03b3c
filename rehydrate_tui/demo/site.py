"""What the origins share: repositories, accounts, quotas, addresses, time."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from rehydrate_tui.demo.accounts import Account, Device
from rehydrate_tui.demo.gists import Gist
from rehydrate_tui.demo.limits import Limits
from rehydrate_tui.demo.quota import QuotaBook
from rehydrate_tui.demo.repository import Repository

MADE_UP = {"x-rehydrate-demo": "made-up-bytes"}
"""Goes with every answer of a repository whose file contents were never real."""
_SIGNING_KEY = b"rehydrate-tui demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Base addresses of the five origins, without a slash at the end."""

    api: str
    raw: str
    codeload: str
    lfs: str
    storage: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A repository asked for under a name that it no longer has."""

    repository: Repository


@dataclass(kw_only=True)
class Site:
    """The state behind all origins."""

    repositories: list[Repository]
    limits: Limits
    addresses: Addresses
    clock: Callable[[], float]
    tokens: dict[str, Account] = field(default_factory=dict[str, Account])
    gists: dict[str, Gist] = field(default_factory=dict[str, Gist])
    devices: dict[str, Device] = field(default_factory=dict[str, Device])
    """Logins under way, by device code."""
    quotas: QuotaBook = field(init=False)
    raw_cache: dict[tuple[int, str, str], tuple[float, str | None]] = field(
        default_factory=dict[tuple[int, str, str], tuple[float, "str | None"]]
    )
    """What a ref meant on the raw host, per repository, ref and path."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.quotas = QuotaBook(self.limits, self.clock)

    def find(self, owner: str, name: str) -> Repository | Moved | None:
        """Find a repository by its name, in any case, or by a former name."""
        wanted = f"{owner}/{name}".lower()
        for repository in self.repositories:
            if repository.full_name.lower() == wanted:
                return repository
        for repository in self.repositories:
            if wanted in {former.lower() for former in repository.former_names}:
                return Moved(repository)
        return None

    def follow(self, owner: str, name: str) -> Repository | None:
        """Find a repository, moved or not: only the API redirects."""
        found = self.find(owner, name)
        return found.repository if isinstance(found, Moved) else found

    def numbered(self, number: int) -> Repository | None:
        """Find a repository by its id."""
        return next((item for item in self.repositories if item.id == number), None)

    def forget_raw_cache(self) -> None:
        """Let the raw host look up again what refs mean."""
        with self.lock:
            self.raw_cache.clear()

    def sign(self, subject: str, seconds: float) -> str:
        """Make a short-lived token for one address of another origin."""
        expires = int(self.clock() + seconds)
        return f"{_digest(subject, expires)}{expires:x}"

    def is_signed(self, subject: str, token: str) -> bool:
        """Check such a token and that its time is not over."""
        digest, expires_text = token[:32], token[32:]
        try:
            expires = int(expires_text, 16)
        except ValueError:
            return False
        good = hmac.compare_digest(digest, _digest(subject, expires))
        return good and expires > self.clock()


def _digest(subject: str, expires: int) -> str:
    text = f"{subject} {expires}".encode()
    return hmac.new(_SIGNING_KEY, text, hashlib.sha256).hexdigest()[:32]


def may_read(account: Account | None, repository: Repository) -> bool:
    """Tell whether a caller can see a repository at all."""
    if not repository.private:
        return True
    return account is not None and account.can_see(repository.full_name)
