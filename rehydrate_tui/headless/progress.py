"""Progress where no screen is: a bar, one rewritten line, or log lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TextIO

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.plan import DownloadPlan
from rehydrate_tui.domain.progress import (
    BytesDiscarded,
    BytesReceived,
    FileFinished,
    NullSink,
    ProgressEvent,
    ProgressSink,
    RetryScheduled,
    WaitingForLimit,
)
from rehydrate_tui.domain.report import Outcome
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import ProgressStyle
from rehydrate_tui.headless.summary import count_files

LINE_WIDTH = 79
_LINE_SECONDS = 2.0
_BAR_SECONDS = 0.25
_LOG_SECONDS = 30.0
_QUARTERS = 4

Monotonic = Callable[[], float]


class Tally:
    """Adds events up."""

    def __init__(self, plan: DownloadPlan) -> None:
        self.total_bytes = plan.bytes_to_fetch
        self.total_files = len(plan.writing)
        self.received = 0
        self.finished = 0

    def take(self, event: ProgressEvent) -> None:
        """Count one event in."""
        if isinstance(event, BytesReceived):
            self.received += event.count
        elif isinstance(event, BytesDiscarded):
            self.received -= event.count
        elif isinstance(event, FileFinished) and _is_new(event):
            self.finished += 1

    @property
    def share(self) -> float:
        """How much is done, between 0 and 1; by bytes, or by files of no bytes."""
        if self.total_bytes:
            return min(1.0, self.received / self.total_bytes)
        return self.finished / self.total_files if self.total_files else 1.0

    def line(self) -> str:
        """Return the state as one short line."""
        done, total = format_size(self.received), format_size(self.total_bytes)
        return (
            f"{self.share:4.0%} {done} of {total}, "
            f"{self.finished:,} of {self.total_files:,} files"
        )


def _is_new(event: FileFinished) -> bool:
    return event.outcome.outcome not in {Outcome.PRESENT, Outcome.KEPT}


def incident(event: ProgressEvent) -> str:
    """Return the sentence about an event that people should read, if it is one."""
    if isinstance(event, FileFinished) and event.outcome.outcome is Outcome.FAILED:
        return f"failed: {event.outcome.error}"
    if isinstance(event, WaitingForLimit):
        return f"waiting {event.delay:.0f} s: {event.reason}"
    return ""


def is_passing(event: ProgressEvent) -> bool:
    """Tell whether an event only says that a wait goes on, a second later."""
    return isinstance(event, WaitingForLimit) and event.waited > 0


class HeadlessSink(ProgressSink, Protocol):
    """A sink that leaves the output tidy when the run is over."""

    def close(self) -> None:
        """Finish what is open, such as a line."""
        ...


class SilentSink(NullSink):
    """Shows nothing."""

    def close(self) -> None:
        """Do nothing."""


class WaitSink:
    """Tells about waits for the API when no progress is shown: once for each wait."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def emit(self, event: ProgressEvent) -> None:
        """Take one event."""
        if isinstance(event, WaitingForLimit) and not is_passing(event):
            self._console.say(incident(event))


class LogSink:
    """A line at each quarter or every 30 s, and one for each failure."""

    def __init__(
        self, console: Console, plan: DownloadPlan, clock: Monotonic = time.monotonic
    ) -> None:
        self._console = console
        self._tally = Tally(plan)
        self._clock = clock
        self._quarter = 0
        self._last = clock()
        if plan.writing:
            size = format_size(plan.bytes_to_fetch)
            console.say(f"fetching {count_files(len(plan.writing))}, {size}")

    def emit(self, event: ProgressEvent) -> None:
        """Take one event."""
        self._tally.take(event)
        sentence = incident(event)
        if is_passing(event):
            self._count_down(sentence)
            return
        if sentence:
            self._console.say(sentence)
        if isinstance(event, RetryScheduled):
            self._console.detail(
                f"{event.path}: {event.reason} Try {event.attempt} "
                f"in {event.delay:.1f} s."
            )
        quarter = int(self._tally.share * _QUARTERS)
        is_due = self._clock() - self._last >= _LOG_SECONDS
        if (quarter > self._quarter and quarter < _QUARTERS) or is_due:
            self._quarter, self._last = quarter, self._clock()
            self._console.say(self._tally.line())

    def _count_down(self, sentence: str) -> None:
        """Say from time to time that a wait goes on."""
        if self._clock() - self._last >= _LOG_SECONDS:
            self._last = self._clock()
            self._console.say(sentence)

    def close(self) -> None:
        """Do nothing: every line is whole."""


class LineSink:
    """One padded line, rewritten with a carriage return.

    Nothing else works both in the output of a cell and in a saved notebook.
    """

    def __init__(
        self,
        stream: TextIO,
        plan: DownloadPlan,
        *,
        interval: float = _LINE_SECONDS,
        clock: Monotonic = time.monotonic,
    ) -> None:
        self._stream = stream
        self._tally = Tally(plan)
        self._interval = interval
        self._clock = clock
        self._due = clock()
        self._is_open = False

    def emit(self, event: ProgressEvent) -> None:
        """Take one event."""
        self._tally.take(event)
        sentence = incident(event)
        if is_passing(event):
            # The seconds count down in place.
            self._write(sentence, end="")
        elif sentence:
            self._write(sentence, end="\n")
        elif self._clock() >= self._due:
            self._due = self._clock() + self._interval
            self._write(self._tally.line(), end="")

    def close(self) -> None:
        """End the line, so that the summary begins on its own."""
        if self._is_open:
            self._write(self._tally.line(), end="\n")

    def _write(self, text: str, *, end: str) -> None:
        shown = shorten(strip_controls(text), LINE_WIDTH)
        self._stream.write(f"\r{shown:<{LINE_WIDTH}}{end}")
        self._stream.flush()
        self._is_open = not end


class BarSink:
    """A live bar with rate and time left, drawn by rich, for a real terminal."""

    def __init__(
        self, stream: TextIO, plan: DownloadPlan, clock: Monotonic = time.monotonic
    ) -> None:
        from rich.console import Console as RichConsole
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._tally = Tally(plan)
        self._progress = Progress(
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=RichConsole(file=stream),
            refresh_per_second=4,
        )
        self._task = self._progress.add_task("", total=self._tally.total_bytes)
        self._clock = clock
        self._due = clock()
        self._progress.start()

    def emit(self, event: ProgressEvent) -> None:
        """Take one event."""
        self._tally.take(event)
        if isinstance(event, WaitingForLimit):
            self._show(f"waiting {event.delay:.0f} s")
        elif self._clock() >= self._due:
            # Telling rich costs more than a small file; it redraws four times a second.
            self._show("")
        sentence = incident(event)
        if sentence and not is_passing(event):
            self._progress.console.print(
                strip_controls(sentence), markup=False, highlight=False
            )

    def _show(self, wait: str) -> None:
        self._due = self._clock() + _BAR_SECONDS
        self._progress.update(
            self._task, completed=self._tally.received, description=wait
        )

    def close(self) -> None:
        """Show the end, and take the live display down."""
        self._show("")
        self._progress.stop()


def make_sink(
    style: ProgressStyle, console: Console, plan: DownloadPlan
) -> HeadlessSink:
    """Return the sink of a style; nothing to fetch needs no progress."""
    if style is ProgressStyle.NONE or console.is_quiet or not plan.writing:
        return SilentSink()
    if style is ProgressStyle.BAR:
        return BarSink(console.err, plan)
    if style is ProgressStyle.LINE:
        return LineSink(console.err, plan)
    return LogSink(console, plan)
