"""Arguments, environment and configuration to the values that front ends take."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Literal, TypeVar, get_args

from rehydrate_tui.domain.limits import DEFAULT_LIMITS, SizePolicy, parse_size
from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.domain.text import shorten
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.environment import (
    OutputMode,
    ProgressStyle,
    progress_style,
)
from rehydrate_tui.headless.local_manifests import expand_user
from rehydrate_tui.headless.options import RunOptions
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.settings import MOST_JOBS, Settings

Choice = TypeVar("Choice", bound=Enum)

Setting = Literal[
    "dest", "on-conflict", "max-size", "warn-size", "jobs", "progress", "log"
]

SETTINGS: tuple[str, ...] = (
    *get_args(Setting),
    "host",
    "wait",
    "cache",
    "offline",
)
"""Options that the environment and `config.toml` can set."""

_MAX_DIGITS = 9
_MODES = ("replay", "status", "update", "list", "pick", "export")
_OFFLINE = {"replay", "status", "export"}
_ONLY_WITH = {
    "save": ("pick", "Such as --pick owner/repo '*.csv' --save manifest.toml."),
    "remote": ("status", "Such as --status manifest.toml --remote."),
    "into": ("export", "Such as --export cell manifest.toml --into notebook.ipynb."),
}
"""Options of one mode, with an example."""


@dataclass(frozen=True, slots=True)
class Options:
    """Reads one option at a time: given, else environment, else `config.toml`."""

    arguments: argparse.Namespace
    settings: Settings

    @property
    def mode(self) -> str:
        """What is done without the interface; empty if nothing such was asked for."""
        return next((name for name in _MODES if getattr(self.arguments, name)), "")

    @property
    def jobs(self) -> int:
        """How many transfers run at once at most."""
        text = self._text("jobs")
        if text is None:
            return MOST_JOBS
        # Python refuses to read numbers of thousands of digits.
        jobs = int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else 0
        if not 1 <= jobs <= MOST_JOBS:
            shown = shorten(text, 40)
            raise UsageError(f"--jobs {shown} is not a number from 1 to {MOST_JOBS}.")
        return jobs

    @property
    def cache(self) -> BlobCache | None:
        """The shared cache, if there is one."""
        return self.settings.cache(self.arguments.cache)

    @property
    def wait(self) -> float:
        """Seconds that a run may wait for limits."""
        return self.settings.wait(self.arguments.wait)

    @property
    def is_offline(self) -> bool:
        """Whether the network must not be asked."""
        return self.arguments.offline or self.settings.is_set("offline")

    @property
    def log(self) -> Path | None:
        """Where all that is told goes as well."""
        text = self._text("log")
        return expand_user(text) if text else None

    @property
    def destination(self) -> Path:
        """Where files go."""
        return expand_user(self._text("dest") or ".")

    @property
    def limits(self) -> SizePolicy:
        """From when on sizes are warned about or refused."""
        warn, most = self._text("warn-size"), self._text("max-size")
        limits = DEFAULT_LIMITS
        if warn is not None:
            limits = replace(limits, warn_file=parse_size(warn))
        if most is not None:
            limits = replace(limits, max_total=parse_size(most))
        return limits

    @property
    def policy(self) -> ConflictPolicy:
        """What to do with a local file that differs."""
        return self._choice("on-conflict", ConflictPolicy) or ConflictPolicy.KEEP

    def check_combination(self) -> None:
        """Refuse what would be ignored otherwise.

        Raises:
            UsageError: options that do not belong together.
        """
        mode = self.mode
        if mode and self.arguments.repo:
            shown = shorten(self.arguments.repo, 60)
            raise UsageError(
                f"“{shown}” is not used with --{mode}.",
                hint="See rehydrate-tui --help.",
            )
        if self.arguments.output and mode not in {"update", "export"}:
            raise UsageError(
                "--output goes with --update or --export only.",
                hint="Such as --update manifest.toml --output new.toml.",
            )
        if self.is_offline and (mode not in _OFFLINE or self.arguments.remote):
            raise UsageError(
                "--offline goes with --replay, --status and --export only.",
                hint="The others ask GitHub: leave --offline out.",
            )
        for option, (needed, example) in _ONLY_WITH.items():
            if getattr(self.arguments, option) and mode != needed:
                raise UsageError(f"--{option} goes with --{needed} only.", hint=example)

    def run_options(self, mode: OutputMode) -> RunOptions:
        """Return what `--replay` and `--pick` share."""
        wanted = self._text("progress") or "auto"
        if wanted != "auto":
            self._choice("progress", ProgressStyle)
        return RunOptions(
            destination=self.destination,
            policy=self.policy,
            limits=self.limits,
            is_dry_run=self.arguments.dry_run,
            is_json=self.arguments.json,
            progress=progress_style(mode, wanted),
        )

    def _text(self, option: Setting) -> str | None:
        given = getattr(self.arguments, option.replace("-", "_"))
        return given if given is not None else self.settings.value(option)

    def _choice(self, option: Setting, choices: type[Choice]) -> Choice | None:
        text = self._text(option)
        if text is None:
            return None
        try:
            return choices(text)
        except ValueError:
            known = ", ".join(str(choice.value) for choice in choices)
            raise UsageError(
                f"--{option} has no value “{text}”.", hint=f"Choose one of {known}."
            ) from None
