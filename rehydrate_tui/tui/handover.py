"""What is left behind: the summary, and the lines to paste next time. Knows no widget."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.domain.text import strip_controls

_PACKAGE = "rehydrate-tui"
_MAX_FAILURES = 10


def paste_lines(
    command: str, manifest: Path, destination: Path, folder: Path
) -> tuple[str, str]:
    """Return the two lines for the first cell of the notebook.

    Args:
        command: how the program is called.
        manifest: the saved manifest.
        destination: where the files go.
        folder: where the notebook runs.
    """
    package = f'"{_PACKAGE}[demo]"' if "--demo" in command else _PACKAGE
    words = [command, "--replay", _shown_path(manifest, folder)]
    if destination.absolute() != folder.absolute():
        words += ["--dest", _shown_path(destination, folder)]
    return f"!pip install -q {package}", f"!{' '.join(words)}"


def _shown_path(path: Path, folder: Path) -> str:
    absolute = path.absolute()
    try:
        text = str(absolute.relative_to(folder.absolute()))
    except ValueError:
        text = str(absolute)
    # IPython fills in {names} and $names before the shell sees the line.
    for character in "{}$":
        text = text.replace(character, 2 * character)
    return shlex.quote(strip_controls(text))


def headline(report: DownloadReport) -> str:
    """Say in one sentence whether everything is in place."""
    missing = report.count(Outcome.FAILED) + report.count(Outcome.CANCELLED)
    everything = len(report.outcomes)
    if report.was_cancelled:
        return f"Stopped: {missing:,} of {_files(everything)} are not here."
    if missing:
        return f"{missing:,} of {_files(everything)} could not be brought."
    kept = report.count(Outcome.KEPT)
    if kept:
        return f"Everything is in place; {_files(kept)} edited here stayed as they are."
    size = sum(outcome.size for outcome in report.outcomes)
    return f"{_files(everything)}, {format_size(size)}, in place and verified."


def counts(report: DownloadReport) -> str:
    """Say how many files ended in which way."""
    words = {
        Outcome.FETCHED: "fetched and verified",
        Outcome.PRESENT: "already here",
        Outcome.KEPT: "edited here and kept",
        Outcome.FAILED: "failed",
        Outcome.CANCELLED: "not brought",
    }
    return " · ".join(
        f"{report.count(outcome):,} {word}"
        for outcome, word in words.items()
        if report.count(outcome)
    )


def failures(report: DownloadReport) -> list[FileOutcome]:
    """Return the files that could not be brought."""
    return list(report.having(Outcome.FAILED))


def farewell(
    report: DownloadReport | None, saved: Path | None, lines: tuple[str, ...]
) -> str:
    """Return what stands on the plain terminal after the app."""
    return "\n".join(_farewell(report, saved, lines))


def _farewell(
    report: DownloadReport | None, saved: Path | None, lines: tuple[str, ...]
) -> Iterator[str]:
    if report is not None:
        yield headline(report)
        folder = strip_controls(str(Path(report.destination).absolute()))
        yield f"{counts(report)}; in {folder}"
        failed = failures(report)
        for outcome in failed[:_MAX_FAILURES]:
            yield f"  failed: {strip_controls(outcome.target)}: {_cause(outcome)}"
        if len(failed) > _MAX_FAILURES:
            yield f"  and {len(failed) - _MAX_FAILURES:,} more"
        if not report.is_complete:
            yield "Run it again to go on from there: what is whole is not fetched again."
    if saved is not None:
        yield f"The manifest is {strip_controls(str(saved))}."
        yield "Next time, in the first cell of the notebook:"
        yield from (f"  {line}" for line in lines)
    elif report is not None:
        yield "The selection was not saved in a manifest."


def _cause(outcome: FileOutcome) -> str:
    return strip_controls(str(outcome.error)) if outcome.error else "unknown"


def _files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"
