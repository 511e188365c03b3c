"""What a run's report says of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehydrate_tui.domain.progress import FileStarted, NullSink
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome


def report(*outcomes: Outcome) -> DownloadReport:
    """Return a report of files that ended so."""
    files = tuple(
        FileOutcome(path=f"{n}", target=f"{n}", outcome=outcome, size=10**n)
        for n, outcome in enumerate(outcomes)
    )
    return DownloadReport(destination="d", outcomes=files)


@pytest.mark.parametrize(
    ("outcome", "is_complete", "was_cancelled"),
    [
        (Outcome.FETCHED, True, False),
        (Outcome.PRESENT, True, False),
        (Outcome.KEPT, True, False),
        (Outcome.CANCELLED, False, True),
        (Outcome.FAILED, False, False),
    ],
)
def test_complete_means_that_nothing_is_missing(
    outcome: Outcome,
    is_complete: bool,  # noqa: FBT001 - a table of values
    was_cancelled: bool,  # noqa: FBT001 - a table of values
) -> None:
    """A kept edit is in place; what failed or was stopped is not."""
    made = report(Outcome.FETCHED, outcome)
    assert made.is_complete is is_complete
    assert made.was_cancelled is was_cancelled


def test_an_empty_report_is_complete() -> None:
    """Nothing to do is done."""
    assert report().is_complete
    assert not report().was_cancelled


def test_files_are_counted_by_how_they_ended() -> None:
    """Counts, sizes and names by outcome."""
    made = report(Outcome.FETCHED, Outcome.FAILED, Outcome.FETCHED)
    assert made.count(Outcome.FETCHED) == 2
    assert made.size(Outcome.FETCHED) == 101
    assert [each.path for each in made.having(Outcome.FAILED)] == ["1"]
    assert made.count(Outcome.KEPT) == made.size(Outcome.KEPT) == 0


def test_a_null_sink_takes_everything() -> None:
    """Who does not watch gives this."""
    NullSink().emit(FileStarted("a", 1))


def test_a_second_try_tells_of_both() -> None:
    """What the first one fetched stays fetched, what it kept stays kept; sums add up."""
    first = replace(
        report(Outcome.FETCHED, Outcome.FAILED, Outcome.KEPT, Outcome.PRESENT),
        bytes_received=5,
        seconds=1.0,
        notes=("one", "both"),
    )
    later = replace(
        report(Outcome.PRESENT, Outcome.FETCHED, Outcome.KEPT, Outcome.PRESENT),
        bytes_received=7,
        seconds=2.0,
        notes=("both", "two"),
    )
    whole = first.followed_by(later)
    assert [each.outcome for each in whole.outcomes] == [
        Outcome.FETCHED,
        Outcome.FETCHED,
        Outcome.KEPT,
        Outcome.PRESENT,
    ]
    assert (whole.bytes_received, whole.seconds) == (12, 3.0)
    assert whole.notes == ("one", "both", "two")
