"""Exit statuses, and which error becomes which."""

from __future__ import annotations

from enum import IntEnum

from rehydrate_tui.domain.report import DownloadReport
from rehydrate_tui.errors import (
    ConflictError,
    DestinationError,
    LimitExceededError,
    ManifestError,
    NoSpaceError,
    RehydrateError,
    UsageError,
)


class ExitCode(IntEnum):
    """What the process tells its caller."""

    COMPLETE = 0
    """Everything is in place; kept local edits count as in place."""
    INCOMPLETE = 1
    """Something could not be brought."""
    USAGE = 2
    """The call or the manifest is wrong; nothing was touched."""
    REFUSED = 3
    """Above the size limit or the free space; nothing was touched."""
    CONFLICT = 4
    """Something differs under `--on-conflict fail`; nothing was touched."""
    HANGUP = 129
    INTERRUPTED = 130
    TERMINATED = 143


_BY_ERROR: tuple[tuple[type[RehydrateError], ExitCode], ...] = (
    (UsageError, ExitCode.USAGE),
    (ManifestError, ExitCode.USAGE),
    (DestinationError, ExitCode.USAGE),
    (LimitExceededError, ExitCode.REFUSED),
    (NoSpaceError, ExitCode.REFUSED),
    (ConflictError, ExitCode.CONFLICT),
)


def exit_code_for(error: RehydrateError) -> ExitCode:
    """Return the exit status of a run that an error ended before it began."""
    for kind, code in _BY_ERROR:
        if isinstance(error, kind):
            return code
    return ExitCode.INCOMPLETE


def exit_code_of(report: DownloadReport) -> ExitCode:
    """Return the exit status of a run that came to its end."""
    return ExitCode.COMPLETE if report.is_complete else ExitCode.INCOMPLETE
