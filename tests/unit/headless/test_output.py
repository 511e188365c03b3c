"""Where output goes, what it looks like, and what the process tells its caller."""

from __future__ import annotations

import inspect
import io

import pytest

from rehydrate_tui import errors
from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.plan import (
    Action,
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
from rehydrate_tui.headless.summary import plan_lines, problem_lines, report_lines
from tests.unit.headless.values import console, outcome, plan, planned, said

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
        "210.0 MB over the network, no API calls (if private, up to 3)",
        "790.0 MB free in dest afterwards",
    ]


def test_nothing_to_fetch_costs_nothing() -> None:
    """Then it does not matter who may read the repository."""
    made = plan(planned("d", 20, Action.SKIP))
    assert "0 B over the network, no API calls" in plan_lines(made, SizePolicy())


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
    """Each failure is named with its cause; the last line is not to be missed."""
    failed = [
        outcome(f"{n}", 1, Outcome.FAILED, WriteError(f"“{n}”: No.")) for n in range(25)
    ]
    made = report(*failed, outcome("z", 1, Outcome.CANCELLED))
    lines = list(report_lines(made))
    assert lines[:2] == [
        "1 file (1 B) not brought, the run was stopped",
        "25 files (25 B) failed",
    ]
    named = [f"failed: “{n}”: No." for n in range(25)]
    assert lines[2:27] == named
    assert list(problem_lines(made))[:-1] == named
    assert lines[-1] == "INCOMPLETE in dest: 26 files missing; run it again to go on"
    assert exit_code_of(made) is ExitCode.INCOMPLETE


def test_of_many_kept_edits_some_are_named() -> None:
    """They are no trouble, so the rest is counted."""
    made = report(*(outcome(f"{n}", 1, Outcome.KEPT) for n in range(25)))
    lines = list(report_lines(made))
    assert lines[1:3] == ["kept: 0", "kept: 1"]
    assert lines[21] == "kept: 5 more"


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
