"""What is left behind on the plain terminal, and the lines to paste."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.errors import NotFoundError
from rehydrate_tui.tui.handover import counts, farewell, headline, paste_lines

HOME = Path("/home/ada")


def report(*outcomes: Outcome) -> DownloadReport:
    """Return a report of files that ended so."""
    return DownloadReport(
        destination="/home/ada",
        outcomes=tuple(
            FileOutcome(
                path=f"{number}",
                target=f"{number}\x1b",
                outcome=outcome,
                size=1000,
                error=NotFoundError("Not found.")
                if outcome is Outcome.FAILED
                else None,
            )
            for number, outcome in enumerate(outcomes)
        ),
    )


@pytest.mark.parametrize(
    ("manifest", "destination", "line"),
    [
        ("/home/ada/manifest.toml", "/home/ada", "manifest.toml"),
        ("/home/ada/a b.toml", "/home/ada", "'a b.toml'"),
        ("/home/ada/{x}$y.toml", "/home/ada", "'{{x}}$$y.toml'"),
        ("/data/m.toml", "/home/ada", "/data/m.toml"),
        ("/home/ada/d/m.toml", "/home/ada/d", "d/m.toml --dest d"),
    ],
)
def test_the_line_works_where_the_notebook_runs(
    manifest: str, destination: str, line: str
) -> None:
    """Paths are relative to the notebook, quoted for its shell and for IPython."""
    install, replay = paste_lines(
        "rehydrate-tui", Path(manifest), Path(destination), HOME
    )
    assert install == "!pip install -q rehydrate-tui"
    assert replay == f"!rehydrate-tui --replay {line}"


def test_the_demo_says_so() -> None:
    """The demonstration replays from its own server, which is an extra."""
    lines = paste_lines("rehydrate-tui --demo", HOME / "m.toml", HOME, HOME)
    assert lines == (
        '!pip install -q "rehydrate-tui[demo]"',
        "!rehydrate-tui --demo --replay m.toml",
    )


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ([Outcome.FETCHED, Outcome.PRESENT], "2 files, 2.0 kB, in place and verified."),
        (
            [Outcome.FETCHED, Outcome.KEPT],
            "Everything is in place; 1 file edited here stayed as they are.",
        ),
        (
            [Outcome.FETCHED, Outcome.FAILED],
            "1 of 2 files could not be brought.",
        ),
        (
            [Outcome.FAILED, Outcome.CANCELLED, Outcome.FETCHED],
            "Stopped: 2 of 3 files are not here.",
        ),
    ],
)
def test_one_sentence_says_how_it_went(outcomes: list[Outcome], sentence: str) -> None:
    """Only a run that brought everything is called complete."""
    assert headline(report(*outcomes)) == sentence


def test_counts_name_only_what_occurred() -> None:
    """Kinds of outcome that did not happen are not mentioned."""
    assert counts(report(Outcome.FETCHED, Outcome.FETCHED, Outcome.KEPT)) == (
        "2 fetched and verified · 1 edited here and kept"
    )


def test_a_farewell_without_a_run_or_a_manifest_is_empty() -> None:
    """Who only looked is told nothing."""
    assert farewell(None, None, ("a", "b")) == ""


def test_a_farewell_names_failures_without_escape_codes() -> None:
    """Ten failures are named, the rest is counted; what comes next is said."""
    text = farewell(report(*[Outcome.FAILED] * 12), None, ())
    assert text.count("failed: ") == 10
    assert "and 2 more" in text
    assert "\x1b" not in text
    assert "was not saved in a manifest" in text
