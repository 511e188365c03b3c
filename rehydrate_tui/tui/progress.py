"""From progress events to a picture of the run, read twice a second."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rehydrate_tui.domain.plan import DownloadPlan
from rehydrate_tui.domain.progress import (
    BytesDiscarded,
    BytesReceived,
    FileFinished,
    FileStarted,
    ProgressEvent,
    RetryScheduled,
)
from rehydrate_tui.domain.report import FileOutcome, Outcome

_RATE_SECONDS = 4.0
"""How slowly the shown rate follows."""

_TREND_SECONDS = 15.0
"""How slowly the rate behind the time left follows: it must not jump."""

_DRIFT_SECONDS = 5.0
"""How slowly the time left moves from what it counts down to to what is computed."""

_MINUTE = 60


@dataclass(slots=True)
class ActiveFile:
    """A file that is arriving."""

    size: int
    received: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause, and until when it lasts."""

    until: float
    reason: str
    path: str = ""
    """Which file waits; empty: all do."""
    gives_up_at: float | None = None
    """When it ends unless a person wants to wait longer."""

    @property
    def is_limit(self) -> bool:
        """Whether it is a host that makes everybody wait."""
        return not self.path


class Smoothed:
    """A rate that follows the measured one slowly (exponential moving average)."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._weight = 0.0
        self._value = 0.0

    def add(self, rate: float, elapsed: float) -> None:
        """Take in a rate that was measured over `elapsed` seconds."""
        share = 1 - math.exp(-elapsed / self._seconds)
        self._value += share * (rate - self._value)
        # Without the weight the average would climb up from zero at the beginning.
        self._weight += share * (1 - self._weight)

    @property
    def value(self) -> float:
        """The rate now."""
        return self._value / self._weight if self._weight else 0.0


def steady(shown: float | None, computed: float | None, elapsed: float) -> float | None:
    """Return the time left to show next: it counts down and drifts, it never jumps.

    Args:
        shown: what was shown last; None: nothing.
        computed: what the rate of the moment says; None: nothing.
        elapsed: seconds since `shown`.
    """
    if shown is None or computed is None:
        return computed
    expected = max(0.0, shown - elapsed)
    share = 1 - math.exp(-elapsed / _DRIFT_SECONDS)
    return expected + share * (computed - expected)


@dataclass(slots=True)
class ProgressPump:
    """A `ProgressSink` that only counts; the screen's timer reads it.

    Nothing is drawn when an event comes: there are thousands, and a terminal in a
    browser can take two pictures a second.
    """

    plan: DownloadPlan
    clock: Callable[[], float]
    """Seconds that never run backwards."""
    active: dict[str, ActiveFile] = field(default_factory=dict[str, ActiveFile])
    failed: list[FileOutcome] = field(default_factory=list[FileOutcome])
    finished: int = 0
    received: int = 0
    """Bytes over the network, those of failed tries included."""
    _placed: int = 0
    _extra: int = 0
    _waits: list[Wait] = field(default_factory=list[Wait])
    _rate: Smoothed = field(default_factory=lambda: Smoothed(_RATE_SECONDS))
    _trend: Smoothed = field(default_factory=lambda: Smoothed(_TREND_SECONDS))
    _measured: tuple[float, int] | None = None
    _shown_left: float | None = None
    _sizes: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self._sizes = {
            each.target: each.file.content_size for each in self.plan.writing
        }

    def emit(self, event: ProgressEvent) -> None:
        """Count one event."""
        if isinstance(event, BytesReceived):
            self.received += event.count
            self._add(event.path, event.count)
        elif isinstance(event, BytesDiscarded):
            self._add(event.path, -event.count)
        elif isinstance(event, FileStarted):
            self.active[event.path] = ActiveFile(event.size)
        elif isinstance(event, FileFinished):
            self._finish(event.outcome)
        elif isinstance(event, RetryScheduled):
            self._wait(event.delay, event.reason, event.path)
        else:
            self._wait(event.delay, event.reason, "", event.gives_up_in)

    @property
    def total(self) -> int:
        """Bytes that will be in place at the end; large files of LFS add to it late."""
        return self.plan.bytes_to_write + self._extra

    @property
    def done(self) -> int:
        """Bytes in place or arriving."""
        arriving = sum(min(each.received, each.size) for each in self.active.values())
        return min(self._placed + arriving, self.total)

    @property
    def rate(self) -> float:
        """Bytes a second, as shown."""
        return self._rate.value

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end, as shown; None while nobody can tell."""
        return self._shown_left

    def measure(self) -> None:
        """Take in what came since the last call."""
        now = self.clock()
        if self._measured is not None:
            then, before = self._measured
            elapsed = now - then
            if elapsed <= 0:
                return
            if self.done > before or not self._waits_for_limit:
                rate = max(0, self.done - before) / elapsed
                self._rate.add(rate, elapsed)
                self._trend.add(rate, elapsed)
            self._shown_left = steady(self._shown_left, self._computed_left(), elapsed)
        self._measured = (now, self.done)

    def skip(self) -> None:
        """Leave the time from the last `measure` to the next one out: a pause."""
        self._measured = None

    def waits(self) -> Iterable[Wait]:
        """Return the pauses that still last, the longest first."""
        now = self.clock()
        self._waits = [wait for wait in self._waits if wait.until > now]
        return sorted(self._waits, key=lambda wait: -wait.until)

    @property
    def _waits_for_limit(self) -> float:
        """Seconds that all files still have to wait."""
        now = self.clock()
        ends = [wait.until - now for wait in self._waits if not wait.path]
        return max([0.0, *ends])

    def _computed_left(self) -> float | None:
        trend = self._trend.value
        left = self.total - self.done
        if trend <= 0 or left <= 0:
            return None
        return left / trend + self._waits_for_limit

    def _add(self, path: str, count: int) -> None:
        active = self.active.get(path)
        if active is not None:
            active.received += count

    def _finish(self, outcome: FileOutcome) -> None:
        self.active.pop(outcome.target, None)
        planned = self._sizes.get(outcome.target)
        if planned is None:
            return
        self.finished += 1
        if outcome.outcome is Outcome.FAILED:
            self.failed.append(outcome)
            return
        self._placed += outcome.size
        self._extra += outcome.size - planned

    def _wait(
        self, delay: float, reason: str, path: str, gives_up_in: float | None = None
    ) -> None:
        now = self.clock()
        end = None if gives_up_in is None else now + gives_up_in
        self._waits = [wait for wait in self._waits if wait.path != path]
        self._waits.append(Wait(now + delay, reason, path, end))


def format_time_left(seconds: float | None) -> str:
    """Write the time left so coarsely that it does not flicker."""
    return "" if seconds is None else f"{format_duration(seconds)} left"


def format_duration(seconds: float) -> str:
    """Write an estimate: `about 35 s`, `about 2 min`, `about 1 h 30 min`."""
    if seconds < _MINUTE:
        return f"about {max(5, 5 * math.ceil(seconds / 5))} s"
    minutes = math.ceil(seconds / _MINUTE)
    if minutes < _MINUTE:
        return f"about {minutes} min"
    hours, minutes = divmod(minutes, _MINUTE)
    return f"about {hours} h {minutes} min"
