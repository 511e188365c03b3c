"""Where output goes, what it looks like, and what the process tells its caller."""

from __future__ import annotations

import inspect
import io

import pytest

from rehydrate_tui import errors
from rehydrate_tui.domain.limits import SizePolicy
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
from rehydrate_tui.domain.progress import (
    BytesDiscarded,
    BytesReceived,
    FileFinished,
    FileStarted,
    ProgressEvent,
    RetryScheduled,
    WaitingForLimit,
)
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.errors import RehydrateError, WriteError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import (
    OutputMode,
    ProgressStyle,
    detect_output_mode,
    progress_style,
)
from rehydrate_tui.headless.exit_codes import ExitCode, exit_code_for, exit_code_of
from rehydrate_tui.headless.progress import (
    BarSink,
    HeadlessSink,
    LineSink,
    LogSink,
    SilentSink,
    make_sink,
)
from rehydrate_tui.headless.summary import plan_lines, report_lines

REPO = RepoId("ada", "notes")
CELL_TERMINAL, CELL_PIPE, TERMINAL, PIPE = OutputMode


@pytest.mark.parametrize(
    ("environ", "is_terminal", "mode"),
    [
        ({}, True, TERMINAL),
        ({}, False, PIPE),
        ({"JPY_PARENT_PID": "1"}, True, CELL_TERMINAL),
        ({"JPY_PARENT_PID": "1"}, False, CELL_PIPE),
        ({"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, PIPE),
        ({"COLAB_GPU": "0", "TERM": "xterm-color"}, True, CELL_TERMINAL),
        ({"COLAB_GPU": "0", "TERM": "xterm-color"}, False, CELL_PIPE),
        ({"COLAB_GPU": "0", "TERM": "xterm-256color"}, True, TERMINAL),
        ({"TERM": "xterm-color"}, True, TERMINAL),
        ({"JUPYTERHUB_USER": "ada", "TERM": "xterm"}, True, TERMINAL),
    ],
)
def test_the_place_is_known_from_the_environment(
    environ: dict[str, str],
    is_terminal: bool,  # noqa: FBT001 - a table of values
    mode: OutputMode,
) -> None:
    """Children of kernels are told from terminals, whatever colours are forced."""
    assert detect_output_mode(environ, is_terminal=is_terminal) is mode
    assert mode.is_notebook is (mode in {CELL_TERMINAL, CELL_PIPE})


@pytest.mark.parametrize(
    ("mode", "style"),
    [
        (CELL_TERMINAL, ProgressStyle.LINE),
        (CELL_PIPE, ProgressStyle.LOG),
        (TERMINAL, ProgressStyle.BAR),
        (PIPE, ProgressStyle.LOG),
    ],
)
def test_each_place_has_its_style(mode: OutputMode, style: ProgressStyle) -> None:
    """`auto` follows the place, anything else is taken at its word."""
    assert progress_style(mode, "auto") is style
    for wanted in ProgressStyle:
        assert progress_style(mode, wanted.value) is wanted


ALL_ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, RehydrateError)
]
STATUSES = {
    "UsageError": 2, "AddressError": 2,
    "ManifestError": 2, "ManifestSyntaxError": 2, "ManifestValueError": 2,
    "ManifestVersionError": 2, "DestinationError": 2,
    "LimitExceededError": 3, "NoSpaceError": 3,
    "ConflictError": 4,
}  # fmt: skip


def make_error(kind: type[RehydrateError]) -> RehydrateError:
    """Return an error of a kind, whatever its constructor needs."""
    needed = [
        parameter.name
        for parameter in inspect.signature(kind).parameters.values()
        if parameter.default is inspect.Parameter.empty and parameter.name != "message"
    ]
    return kind("What happened.", hint="What next.", **dict.fromkeys(needed, "x"))


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_every_error_has_its_exit_status(kind: type[RehydrateError]) -> None:
    """What is refused before anything is touched has a status of its own, else 1."""
    error = make_error(kind)
    assert exit_code_for(error) == STATUSES.get(kind.__name__, 1)
    assert str(error).endswith("What happened. What next.")


def test_codes_are_stable_and_unique() -> None:
    """Each error has a code of its own for machines, in kebab case."""
    codes = [kind.code for kind in ALL_ERRORS]
    assert len(set(codes)) == len(codes)
    assert all(code.replace("-", "").isalpha() and code.islower() for code in codes)


def test_a_manifest_error_says_where() -> None:
    """File and key stand in front, as far as they are known."""
    error = errors.ManifestValueError("is missing.", key_path="source[0].ref")
    assert str(error) == "source[0].ref: is missing."
    error.origin = "m.toml"
    assert str(error) == "m.toml: source[0].ref: is missing."
    error.key_path = ""
    assert str(error) == "m.toml: is missing."


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


