"""`--replay`: plan, check, fetch, report."""

from __future__ import annotations

from collections.abc import Callable

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import DownloadPlan, check_plan
from rehydrate_tui.domain.report import DownloadReport
from rehydrate_tui.engine.session import Session
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.options import RunOptions
from rehydrate_tui.headless.progress import make_sink
from rehydrate_tui.headless.signals import stopping_on_signals
from rehydrate_tui.headless.telling import tell_plan, tell_report
from rehydrate_tui.storage.disk import make_destination


async def replay(
    session: Session, manifest: Manifest, options: RunOptions, console: Console
) -> ExitCode:
    """Bring everything that `manifest` lists.

    Raises:
        RehydrateError: the run is refused before anything was touched.
    """
    pinned = await session.pin(manifest)
    if not manifest.is_pinned:
        console.say("The manifest is not pinned, so the API was asked for the rest.")
    return await carry_out(session, pinned, options, console, command="replay")


async def carry_out(
    session: Session,
    manifest: Manifest,
    options: RunOptions,
    console: Console,
    *,
    command: str,
    save: Callable[[], None] | None = None,
) -> ExitCode:
    """Plan a pinned manifest, then fetch it or, with `--dry-run`, only tell.

    `save` is called when nothing refuses the run, before the first file arrives.

    Raises:
        RehydrateError: the run is refused before anything was touched.
    """
    plan = await session.plan(manifest, options.destination, options.policy)
    if options.is_dry_run:
        return tell_plan(plan, options, console, command)
    check_plan(plan, options.limits)
    return await fetch(session, plan, options, console, command=command, save=save)


async def fetch(
    session: Session,
    plan: DownloadPlan,
    options: RunOptions,
    console: Console,
    *,
    command: str,
    save: Callable[[], None] | None = None,
) -> ExitCode:
    """Carry out a plan that has passed `check_plan`; see `carry_out`."""
    if plan.writing:
        make_destination(options.destination)
    if save is not None:
        save()
    _warn(plan, options, console)
    report, signalled = await _fetch(session, plan, options, console)
    told = tell_report(report, options, console, command)
    return signalled or told


def _warn(plan: DownloadPlan, options: RunOptions, console: Console) -> None:
    """Name the large files before they are fetched."""
    for planned in plan.writing:
        word = options.limits.size_word(planned.file.content_size)
        if word:
            size = format_size(planned.file.content_size)
            console.say(f"{word}: {planned.target} ({size})")


async def _fetch(
    session: Session, plan: DownloadPlan, options: RunOptions, console: Console
) -> tuple[DownloadReport, ExitCode | None]:
    sink = make_sink(options.progress, console, plan)
    run = session.start(plan, sink, options.limits)
    try:
        with stopping_on_signals(run.cancel) as received:
            report = await run.wait()
    finally:
        sink.close()
    return report, received.exit_code if report.was_cancelled else None
