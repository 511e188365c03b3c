"""Reports and the display hold against hostile names and large numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

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
from rehydrate_tui.domain.progress import BytesReceived, FileFinished, WaitingForLimit
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.errors import ReplayIncompleteError, WriteError
from rehydrate_tui.notebook.display import DisplaySink
from rehydrate_tui.notebook.reports import MAX_LINES, ReplayReport

HOSTILE = "<img src=x onerror=alert(1)>\x1b[2J\u202e&amp;\"'\n.csv"
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]")


class Tags(HTMLParser):
    """Notes every tag and its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[Any]) -> None:
        """Note one tag."""
        self.found |= {tag, *(name for name, _ in attrs)}


def report_of(count: int, name: str) -> ReplayReport:
    """Make the report of `count` failed and kept files."""
    outcomes = [
        FileOutcome(
            path=f"{n}{name}",
            target=f"{n}{name}",
            outcome=Outcome.FAILED if n % 2 else Outcome.KEPT,
            size=n,
            error=WriteError(f"“{name}” cannot be read") if n % 2 else None,
            backup=f"{name}.~1~",
        )
        for n in range(count)
    ]
    notes = tuple(f"unknown key {name} {n}" for n in range(count))
    return ReplayReport.of_report(
        DownloadReport(destination=name, outcomes=tuple(outcomes), notes=notes)
    )


def test_hostile_names_become_text() -> None:
    """No tag, attribute, escape sequence or bidi control gets through."""
    report = report_of(4, HOSTILE)
    bundle = report._repr_mimebundle_()
    assert Tags(bundle["text/html"]).found == {"div", "br", "b"}
    for text in (*bundle.values(), repr(report), str(report)):
        assert not _CONTROL.search(text), text
    assert "&lt;img" in bundle["text/html"]


def test_the_one_line_error_is_one_line() -> None:
    """Also when the cause carries line breaks and escape sequences."""
    error = ReplayIncompleteError(HOSTILE, report=None)
    (line,) = error._render_traceback_()
    assert not _CONTROL.search(line)
    assert "\n" not in line


def test_a_report_of_thousands_is_short() -> None:
    """What is shown is bounded; the values have everything."""
    report = report_of(5000, "x" * 4000)
    assert len(report.lines) == MAX_LINES
    assert len(report._repr_html_()) < 40_000
    assert len(report.failures) == len(report.kept) == 2500
    assert len(report.to_dict()["files"]) == 5000


class Screen:
    """Takes what is shown, as IPython's display does, on a clock of its own."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, dict[str, str]]] = []
        self.now = 0.0
        self.timers: list[tuple[float, Callable[[], None], Screen]] = []
        self.is_cancelled = False

    def display(self, obj: Any, *, raw: bool, display_id: bool) -> Screen:  # noqa: ANN401 - anything, as the original takes it
        """Show something for the first time."""
        assert raw
        assert display_id
        assert not self.shown, "one display, updated"
        self.update(obj, raw=raw)
        return self

    def update(self, obj: Any, *, raw: bool) -> None:  # noqa: ANN401 - anything, as the original takes it
        """Show something else."""
        assert raw
        self.shown.append((self.now, obj))

    def later(self, delay: float, callback: Callable[[], None]) -> Screen:
        """Remember a call."""
        timer = Screen()
        self.timers.append((self.now + delay, callback, timer))
        return timer

    def cancel(self) -> None:
        """Forget the call."""
        self.is_cancelled = True

    def pass_time(self, seconds: float) -> None:
        """Let the clock run, and make the calls that are due."""
        self.now += seconds
        due = [each for each in self.timers if each[0] <= self.now]
        for each in due:
            self.timers.remove(each)
            if not each[2].is_cancelled:
                each[1]()


@pytest.fixture
def screen() -> Screen:
    """An empty screen."""
    return Screen()


def plan_of(size: int) -> DownloadPlan:
    """Make a plan of one file."""
    file = PlannedFile(
        repo=RepoId("ada", "notes"),
        commit=ObjectId("1" * 40),
        file=LockedFile(path=RepoPath("a"), blob=ObjectId("2" * 40), size=size),
        target="a",
        action=Action.FETCH,
        state=LocalState.MISSING,
    )
    return DownloadPlan(
        destination=".", files=(file,), policy=ConflictPolicy.KEEP, free_bytes=size
    )


def test_the_display_changes_twice_a_second_at_most(screen: Screen) -> None:
    """A thousand events in ten seconds make about twenty updates, and the last word."""
    sink = DisplaySink(
        screen.display, plan_of(1000), lambda: screen.now, later=screen.later
    )
    for _ in range(1000):
        sink.emit(BytesReceived("a", 1))
        screen.pass_time(0.01)
    sink.conclude(["all there", "complete"])
    times = [moment for moment, _ in screen.shown[:-1]]
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) > 0.499
    assert 15 <= len(times) <= 21
    assert screen.shown[-1][1] == {
        "text/plain": "all there\ncomplete",
        "text/html": "<div>all there<br><b>complete</b></div>",
    }
    assert all(len(str(bundle)) < 300 for _, bundle in screen.shown)


def test_an_event_between_two_updates_is_still_seen(screen: Screen) -> None:
    """A wait of a minute is shown although nothing follows it for a minute."""
    sink = DisplaySink(
        screen.display, plan_of(1000), lambda: screen.now, later=screen.later
    )
    screen.pass_time(0.1)
    sink.emit(WaitingForLimit(60, "GitHub asks to slow down."))
    screen.pass_time(0.5)
    assert "waiting 60 s" in screen.shown[-1][1]["text/plain"]
    shown = len(screen.shown)
    sink.emit(
        FileFinished(
            FileOutcome(path="a", target="a", outcome=Outcome.FETCHED, size=1000)
        )
    )
    sink.close()
    screen.pass_time(10)
    assert len(screen.shown) == shown, "nothing is shown after the end"
