"""Typed uses of the public names. Checked by mypy and pyright, never run."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import rehydrate_tui
from rehydrate_tui import (
    Manifest,
    ReplayIncompleteError,
    ReplayReport,
    StatusReport,
    UpdateReport,
    replay,
    replay_async,
    status,
    update,
)


def sync_calls(manifest: Manifest) -> None:
    """Every kind of manifest and every option."""
    report: ReplayReport = replay("manifest.toml")
    replay(Path("manifest.toml"), Path("data"))
    replay(manifest, "data", on_conflict="backup", max_size="250MB", jobs=4)
    replay("owner/repo@main:manifest.toml", max_size=250_000_000, dry_run=True)
    replay("version = 1\n", progress="none", transport="auto", cache=None)
    complete: bool = report.is_complete
    names: list[str] = [file.target for file in report.files]
    errors: list[str | None] = [file.error for file in report.failures]
    sizes: int = sum(file.size for file in report.having("fetched", "present"))
    print(complete, names, errors, sizes, report.bytes_received, report.seconds)  # noqa: T201 - uses the values


async def async_call() -> ReplayReport:
    """The same, awaited."""
    return await replay_async("manifest.toml", "data", offline=False)


def other_calls() -> None:
    """Status and update have reports of their own."""
    state: StatusReport = status("manifest.toml", "data", remote=True)
    word: Literal["present", "missing", "edited", "outdated"] = state.files[0].state
    new: UpdateReport = update("manifest.toml", output="new.toml", dry_run=True)
    manifest: Manifest = new.manifest
    saved: str | None = new.saved
    print(word, saved, status(manifest).is_clean)  # noqa: T201 - uses the values


def errors() -> str:
    """An incomplete replay carries its report; all errors have one root."""
    try:
        replay("manifest.toml")
    except ReplayIncompleteError as error:
        return f"{error.code}: {error.message} {error.hint} {error.report}"
    except rehydrate_tui.RehydrateError as error:
        return str(error)
    return rehydrate_tui.__version__


def mistakes() -> None:
    """What a checker has to refuse."""
    replay("m.toml", on_conflict="ask")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    replay("m.toml", offline="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    replay("m.toml", "data", "keep")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    replay(b"m.toml")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