def console(*, is_verbose: bool = False, is_quiet: bool = False) -> Console:
    """Return a console that keeps what it is told."""
    return Console(io.StringIO(), io.StringIO(), is_quiet, is_verbose)


def said(made: Console) -> str:
    """Return what a console was told to narrate."""
    assert isinstance(made.err, io.StringIO)
    return made.err.getvalue()


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


def test_a_plan_is_told_in_a_few_lines() -> None:
    """What will be done, what is large, what is refused, what it costs."""
    made = plan(
        planned("a", 60_000_000),
        planned("b", 150_000_000, Action.OVERWRITE),
        planned("c", 10, Action.BACKUP),
        planned("d", 20, Action.SKIP),
        planned("e", 30, Action.KEEP),
        planned("f", 40, Action.REFUSE, WriteError("“f”: No.")),
    )
    assert list(plan_lines(made, SizePolicy())) == [
        "1 file (60.0 MB) to fetch",
        "1 file (150.0 MB) to fetch over a local edit",
        "1 file (10 B) to fetch, the local edit becomes a backup",
        "1 file (20 B) already here",
        "1 file (30 B) edited here and kept",
        "1 file (40 B) refused",
        "large: a (60.0 MB)",
        "huge: b (150.0 MB)",
        "refused: “f”: No.",
        "A note.",
        "210.0 MB over the network, no API calls",
        "790.0 MB free in dest afterwards",
    ]


def report(*outcomes: FileOutcome) -> DownloadReport:
    """Return a report of some files."""
    return DownloadReport(
        destination="dest",
        outcomes=outcomes,
        bytes_received=1234,
        seconds=1.25,
        notes=("A note.",),
    )


def test_a_good_run_is_told_in_a_few_lines() -> None:
    """What came, what was there, what was kept, and that it is complete."""
    made = report(
        outcome("a", 1000),
        outcome("b", 234, backup="b.~1~"),
        outcome("c", 5, Outcome.PRESENT),
        outcome("d", 6, Outcome.KEPT),
    )
    assert list(report_lines(made)) == [
        "2 files (1.2 kB) fetched and verified",
        "1 file (5 B) already here",
        "1 file (6 B) edited here and kept",
        "kept: d",
        "backup: b is now b.~1~",
        "A note.",
        "complete in dest: 1.2 kB received in 1.2 s",
    ]
    assert exit_code_of(made) is ExitCode.COMPLETE


def test_a_bad_run_ends_with_what_is_missing() -> None:
    """Failures are named with their cause; the last line is not to be missed."""
    failed = [
        outcome(f"{n}", 1, Outcome.FAILED, WriteError(f"“{n}”: No.")) for n in range(25)
    ]
    made = report(*failed, outcome("z", 1, Outcome.CANCELLED))
    lines = list(report_lines(made))
    assert lines[:2] == [
        "1 file (1 B) not brought, the run was stopped",
        "25 files (25 B) failed",
    ]
    assert lines[2] == "failed: “0”: No."
    assert lines[22] == "failed: 5 more"
    assert lines[-1] == "INCOMPLETE in dest: 26 files missing; run it again to go on"
    assert exit_code_of(made) is ExitCode.INCOMPLETE


def test_a_console_makes_every_line_safe() -> None:
    """Results, narration, errors: no line can do anything to a terminal."""
    made = console(is_verbose=True)
    for tell in (made.result, made.say, made.insist, made.detail):
        tell("a\x1b[2Jb\nc\u202ed")
    made.complain(RehydrateError("a\x1b[2Jb\nc\u202ed"))
    assert isinstance(made.out, io.StringIO)
    for text in (made.out.getvalue(), said(made)):
        assert set(text) <= set("a␛[2Jb␊c�d\nrehydate-ui: ")


def test_a_quiet_console_tells_only_what_must_be_told() -> None:
    """Errors are never quiet, narration is."""
    made = console(is_quiet=True, is_verbose=True)
    made.say("1")
    made.detail("2")
    assert said(made) == ""
    made.insist("3")
    made.complain(RehydrateError("4"))
    assert said(made) == "3\nrehydrate-tui: 4\n"


def test_closed_streams_take_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python shows closed streams as None; a console writes to nowhere then."""
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    for mode in OutputMode:
        made = Console.for_mode(mode)
        made.result("1")
        made.say("2")


def test_any_text_stream_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks put streams of their own kind into the place of stdout."""
    monkeypatch.setattr("sys.stdout", io.StringIO())
    made = Console.for_mode(CELL_PIPE)
    made.say("1")
    assert made.err is made.out
    assert said(made) == "1\n"
