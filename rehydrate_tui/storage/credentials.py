"""Where a token may come from; it is never written, printed or logged.

For github.com and `*.ghe.com`: `GH_TOKEN`, then `GITHUB_TOKEN`. For another host:
`GH_ENTERPRISE_TOKEN`, then `GITHUB_ENTERPRISE_TOKEN` (and `GITHUB_TOKEN` in a
codespace). After these the hosts file of the GitHub command line client, then its key
ring by `gh auth token` (GitHub CLI: environment manual, go-gh `auth` package).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from rehydrate_tui.domain.objects import DEFAULT_HOST

_DATA_RESIDENCY = ".ghe.com"
_GH_SECONDS = 5.0
_KEY = re.compile(r"^(\s*)([A-Za-z0-9_.:-]+):\s*(.*?)\s*$")
_MAX_HOSTS_FILE = 2**20


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

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("A token is not written anywhere.")


def withheld(host: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that hold a token for "the" Enterprise host, whichever it is.

    They must not speak for a host that only a manifest names: anybody can write one.
    """
    if host == DEFAULT_HOST or host.endswith(_DATA_RESIDENCY):
        return ()
    return tuple(name for name in _variables(host, environ) if environ.get(name))


def find_token(host: str, environ: Mapping[str, str]) -> Token | None:
    """Return the token for `host` from the first place that has one."""
    return (
        _from_environment(host, environ)
        or _from_hosts_file(host, environ)
        or _from_key_ring(host, environ)
    )


def _from_environment(host: str, environ: Mapping[str, str]) -> Token | None:
    for variable in _variables(host, environ):
        secret = environ.get(variable, "").strip()
        if secret:
            return Token(secret, variable)
    return None


def _variables(host: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    if host == DEFAULT_HOST or host.endswith(_DATA_RESIDENCY):
        return ("GH_TOKEN", "GITHUB_TOKEN")
    own = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
    in_codespace = environ.get("CODESPACES", "").lower() == "true"
    return (*own, "GITHUB_TOKEN") if in_codespace else own


def _hosts_file(environ: Mapping[str, str]) -> Path | None:
    """Return where the command line client keeps its hosts (GitHub CLI: config)."""
    places = (
        ("GH_CONFIG_DIR", ""),
        ("XDG_CONFIG_HOME", "gh"),
        ("AppData", "GitHub CLI"),
        ("HOME", ".config/gh"),
    )
    for variable, below in places:
        folder = environ.get(variable)
        if folder:
            return Path(folder) / below / "hosts.yml"
    return None


def _from_hosts_file(host: str, environ: Mapping[str, str]) -> Token | None:
    """Read `oauth_token` below the host's key; it is absent when the key ring has it."""
    path = _hosts_file(environ)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_HOSTS_FILE).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    secret = _oauth_token(text, host)
    return Token(secret, "the hosts file of gh") if secret else None


def _oauth_token(text: str, host: str) -> str:
    """Find the token in the one shape in which gh writes its file.

    The file is YAML, of which gh writes nested `key: value` lines only.
    """
    is_inside, depth = False, -1
    for line in text.splitlines():
        match = _KEY.match(line)
        if match is None:
            continue
        indent, key, value = len(match[1]), match[2], match[3]
        if indent == 0:
            is_inside, depth = key == host, -1
        elif is_inside:
            depth = indent if depth < 0 else depth
            if indent == depth and key == "oauth_token":
                return value.strip("'\"")
    return ""


def _on_path(name: str, environ: Mapping[str, str]) -> str | None:
    """Find a program; one in the folder that somebody works in is not run."""
    found = shutil.which(name, path=environ.get("PATH", ""))
    return found if found and Path(found).is_absolute() else None


def _from_key_ring(host: str, environ: Mapping[str, str]) -> Token | None:
    command = environ.get("GH_PATH") or _on_path("gh", environ)
    if not command:
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - the person's own gh, fixed arguments
            [command, "auth", "token", "--hostname", host],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GH_SECONDS,
            check=False,
            env=dict(environ),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    secret = os.fsdecode(answer.stdout).strip()
    return Token(secret, "gh auth token") if answer.returncode == 0 and secret else None
