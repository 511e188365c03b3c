"""`--replay`: planned at once; a session begins only if there is something to fetch."""

from __future__ import annotations

from rehydrate_tui.cli.options import Options
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import check_plan
from rehydrate_tui.engine.planner import make_plan
from rehydrate_tui.engine.settling import settle
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import OutputMode
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.local_manifests import is_address, read_local
from rehydrate_tui.headless.options import RunOptions
from rehydrate_tui.headless.telling import tell_plan, tell_report
from rehydrate_tui.storage.receipts import ReceiptIndex


def replay_manifest(
    options: Options, mode: OutputMode, console: Console, *, is_demo: bool
) -> ExitCode:
    """Bring everything that a manifest lists.

    Raises:
        RehydrateError: the run is refused before anything was touched.
    """
    name, run = options.arguments.replay, options.run_options(mode)
    manifest = None if is_address(name) else read_local(name)
    # A session would look at these as well; a wrong value is told in any case.
    _ = options.jobs, options.wait, options.cache, options.is_offline
    if manifest is not None and manifest.is_pinned:
        return _replay_pinned(manifest, options, run, console, is_demo=is_demo)
    from rehydrate_tui.cli.sessions import in_session
    from rehydrate_tui.engine.session import Session
    from rehydrate_tui.headless.manifests import read_remote
    from rehydrate_tui.headless.replay import replay

    async def call(session: Session) -> ExitCode:
        host = options.settings.host
        wanted = manifest or await read_remote(session, name, host=host)
        return await replay(session, wanted, run, console)

    return in_session(options, call, console, is_demo=is_demo)


def _replay_pinned(
    manifest: Manifest,
    options: Options,
    run: RunOptions,
    console: Console,
    *,
    is_demo: bool,
) -> ExitCode:
    index = ReceiptIndex(options.settings.folders.state)
    try:
        plan = make_plan(manifest, run.destination, run.policy, index)
        if run.is_dry_run:
            return tell_plan(plan, run, console, "replay")
        check_plan(plan, run.limits)
        if not plan.writing:
            return tell_report(settle(plan, index), run, console, "replay")
        from rehydrate_tui.cli.sessions import in_session
        from rehydrate_tui.headless.replay import fetch

        return in_session(
            options,
            lambda session: fetch(session, plan, run, console, command="replay"),
            console,
            is_demo=is_demo,
            index=index,
        )
    finally:
        index.close()
