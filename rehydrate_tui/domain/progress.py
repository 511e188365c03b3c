"""Typed events that a download sends to whoever watches: a screen, a line, a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rehydrate_tui.domain.report import FileOutcome


@dataclass(frozen=True, slots=True)
class FileStarted:
    """A transfer begins; `size` in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class BytesReceived:
    """`count` more bytes of `path` arrived."""

    path: str
    count: int


@dataclass(frozen=True, slots=True)
class BytesDiscarded:
    """`count` bytes of `path` that had arrived are worthless: the try failed."""

    path: str
    count: int


@dataclass(frozen=True, slots=True)
class FileFinished:
    """A file reached its end, good or bad."""

    outcome: FileOutcome


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """A try of `path` failed; the next one comes after `delay` seconds."""

    path: str
    attempt: int
    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingForLimit:
    """The host throttles: all transfers wait for `delay` more seconds.

    It comes about once a second while the wait lasts.
    """

    delay: float
    reason: str
    waited: float = 0.0
    """Seconds that this wait has lasted; 0 when it begins."""
    gives_up_in: float | None = None
    """Seconds after which nobody waits on, unless a person wants to; None: all do."""


ProgressEvent = (
    FileStarted
    | BytesReceived
    | BytesDiscarded
    | FileFinished
    | RetryScheduled
    | WaitingForLimit
)


class ProgressSink(Protocol):
    """Takes events on the event loop's thread; must return quickly."""

    def emit(self, event: ProgressEvent) -> None:
        """Take one event."""
        ...


class NullSink:
    """Watches nothing."""

    def emit(self, event: ProgressEvent) -> None:
        """Drop the event."""
