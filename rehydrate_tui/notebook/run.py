"""One replay for a Python caller: plan, check, fetch, show, report."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import ConflictPolicy, DownloadPlan, check_plan
from rehydrate_tui.domain.progress import ProgressSink
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import ReplayIncompleteError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import (
    OutputMode,
    ProgressStyle,
    detect_output_mode,
    progress_style,
)
from rehydrate_tui.headless.progress import HeadlessSink, WaitSink, make_sink
from rehydrate_tui.notebook.display import DisplaySink
from rehydrate_tui.notebook.kernel import is_kernel, kernel_display
from rehydrate_tui.notebook.reports import ReplayReport
from rehydrate_tui.storage.disk import make_destination

_NOT_PINNED = "The manifest is not pinned, so the API was asked for the rest."
_AGAIN = "run it again to go on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a caller asked for."""

    destination: Path
    policy: ConflictPolicy
    limits: SizePolicy
    is_dry_run: bool
    progress: str
    """A style of `--progress`; "auto" looks at where this process runs."""


class View(Protocol):
    """Shows a run while it lasts, then its last words."""

    @property
    def sink(self) -> ProgressSink:
        """What takes the events."""
        ...

    def conclude(self, lines: Sequence[str]) -> None:
        """Show the last words; nothing comes after them."""
        ...

    def close(self) -> None:
        """Leave the output tidy, whatever happened."""
        ...


class ConsoleView:
    """Writes to this process's streams, as the command line does."""

    def __init__(self, sink: HeadlessSink, console: Console) -> None:
        self.sink = sink
        self._console = console
        self._is_open = True

    def conclude(self, lines: Sequence[str]) -> None:
        """Print the last words."""
        self.close()
        for line in lines:
            self._console.say(line)

    def close(self) -> None:
        """End an unfinished line."""
        if self._is_open:
            self._is_open = False
            self.sink.close()


async def bring(session: Session, manifest: Manifest, call: Call) -> ReplayReport:
    """Bring everything that `manifest` lists and return the report.

    Raises:
        ReplayIncompleteError: something is missing.
        RehydrateError: the run is refused before anything was touched.
    """
    pinned = await session.pin(manifest)
    if not manifest.is_pinned:
        pinned = replace(pinned, warnings=(*pinned.warnings, _NOT_PINNED))
    plan = await session.plan(pinned, call.destination, call.policy)
    check_plan(plan, call.limits)
    if call.is_dry_run:
        return ReplayReport.of_plan(plan, call.limits)
    if plan.writing:
        make_destination(call.destination)
    view = _make_view(call.progress, plan)
    try:
        report = await _fetch(session, plan, view, call)
    finally:
        view.close()
    if not report.is_complete:
        raise _incomplete(report)
    return report


async def _fetch(
    session: Session, plan: DownloadPlan, view: View, call: Call
) -> ReplayReport:
    run = session.start(plan, view.sink, call.limits)
    try:
        report = ReplayReport.of_report(await run.wait())
    except asyncio.CancelledError:
        where = plan.destination
        view.conclude([f"INTERRUPTED in {where}: what is whole stays; {_AGAIN}"])
        raise
    view.conclude(report.lines)
    if isinstance(view, DisplaySink):
        report.mark_shown()
    return report


def wait_sink(progress: str) -> ProgressSink:
    """Return what tells about waits for the API before a run."""
    _, console = _console(progress)
    return WaitSink(console)


def _make_view(progress: str, plan: DownloadPlan) -> View:
    """Decide once how a run is shown."""
    if is_kernel() and progress == "auto":
        return DisplaySink(kernel_display(), plan)
    style, console = _console(progress)
    return ConsoleView(make_sink(style, console, plan), console)


def _console(progress: str) -> tuple[ProgressStyle, Console]:
    in_kernel = is_kernel()
    is_terminal = bool(sys.stderr) and sys.stderr.isatty()
    mode = detect_output_mode(os.environ, is_terminal=is_terminal and not in_kernel)
    if in_kernel:
        mode = OutputMode.CELL_PIPE
    style = progress_style(mode, progress)
    return style, Console.for_mode(mode, is_quiet=style is ProgressStyle.NONE)


def _incomplete(report: ReplayReport) -> ReplayIncompleteError:
    missing = report.failures
    folder = strip_controls(report.destination)
    count = f"{len(missing):,} of {len(report.files):,} files"
    cause = next((file.error for file in missing if file.error), None)
    return ReplayIncompleteError(
        f"{count} could not be brought to {folder}."
        + (f" {strip_controls(cause)}" if cause else ""),
        report=report,
        hint=f"The report of this error names them all; {_AGAIN}.",
    )
