"""`--status`: what is here, what is missing, what was edited, what moved on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.status import FileState, FileStatus, StatusReport, Upstream
from rehydrate_tui.engine.session import Session
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode

_UPSTREAM_WORDS = {
    Upstream.CHANGED: "changed upstream",
    Upstream.GONE: "gone upstream",
}
_WIDTH = max(len(state.value) for state in FileState)


async def show_status(
    session: Session,
    manifest: Manifest,
    destination: Path,
    console: Console,
    *,
    remote: bool,
    is_json: bool,
) -> ExitCode:
    """Print the state of every file that is not simply in place.

    Raises:
        RehydrateError: the manifest is not pinned and cannot be, or, with `remote`,
            a repository cannot be asked.
    """
    pinned = await session.pin(manifest)
    if not manifest.is_pinned:
        console.say("The manifest is not pinned, so the API was asked for the rest.")
    report = await session.status(pinned, destination, remote=remote)
    if is_json:
        console.document("status", status_document(report))
    else:
        for line in status_lines(report, every=console.is_verbose):
            console.result(line)
        for note in report.notes:
            console.say(note)
        console.say(summary_line(report))
    return ExitCode.COMPLETE if report.is_clean else ExitCode.INCOMPLETE


def status_lines(report: StatusReport, *, every: bool) -> Iterator[str]:
    """Yield a line for each file that needs attention, or for every file."""
    for file in report.files:
        if every or file.state is not FileState.PRESENT:
            yield f"{file.state.value:<{_WIDTH}}  {file.target}{_remark(file)}"


def _remark(file: FileStatus) -> str:
    upstream = _UPSTREAM_WORDS.get(file.upstream, "") if file.upstream else ""
    text = ", ".join(remark for remark in (file.note, upstream) if remark)
    return f" ({text})" if text else ""


def summary_line(report: StatusReport) -> str:
    """Return the counts in one line."""
    counts = ", ".join(
        f"{count:,} {state.value}"
        for state in FileState
        if (count := report.count(state))
    )
    return f"{counts or 'no files'} in {report.destination}"


def status_document(report: StatusReport) -> dict[str, Any]:
    """Return the JSON form of a report."""
    return {
        "complete": report.is_clean,
        "destination": report.destination,
        "totals": {state.value: report.count(state) for state in FileState},
        "notes": list(report.notes),
        "files": [
            {
                "path": file.path,
                "target": file.target,
                "state": file.state.value,
                "upstream": None if file.upstream is None else file.upstream.value,
                "size": file.size,
                "note": file.note or None,
            }
            for file in report.files
        ],
    }
