"""A token from the secrets of Colab or Kaggle.

Their documented interfaces are `google.colab.userdata.get(name)` and
`kaggle_secrets.UserSecretsClient().get_secret(name)`. Both ask the browser through the
kernel, so they work in the kernel only, must not be called twice at a time, and can
wait for ever when nobody looks at the page.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field

from rehydrate_tui.domain.objects import DEFAULT_HOST
from rehydrate_tui.notebook.kernel import is_kernel
from rehydrate_tui.storage.credentials import Token, find_token

NAMES = ("GH_TOKEN", "GITHUB_TOKEN")

TIMEOUT_SECONDS = 20.0
"""How long a secret may take: the page may ask the person for leave first."""

ReadSecret = Callable[[str], object]
OpenStore = Callable[[], ReadSecret]


def _colab() -> ReadSecret:
    userdata = importlib.import_module("google.colab.userdata")
    read: ReadSecret = userdata.get
    return read


def _kaggle() -> ReadSecret:
    client = importlib.import_module("kaggle_secrets").UserSecretsClient()
    read: ReadSecret = client.get_secret
    return read


# Kaggle first: its images hold the modules of Colab as well, which never answer there.
_STORES = (
    ("KAGGLE_", "Kaggle secret", _kaggle),
    ("COLAB_", "Colab secret", _colab),
)
"""How the variables of a platform begin, and how its secrets are opened."""


def notebook_token(host: str, environ: Mapping[str, str]) -> Token | None:
    """Return the token for `host`: of the environment, else of the notebook's secrets.

    The secrets are for github.com, are read in a kernel only, and once: what the first
    call found, a refusal included, holds until the kernel ends.
    """
    token = find_token(host, environ)
    if token is not None or host != DEFAULT_HOST or not is_kernel():
        return token
    return _SECRETS.token(environ)


@dataclass(slots=True)
class Secrets:
    """Remembers what the notebook's secrets said; calls wait for each other."""

    timeout: float = TIMEOUT_SECONDS
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_asked: bool = False
    _token: Token | None = None

    def token(self, environ: Mapping[str, str]) -> Token | None:
        """Ask at most once, and only where `environ` shows one of the platforms."""
        with self._lock:
            if not self._is_asked:
                self._is_asked = True
                self._token = self._ask(environ)
            return self._token

    def _ask(self, environ: Mapping[str, str]) -> Token | None:
        for prefix, source, open_store in _STORES:
            if any(name.startswith(prefix) for name in environ):
                return self._ask_one(source, open_store)
        return None

    def _ask_one(self, source: str, open_store: OpenStore) -> Token | None:
        """Ask in a thread: an answer that never comes must not hold the run up."""
        answer: Future[Token | None] = Future()

        def work() -> None:
            answer.set_result(_read(source, open_store))

        threading.Thread(target=work, name="rehydrate-secret", daemon=True).start()
        try:
            return answer.result(self.timeout)
        except FutureTimeoutError:
            return None


_SECRETS = Secrets()


def _read(source: str, open_store: OpenStore) -> Token | None:
    for name in NAMES:
        # No such secret, no leave to read it, no page: each raises an error of that
        # platform's own, and none of them is a reason to stop.
        try:
            secret = open_store()(name)
        except Exception:  # noqa: BLE001, S112 - see above
            continue
        if isinstance(secret, str) and secret.strip():
            return Token(secret.strip(), f"{source} {name}")
    return None
