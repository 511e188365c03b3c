"""`--print-completion`: the script that completes the command line in a shell."""

from __future__ import annotations

import argparse

from rehydrate_tui.cli.arguments import build_parser
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode

SHELLS = ("bash", "zsh", "fish", "tcsh")

_FILES = {"--replay", "--status", "--update", "--save", "--output", "--manifest"}
_FOLDERS = {"--dest"}


def print_completion(shell: str, console: Console) -> ExitCode:
    """Print the script of one shell.

    It is made by shtab from the parser itself, so it cannot fall behind, and it is
    static: a TAB starts no Python.

    Raises:
        UsageError: a shell that is not known.
    """
    if shell not in SHELLS:
        raise UsageError(
            f"There is no completion for “{shell}”.",
            hint=f"Choose one of {', '.join(SHELLS)}.",
        )
    import shtab

    parser = build_parser()
    for action in parser._actions:  # noqa: SLF001 - argparse has no other list
        _set_kind(action)
    console.out.write(shtab.complete(parser, shell) + "\n")
    return ExitCode.COMPLETE


def _set_kind(action: argparse.Action) -> None:
    """Tell shtab which options take files or folders."""
    import shtab

    if isinstance(action.metavar, tuple):
        action.metavar = action.metavar[0]
    options = set(action.option_strings)
    if options & _FILES:
        action.complete = shtab.FILE  # type: ignore[attr-defined]
    elif options & _FOLDERS:
        action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
