"""What the person has set: options first, then `REHYDRATE_…`, then `config.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from platformdirs import PlatformDirs

from rehydrate_tui.domain.endpoints import (
    Endpoints,
    endpoints_for,
    override_endpoints,
)
from rehydrate_tui.domain.objects import DEFAULT_HOST, is_host
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import ManifestSyntaxError, UsageError
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.toml_io import parse_toml

if TYPE_CHECKING:
    from rehydrate_tui.storage.stored_answers import StoredAnswers

PREFIX = "REHYDRATE_"
MOST_JOBS = 400
"""Transfers at once that anybody may ask for, and that a run may come to by itself."""
DEFAULT_WAIT = 120.0
"""Seconds that one run may spend waiting for limits."""
LONGEST_WAIT = 24 * 3600.0
NO_CACHE = "off"

_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}
_CACHE_HINT = "Give a folder, or off. It is made if it does not exist."
_ENDPOINT_KEYS = ("api", "raw", "archive", "lfs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where this user's configuration, state and what can be had again live."""

    config: Path
    state: Path
    cache: Path

    @classmethod
    def of_user(cls, environ: Mapping[str, str]) -> Folders:
        """Return the platform's folders, or those that `REHYDRATE_*_DIR` name."""
        dirs = PlatformDirs("rehydrate-tui", appauthor=False)
        return cls(
            config=Path(environ.get(f"{PREFIX}CONFIG_DIR") or dirs.user_config_path),
            state=Path(environ.get(f"{PREFIX}STATE_DIR") or dirs.user_state_path),
            cache=Path(environ.get(f"{PREFIX}CACHE_DIR") or dirs.user_cache_path),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that is not an argument of one call."""

    host: str
    """The host that `owner/repo` means."""
    folders: Folders
    environ: Mapping[str, str]
    config: Mapping[str, Any]
    """The parsed `config.toml`."""

    @classmethod
    def load(cls, environ: Mapping[str, str], *, host: str | None = None) -> Settings:
        """Read environment and configuration file.

        Raises:
            UsageError: the host is none, an endpoint is none, or `config.toml` cannot
                be used.
        """
        folders = Folders.of_user(environ)
        config = _read_config(folders.config / "config.toml")
        chosen = (
            host
            or environ.get(f"{PREFIX}HOST")
            or environ.get("GH_HOST")
            or str(config.get("host", ""))
            or DEFAULT_HOST
        ).lower()
        if not is_host(chosen):
            raise UsageError(
                f"“{chosen}” is no host name.", hint="Such as github.example.com."
            )
        settings = cls(host=chosen, folders=folders, environ=environ, config=config)
        for each in {chosen, *settings._hosts}:
            settings.endpoints(each)
        return settings

    def value(self, option: str) -> str | None:
        """Return the default of `--option` from environment or file, if any."""
        from_environment = self.environ.get(PREFIX + option.upper().replace("-", "_"))
        if from_environment:
            return from_environment
        from_file = self.config.get(option)
        return None if from_file is None else str(from_file)

    def is_set(self, option: str) -> bool:
        """Tell whether a switch is on by environment or file.

        Raises:
            UsageError: it has a value that is neither yes nor no.
        """
        text = (self.value(option) or "").lower()
        if text in _YES or text in _NO:
            return text in _YES
        raise UsageError(
            f"{PREFIX}{option.upper()} has no value “{strip_controls(text)}”.",
            hint="Write 1 or 0.",
        )

    def cache(self, wanted: str | None) -> BlobCache | None:
        """Return the shared cache: `wanted`, else as set; None for `off` or none."""
        text = self.value("cache") if wanted is None else wanted
        if not text or text == NO_CACHE:
            return None
        try:
            folder = Path(text).expanduser()
            # A name with a NUL or beyond all limits is refused now, not file by file.
            is_wrong = "\0" in text or (folder.exists() and not folder.is_dir())
        except (RuntimeError, ValueError, OSError) as error:
            raise UsageError(
                f"The cache “{strip_controls(text)}” is no folder.", hint=_CACHE_HINT
            ) from error
        if is_wrong:
            raise UsageError(
                f"The cache “{strip_controls(text)}” is no folder.", hint=_CACHE_HINT
            )
        return BlobCache(folder)

    def answers(self) -> StoredAnswers | None:
        """Return the answers kept of earlier sessions; None if caching is off."""
        if self.value("cache") == NO_CACHE:
            return None
        from rehydrate_tui.storage.stored_answers import StoredAnswers

        return StoredAnswers(self.folders.cache / "answers")

    def wait(self, wanted: str | None) -> float:
        """Return the seconds that a run may wait for limits: `wanted`, else as set."""
        text = self.value("wait") if wanted is None else wanted
        if text is None:
            return DEFAULT_WAIT
        seconds = float(text) if _NUMBER.fullmatch(text) else -1.0
        if not 0 <= seconds <= LONGEST_WAIT:
            raise UsageError(
                f"--wait {strip_controls(shorten(text, 40))} is not a number of seconds.",
                hint="Such as --wait 300; 0 waits for nothing, 120 is the default.",
            )
        return seconds

    def is_chosen(self, host: str) -> bool:
        """Tell whether the person named this host, in any way."""
        return host == self.host or host in self._hosts

    def endpoints(self, host: str) -> Endpoints:
        """Return where `host` answers; `REHYDRATE_*_URL` speak for the default host."""
        endpoints = endpoints_for(host)
        table = _table(self._hosts, host)
        from_file = {key: str(table[key]) for key in _ENDPOINT_KEYS if key in table}
        endpoints = override_endpoints(endpoints, **from_file)
        if host != self.host:
            return endpoints
        from_environment = {
            key: self.environ.get(f"{PREFIX}{key.upper()}_URL")
            for key in _ENDPOINT_KEYS
        }
        return override_endpoints(endpoints, **from_environment)

    @property
    def _hosts(self) -> Mapping[str, Any]:
        return _table(self.config, "hosts")


def _table(tables: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found: object = tables.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(
            f"“{strip_controls(key)}” in config.toml is no table.",
            hint='Write it as [hosts."github.example.com"].',
        )
    return cast("Mapping[str, Any]", found)


def _read_config(path: Path) -> Mapping[str, Any]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"“{path}” cannot be read: {error.strerror}.") from error
    try:
        return parse_toml(data)
    except ManifestSyntaxError as error:
        raise UsageError(
            f"“{path}” cannot be used. {error.message}",
            hint="Correct the file, or move it away.",
        ) from error
