"""What a run brought, kept and could not bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from rehydrate_tui.errors import RehydrateError


class Outcome(Enum):
    """How one file ended; the values stand in `--json`."""

    FETCHED = "fetched"
    """Downloaded and verified."""
    PRESENT = "present"
    """Was already right."""
    KEPT = "kept"
    """Differs locally and was left alone, as asked."""
    CANCELLED = "cancelled"
    """Was not brought because the run was stopped."""
    FAILED = "failed"
    """Could not be brought; `error` says why."""


_DONE = frozenset({Outcome.FETCHED, Outcome.PRESENT})


class FileOutcome(NamedTuple):
    """How one file ended."""

    path: str
    """In the repository."""
    target: str
    """Below the destination folder, `/` between segments."""
    outcome: Outcome
    size: int
    """Bytes on disk when everything is in place."""
    error: RehydrateError | None = None
    backup: str = ""
    """Where the local file that was in the way now is, below the destination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadReport:
    """How every file of a plan ended."""

    destination: str
    outcomes: tuple[FileOutcome, ...]
    bytes_received: int = 0
    """Bytes that came over the network for file contents, compressed as they were, failed
    tries included."""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """Sentences worth reading, such as about skipped submodules."""

    def having(self, outcome: Outcome) -> Iterator[FileOutcome]:
        """Yield the files that ended with `outcome`."""
        return (file for file in self.outcomes if file.outcome is outcome)

    def count(self, outcome: Outcome) -> int:
        """Return how many files ended with `outcome`."""
        return sum(1 for _ in self.having(outcome))

    def size(self, outcome: Outcome) -> int:
        """Return the bytes on disk of the files that ended with `outcome`."""
        return sum(file.size for file in self.having(outcome))

    def followed_by(self, later: DownloadReport) -> DownloadReport:
        """Return one report on this run and a later one that tried the rest again.

        What this run fetched is still called fetched, although the later one found it
        in place.
        """
        before = {file.target: file for file in self.outcomes}

        def told(file: FileOutcome) -> FileOutcome:
            old = before.get(file.target)
            is_old_news = file.outcome is Outcome.PRESENT and old is not None
            return old if old and is_old_news and old.outcome in _DONE else file

        return replace(
            later,
            outcomes=tuple(told(file) for file in later.outcomes),
            bytes_received=self.bytes_received + later.bytes_received,
            seconds=self.seconds + later.seconds,
            notes=tuple(dict.fromkeys((*self.notes, *later.notes))),
        )

    @property
    def was_cancelled(self) -> bool:
        """Whether the run was stopped before its end."""
        return any(file.outcome is Outcome.CANCELLED for file in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Whether everything is in place; kept local edits count as in place."""
        missing = (Outcome.CANCELLED, Outcome.FAILED)
        return not any(file.outcome in missing for file in self.outcomes)
