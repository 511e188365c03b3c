"""The arguments of the Python functions, checked and made into values."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

from rehydrate_tui.domain.limits import DEFAULT_LIMITS, SizePolicy, parse_size
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.manifest_reader import manifest_from_dict
from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.local_manifests import expand_user, is_address
from rehydrate_tui.headless.manifests import read_remote
from rehydrate_tui.storage.manifest_file import load_manifest, parse_manifest
from rehydrate_tui.storage.settings import MOST_JOBS, Settings

ManifestLike: TypeAlias = str | os.PathLike[str] | Manifest
Conflict: TypeAlias = Literal["keep", "overwrite", "backup", "fail"]
Progress: TypeAlias = Literal["auto", "bar", "line", "log", "none"]

STYLES = ("auto", "bar", "line", "log", "none")
_MAX_DIGITS = 9


def refuse_unsupported(*, transport: object) -> None:
    """Refuse what the signature reserves and this version cannot do.

    Raises:
        UsageError: it has another value than its default.
    """
    if transport != "auto":
        raise UsageError(
            f"transport={_shown(transport)} is not supported by this version.",
            hint="Leave transport out: only 'auto' works.",
        )


def policy(wanted: str) -> ConflictPolicy:
    """Return the value of `on_conflict`."""
    try:
        return ConflictPolicy(wanted)
    except ValueError:
        raise UsageError(
            f"on_conflict={_shown(wanted)} is not known.",
            hint="Choose one of keep, overwrite, backup, fail.",
        ) from None


def limits(max_size: int | str | None, settings: Settings) -> SizePolicy:
    """Return the limits with `max_size`: bytes, text, or what the settings say."""
    wanted = settings.value("max-size") if max_size is None else max_size
    if wanted is None:
        return DEFAULT_LIMITS
    size = wanted if isinstance(wanted, int) else parse_size(wanted)
    if size < 0:
        raise UsageError(f"max_size={size} is below zero.", hint="Such as '250MB'.")
    return replace(DEFAULT_LIMITS, max_total=size)


def jobs(wanted: int | None, settings: Settings) -> int:
    """Return how many transfers run at once."""
    text = str(wanted if wanted is not None else settings.value("jobs") or MOST_JOBS)
    number = int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else 0
    if not 1 <= number <= MOST_JOBS:
        raise UsageError(f"jobs={_shown(text)} is not a number from 1 to {MOST_JOBS}.")
    return number


def progress(wanted: str, settings: Settings) -> str:
    """Return how progress is shown; "auto" leaves it to the settings, if they say."""
    style = settings.value("progress") or "auto" if wanted == "auto" else wanted
    if style not in STYLES:
        raise UsageError(
            f"progress={_shown(style)} is not known.",
            hint=f"Choose one of {', '.join(STYLES)}.",
        )
    return style


async def read(
    manifest: ManifestLike, session: Session, settings: Settings
) -> Manifest:
    """Return the manifest that an argument means.

    Raises:
        UsageError: there is no such file.
        ManifestError: it cannot be used.
        RemoteError: its address cannot be looked up.
    """
    if isinstance(manifest, Manifest):
        # Made by a caller, so nobody has checked its paths yet.
        manifest_from_dict(manifest.to_dict())
        return manifest
    name = os.fspath(manifest)
    if isinstance(manifest, str):
        if "\n" in name:
            return parse_manifest(name.encode("utf-8", "surrogatepass"), "the text")
        if is_address(name):
            return await read_remote(session, name, host=settings.host)
    if "\0" in name:
        raise UsageError("The name of the manifest holds a NUL character.")
    return load_manifest(expand_user(name))


def update_target(
    manifest: ManifestLike, output: str | os.PathLike[str] | None
) -> Path | None:
    """Return where `update` writes: `output`, else the file it read, else nowhere."""
    if output is not None:
        return expand_user(os.fspath(output))
    if isinstance(manifest, Manifest):
        return None
    name = os.fspath(manifest)
    if isinstance(manifest, str) and ("\n" in name or is_address(name)):
        return None
    return expand_user(name)


def _shown(value: object) -> str:
    return shorten(strip_controls(repr(value)), 60)
