"""From the arguments to the exit status.

`--help` and a mistyped option are answered before more is loaded than the parser.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from rehydrate_tui.cli.arguments import build_parser
from rehydrate_tui.errors import RehydrateError

# Thousands of values are made for one replay, and hardly any of them refers back to
# another: looking for circles among them every 700 costs a tenth of the time.
_MADE_BEFORE_COLLECTING = 50_000


def dispatch(argv: Sequence[str]) -> int:
    """Read the arguments, do what they ask for and return the exit status."""
    gc.set_threshold(_MADE_BEFORE_COLLECTING)
    is_json = False
    try:
        arguments = build_parser().parse_args(argv)
        is_json = arguments.json
        from rehydrate_tui.cli.calls import run

        return run(arguments)
    except RehydrateError as error:
        return _refuse(error, is_json=is_json)
    except KeyboardInterrupt:
        return _stop(is_json=is_json)
    except BrokenPipeError:
        # The reader of a pipe, such as head, has had enough; Python would complain
        # once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _refuse(error: RehydrateError, *, is_json: bool) -> int:
    from rehydrate_tui.headless.console import Console
    from rehydrate_tui.headless.environment import output_mode
    from rehydrate_tui.headless.exit_codes import exit_code_for

    Console.for_mode(output_mode(), is_json=is_json).complain(error)
    return exit_code_for(error)


def _stop(*, is_json: bool) -> int:
    from rehydrate_tui.headless.console import Console
    from rehydrate_tui.headless.environment import output_mode
    from rehydrate_tui.headless.exit_codes import ExitCode

    Console.for_mode(output_mode(), is_json=is_json).say("interrupted")
    return ExitCode.INTERRUPTED
