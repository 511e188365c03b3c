"""Starts the terminal interface; the only module outside of `tui` that imports it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rehydrate_tui.cli.addresses import read_address
from rehydrate_tui.cli.demo import SAMPLE
from rehydrate_tui.cli.options import Options
from rehydrate_tui.cli.sessions import connecting
from rehydrate_tui.storage.credentials import find_token
from rehydrate_tui.storage.log_file import LogFile
from rehydrate_tui.storage.measured import load_rate, remember_rate
from rehydrate_tui.storage.recent import load_recent, remember_recent
from rehydrate_tui.tui.launch import Launch
from rehydrate_tui.tui.terminal import check_terminal, is_ascii_wanted, prepare_terminal
from rehydrate_tui.wiring import no_token, open_session


def run_interface(options: Options, *, is_demo: bool) -> int:
    """Run the app until the person leaves; return the exit status.

    The last words of the app are printed on the plain terminal afterwards, where they
    can still be selected.

    Raises:
        UsageError: the terminal cannot be drawn on.
    """
    check_terminal(os.environ)
    prepare_terminal()
    # Textual looks at the environment when it is imported.
    from rehydrate_tui.tui.app import RehydrateApp

    app = RehydrateApp(
        open_session(
            options.settings,
            jobs=options.jobs,
            connecting=replace(connecting(options), log=_log(options)),
            token_of=no_token if is_demo else find_token,
        ),
        _launch(options, is_demo=is_demo),
    )
    status = app.run()
    if app.farewell:
        print(app.farewell)  # noqa: T201 - the screen is gone, this is the terminal
    return status or 0


def _log(options: Options) -> Callable[[str], None] | None:
    return LogFile(options.log).line if options.log else None


def _launch(options: Options, *, is_demo: bool) -> Launch:
    arguments, settings = options.arguments, options.settings
    state = settings.folders.state
    recent = [] if is_demo else load_recent(state)

    def save_recent(address: str) -> None:
        if not is_demo:
            remember_recent(state, address, recent)

    def save_rate(rate: float) -> None:
        if not is_demo:
            remember_rate(state, rate)

    repo = arguments.repo or (SAMPLE if is_demo else None)
    return Launch(
        address=read_address(options, repo) if repo else None,
        destination=options.destination,
        manifest_path=Path(arguments.manifest) if arguments.manifest else None,
        limits=options.limits,
        policy=options.policy,
        host=settings.host,
        command="rehydrate-tui --demo" if is_demo else "rehydrate-tui",
        is_ascii=is_ascii_wanted(settings.environ, sys.stdout.encoding or ""),
        recent=recent,
        suggestions=(SAMPLE,) if is_demo else (),
        save_recent=save_recent,
        # The embedded server is as fast as this machine: no measure for a network.
        rate=None if is_demo else load_rate(state),
        save_rate=save_rate,
        settings=settings,
    )
