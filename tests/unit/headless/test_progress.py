"""What a download shows while it runs: a log, a line, a bar."""

from __future__ import annotations

import io

from rehydrate_tui.domain.progress import (
    BytesDiscarded,
    BytesReceived,
    FileFinished,
    FileStarted,
    ProgressEvent,
    RetryScheduled,
    WaitingForLimit,
)
from rehydrate_tui.domain.report import Outcome
from rehydrate_tui.errors import WriteError
from rehydrate_tui.headless.environment import (
    ProgressStyle,
)
from rehydrate_tui.headless.progress import (
    BarSink,
    HeadlessSink,
    LineSink,
    LogSink,
    SilentSink,
    make_sink,
)
from tests.unit.headless.values import console, outcome, plan, planned, said

PLAN = plan(planned("a", 1000), planned("b", 3000), planned("c", 4000))


EVENTS: list[ProgressEvent] = [
    FileStarted("a", 1000),
    BytesReceived("a", 1000),
    FileFinished(outcome("a", 1000)),
    FileStarted("b", 3000),
    BytesReceived("b", 2000),
    BytesDiscarded("b", 2000),
    RetryScheduled("b", 2, 0.5, "The connection broke."),
    WaitingForLimit(30.2, "The host asks to slow down\x1b[0m"),
    BytesReceived("b", 3000),
    FileFinished(
        outcome("b", 3000, Outcome.FAILED, WriteError("“b”: No.", hint="Do that."))
    ),
    FileStarted("c", 4000),
    BytesReceived("c", 4000),
    FileFinished(outcome("c", 4000)),
]


class Ticking:
    """A clock that moves on by a number of seconds each time it is read."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        self._now += self._step
        return self._now


def play(sink: HeadlessSink) -> None:
    """Send all events, then close."""
    for event in EVENTS:
        sink.emit(event)
    sink.close()


def test_the_log_has_a_line_for_what_matters() -> None:
    """Start, quarters, waits, failures: nothing else, and nothing twice."""
    made = console()
    play(LogSink(made, PLAN, clock=Ticking(0)))
    assert said(made) == (
        "fetching 3 files, 8.0 kB\n"
        " 38% 3.0 kB of 8.0 kB, 1 of 3 files\n"
        "waiting 30 s: The host asks to slow down␛[0m\n"
        " 50% 4.0 kB of 8.0 kB, 1 of 3 files\n"
        "failed: “b”: No. Do that.\n"
    )


def test_the_log_tells_of_tries_only_when_asked() -> None:
    """`--verbose` adds a line for every try that failed."""
    made = console(is_verbose=True)
    play(LogSink(made, PLAN, clock=Ticking(0)))
    assert "b: The connection broke. Try 2 in 0.5 s.\n" in said(made)


def test_the_log_speaks_at_least_twice_a_minute() -> None:
    """A slow download is not a silent one."""
    made = console()
    sink = LogSink(made, PLAN, clock=Ticking(16))
    for _ in range(8):
        sink.emit(BytesReceived("a", 1))
    assert said(made).count("\n") >= 4


def test_the_log_of_nothing_is_empty() -> None:
    """Without anything to fetch there is nothing to say."""
    made = console()
    LogSink(made, plan(), clock=Ticking(0)).close()
    assert said(made) == ""


def test_the_line_is_rewritten_in_place() -> None:
    """Carriage return, 79 columns, no escape; incidents get a line of their own."""
    stream = io.StringIO()
    play(LineSink(stream, PLAN, clock=Ticking(1)))
    text = stream.getvalue()
    parts = text.split("\r")[1:]
    assert all(len(part.rstrip("\n")) == 79 for part in parts)
    assert [part.rstrip() for part in parts] == [
        "  0% 0 B of 8.0 kB, 0 of 3 files",
        " 12% 1.0 kB of 8.0 kB, 1 of 3 files",
        " 38% 3.0 kB of 8.0 kB, 1 of 3 files",
        " 12% 1.0 kB of 8.0 kB, 1 of 3 files",
        "waiting 30 s: The host asks to slow down␛[0m",
        "failed: “b”: No. Do that.",
        " 50% 4.0 kB of 8.0 kB, 2 of 3 files",
        "100% 8.0 kB of 8.0 kB, 3 of 3 files",
        "100% 8.0 kB of 8.0 kB, 3 of 3 files",
    ]
    assert text.endswith("\n")
    assert "\x1b" not in text


def test_the_line_is_written_every_two_seconds_at_most() -> None:
    """Saved notebooks keep every rewriting; a thousand events are a few of them."""
    stream = io.StringIO()
    sink = LineSink(stream, PLAN, clock=Ticking(0.01))
    for _ in range(1000):
        sink.emit(BytesReceived("a", 1))
    sink.close()
    assert stream.getvalue().count("\r") <= 12


def test_a_line_that_was_never_written_is_not_closed() -> None:
    """Nothing happened, nothing is shown."""
    stream = io.StringIO()
    LineSink(stream, PLAN).close()
    assert stream.getvalue() == ""
    sink = LineSink(stream, PLAN, clock=Ticking(1))
    sink.emit(WaitingForLimit(30, "A reason."))
    sink.close()
    assert stream.getvalue().count("\r") == 1


def test_the_bar_shows_incidents_as_they_are() -> None:
    """Names in brackets are no markup, and escapes are harmless."""
    stream = io.StringIO()
    sink = BarSink(stream, PLAN)
    error = WriteError("“[red]b[/red]\x1b]0;x\x07”: No.")
    sink.emit(FileFinished(outcome("b", 1, Outcome.FAILED, error)))
    sink.close()
    assert "failed: “[red]b[/red]␛]0;x�”: No." in stream.getvalue()


def test_the_style_chooses_the_sink() -> None:
    """None, quiet and nothing to do are silent."""
    made = console()
    kinds = {
        ProgressStyle.NONE: SilentSink,
        ProgressStyle.LINE: LineSink,
        ProgressStyle.LOG: LogSink,
        ProgressStyle.BAR: BarSink,
    }
    for style, kind in kinds.items():
        sink = make_sink(style, made, PLAN)
        assert type(sink) is kind
        sink.close()
        assert type(make_sink(style, console(is_quiet=True), PLAN)) is SilentSink
        assert type(make_sink(style, made, plan())) is SilentSink


def test_progress_without_bytes_is_by_files() -> None:
    """Empty files count as files."""
    made = console()
    sink = LogSink(made, plan(planned("a", 0), planned("b", 0)), clock=Ticking(0))
    sink.emit(FileFinished(outcome("a", 0)))
    assert " 50% 0 B of 0 B, 1 of 2 files" in said(made)


def test_files_that_were_there_are_no_progress() -> None:
    """What is settled before the first transfer does not count."""
    made = console()
    sink = LogSink(made, PLAN, clock=Ticking(0))
    sink.emit(FileFinished(outcome("x", 1, Outcome.PRESENT)))
    sink.emit(FileFinished(outcome("y", 1, Outcome.KEPT)))
    sink.emit(BytesReceived("a", 4000))
    assert " 50% 4.0 kB of 8.0 kB, 0 of 3 files" in said(made)
