"""From the arguments to the call that they ask for."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable

from rehydrate_tui.cli.demo import Demo, demo_if
from rehydrate_tui.cli.options import Options
from rehydrate_tui.cli.replay import replay_manifest
from rehydrate_tui.errors import RehydrateError, UsageError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import OutputMode, output_mode
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.storage.settings import Settings


def run(arguments: Namespace) -> int:
    """Do what was asked for and return the exit status.

    What only some calls need is loaded when it is known that this is one of them.

    Raises:
        RehydrateError: it is refused, or could not be done.
    """
    mode = output_mode()
    if arguments.print_completion or arguments.print_reference:
        return _print(arguments, Console.for_mode(mode))
    with demo_if(os.environ, is_wanted=arguments.demo) as demo:
        environ = demo.environ if demo else os.environ
        options = Options(arguments, Settings.load(environ, host=arguments.host))
        options.check_combination()
        if _is_headless(options, mode, is_demo=demo is not None):
            return _run_headless(options, mode, demo)
        if mode is not OutputMode.TERMINAL and not arguments.tui:
            raise UsageError(
                "The interface needs a terminal that somebody can type into.",
                hint="Open a terminal, or use --replay, --status, --list or --pick.",
            )
        from rehydrate_tui.cli.interface import run_interface

        return run_interface(options, is_demo=demo is not None)


def _is_headless(options: Options, mode: OutputMode, *, is_demo: bool) -> bool:
    arguments = options.arguments
    return bool(options.mode or arguments.plain) or (
        is_demo and mode is not OutputMode.TERMINAL and not arguments.tui
    )


def _run_headless(options: Options, mode: OutputMode, demo: Demo | None) -> ExitCode:
    arguments = options.arguments
    console = Console.for_mode(
        mode,
        is_json=arguments.json,
        is_quiet=arguments.quiet,
        is_verbose=arguments.verbose,
        log=_log(options),
    )
    try:
        if arguments.replay:
            return replay_manifest(options, mode, console, is_demo=demo is not None)
        from rehydrate_tui.cli.session_calls import run_in_session

        return run_in_session(options, mode, console, demo)
    except RehydrateError as error:
        console.record(error)
        raise


def _log(options: Options) -> Callable[[str], None] | None:
    if not options.log:
        return None
    from rehydrate_tui.storage.log_file import LogFile

    return LogFile(options.log).line


def _print(arguments: Namespace, console: Console) -> ExitCode:
    if arguments.print_completion:
        from rehydrate_tui.cli.completion import print_completion

        return print_completion(arguments.print_completion, console)
    from rehydrate_tui.cli.reference import print_reference

    return print_reference(arguments.print_reference, console)
