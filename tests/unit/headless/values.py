"""Plans, outcomes and consoles to try output with."""

from __future__ import annotations

import io

from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.plan import (
    Action,
    ConflictPolicy,
    DownloadPlan,
    LocalState,
    PlannedFile,
)
from rehydrate_tui.domain.report import FileOutcome, Outcome
from rehydrate_tui.errors import RehydrateError, WriteError
from rehydrate_tui.headless.console import Console

REPO = RepoId("ada", "notes")


def planned(
    target: str,
    size: int,
    action: Action = Action.FETCH,
    error: WriteError | None = None,
) -> PlannedFile:
    """Return one file of a plan."""
    return PlannedFile(
        repo=REPO,
        commit=ObjectId("0" * 40),
        file=LockedFile(
            path=RepoPath(target), blob=ObjectId(f"{size:040x}"), size=size
        ),
        target=target,
        action=action,
        state=LocalState.MISSING,
        error=error,
    )


def plan(*files: PlannedFile) -> DownloadPlan:
    """Return a plan of some files."""
    return DownloadPlan(
        destination="dest",
        files=files,
        policy=ConflictPolicy.KEEP,
        free_bytes=10**9,
        notes=("A note.",),
    )


def outcome(
    target: str,
    size: int,
    ended: Outcome = Outcome.FETCHED,
    error: RehydrateError | None = None,
    backup: str = "",
) -> FileOutcome:
    """Return how one file ended."""
    return FileOutcome(
        path=target, target=target, outcome=ended, size=size, error=error, backup=backup
    )


def console(*, is_verbose: bool = False, is_quiet: bool = False) -> Console:
    """Return a console that keeps what it is told."""
    return Console(io.StringIO(), io.StringIO(), is_quiet, is_verbose)


def said(made: Console) -> str:
    """Return what a console was told to narrate."""
    assert isinstance(made.err, io.StringIO)
    return made.err.getvalue()
