"""The calls that need a session and are no replay."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rehydrate_tui.cli.addresses import read_address
from rehydrate_tui.cli.demo import SAMPLE, Demo
from rehydrate_tui.cli.export import export_call
from rehydrate_tui.cli.manifests import status_call, update_call
from rehydrate_tui.cli.options import Options
from rehydrate_tui.cli.sessions import Call, in_session
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.browse import list_files, pick_files
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import OutputMode
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.plain import DEFAULT_NAME, PlainOptions, pick_plainly
from rehydrate_tui.headless.round_trip import round_trip


def run_in_session(
    options: Options, mode: OutputMode, console: Console, demo: Demo | None
) -> ExitCode:
    """Do what was asked for, if it is not a replay.

    Raises:
        RehydrateError: it is refused, or could not be done.
    """
    call = _call(options, mode, console, demo)
    return in_session(options, call, console, is_demo=demo is not None)


def _call(
    options: Options, mode: OutputMode, console: Console, demo: Demo | None
) -> Call:
    arguments = options.arguments
    for name, make in (
        (arguments.status, status_call),
        (arguments.update, update_call),
    ):
        if name:
            return make(name, options, mode, console)
    if arguments.export:
        return export_call(arguments.export, options, mode, console)
    if arguments.plain:
        return _plain_call(options, mode, console, is_demo=demo is not None)
    if arguments.list:
        return _list_call(options, console)
    if arguments.pick or demo is None:
        return _pick_call(options, mode, console)
    return partial(
        round_trip,
        address=read_address(options, SAMPLE),
        console=console,
        count_api_requests=demo.count_api_requests,
    )


def _plain_call(
    options: Options, mode: OutputMode, console: Console, *, is_demo: bool
) -> Call:
    if mode is OutputMode.CELL_TERMINAL:
        raise UsageError(
            "Nobody can type into the output of a cell.",
            hint="Open a terminal, or use --list and --pick.",
        )
    repo = options.arguments.repo or (SAMPLE if is_demo else "")
    manifest = options.arguments.manifest
    return lambda session: pick_plainly(
        session,
        repo,
        PlainOptions(
            run=options.run_options(mode),
            address=partial(read_address, options),
            manifest_path=Path(manifest or DEFAULT_NAME),
        ),
        console,
    )


def _list_call(options: Options, console: Console) -> Call:
    repo, *patterns = options.arguments.list
    address, is_json = read_address(options, repo), options.arguments.json
    return lambda session: list_files(
        session, address, patterns, console, is_json=is_json
    )


def _pick_call(options: Options, mode: OutputMode, console: Console) -> Call:
    repo, *patterns = options.arguments.pick
    address, run = read_address(options, repo), options.run_options(mode)
    save = Path(options.arguments.save) if options.arguments.save else None
    return lambda session: pick_files(
        session, address, patterns, run, console, save=save
    )
