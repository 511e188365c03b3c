"""From the arguments to the exit status."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from rehydrate_tui.cli.arguments import build_parser
from rehydrate_tui.cli.completion import print_completion
from rehydrate_tui.cli.demo import SAMPLE, Demo, running_demo
from rehydrate_tui.cli.export import export_call
from rehydrate_tui.cli.manifests import replay_call, status_call, update_call
from rehydrate_tui.cli.options import Options
from rehydrate_tui.cli.reference import print_reference
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import RehydrateError, UsageError
from rehydrate_tui.headless.browse import list_files, pick_files
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import OutputMode, detect_output_mode
from rehydrate_tui.headless.exit_codes import ExitCode, exit_code_for
from rehydrate_tui.headless.progress import WaitSink
from rehydrate_tui.headless.round_trip import round_trip
from rehydrate_tui.storage.credentials import find_token
from rehydrate_tui.storage.log_file import LogFile
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import no_token, open_session

Call = Callable[[Session], Awaitable[ExitCode]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    mode = detect_output_mode(os.environ, is_terminal=_is_terminal())
    console = Console.for_mode(mode)
    try:
        arguments = build_parser().parse_args(argv)
        console = Console.for_mode(mode, is_json=arguments.json)
        if arguments.print_completion:
            return print_completion(arguments.print_completion, console)
        if arguments.print_reference:
            return print_reference(arguments.print_reference, console)
        return _run(arguments, mode, os.environ)
    except RehydrateError as error:
        console.complain(error)
        return exit_code_for(error)
    except KeyboardInterrupt:
        console.say("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe, such as head, has had enough; Python would complain
        # once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.COMPLETE


def _is_terminal() -> bool:
    """Tell whether somebody can type and read; closed streams are None in Python."""
    # textual-serve draws in a browser, through pipes.
    if os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver"):
        return True
    # The interface reads from stdin and draws on stderr, as Textual does.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def _run(arguments: Namespace, mode: OutputMode, environ: Mapping[str, str]) -> int:
    with running_demo(environ) if arguments.demo else nullcontext() as demo:
        settings = Settings.load(demo.environ if demo else environ, host=arguments.host)
        options = Options(arguments, settings)
        options.check_combination()
        call = _headless_call(options, mode, demo)
        if call is not None:
            return asyncio.run(call())
        if mode is not OutputMode.TERMINAL and not arguments.tui:
            raise UsageError(
                "The interface needs a terminal that somebody can type into.",
                hint="Open a terminal, or use --replay, --status, --list or --pick.",
            )
        from rehydrate_tui.cli.interface import run_interface

        return run_interface(options, is_demo=demo is not None)


def _headless_call(
    options: Options, mode: OutputMode, demo: Demo | None
) -> Callable[[], Coroutine[None, None, ExitCode]] | None:
    """Return what to do without the interface; None if that was not asked for."""
    arguments = options.arguments
    console = Console.for_mode(
        mode,
        is_json=arguments.json,
        is_quiet=arguments.quiet,
        is_verbose=arguments.verbose,
        log=LogFile(options.log).line if options.log else None,
    )
    call = _manifest_call(options, mode, console)
    if call is None and arguments.list:
        call = _list_call(options, console)
    if call is None and arguments.pick:
        call = _pick_call(options, mode, console)
    if call is None and demo and mode is not OutputMode.TERMINAL and not arguments.tui:
        address, count = options.address(SAMPLE), demo.count_api_requests
        call = partial(
            round_trip, address=address, console=console, count_api_requests=count
        )
    if call is None:
        return None
    return partial(_with_session, options, call, console, is_demo=demo is not None)


async def _with_session(
    options: Options, call: Call, console: Console, *, is_demo: bool
) -> ExitCode:
    session = open_session(
        options.settings,
        jobs=options.jobs,
        connecting=replace(
            options.connecting, log=console.detail, watch=WaitSink(console)
        ),
        token_of=no_token if is_demo else find_token,
    )
    try:
        return await call(session)
    except RehydrateError as error:
        console.record(error)
        raise
    finally:
        await session.aclose()


def _manifest_call(options: Options, mode: OutputMode, console: Console) -> Call | None:
    """Return the call of a mode that takes a manifest, if there is one."""
    arguments = options.arguments
    for name, make in (
        (arguments.replay, replay_call),
        (arguments.status, status_call),
        (arguments.update, update_call),
    ):
        if name:
            return make(name, options, mode, console)
    if arguments.export:
        return export_call(arguments.export, options, mode, console)
    return None


def _list_call(options: Options, console: Console) -> Call:
    repo, *patterns = options.arguments.list
    address, is_json = options.address(repo), options.arguments.json
    return lambda session: list_files(
        session, address, patterns, console, is_json=is_json
    )


def _pick_call(options: Options, mode: OutputMode, console: Console) -> Call:
    repo, *patterns = options.arguments.pick
    address, run = options.address(repo), options.run_options(mode)
    save = Path(options.arguments.save) if options.arguments.save else None
    return lambda session: pick_files(
        session, address, patterns, run, console, save=save
    )
