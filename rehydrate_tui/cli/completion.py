"""`--print-completion`: the script that completes the command line in a shell."""

from __future__ import annotations

import argparse

from rehydrate_tui.cli.arguments import ALIAS, PROGRAM, build_parser
from rehydrate_tui.cli.reference import FORMS
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode

SHELLS = ("bash", "zsh", "fish", "tcsh")

_FILES = {
    "--replay", "--status", "--update", "--save", "--output", "--into", "--manifest",
}  # fmt: skip
_FOLDERS = {"--dest"}
_WORDS = {"--print-completion": SHELLS, "--print-reference": FORMS}


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
    console.out.write(_with_alias(shtab.complete(parser, shell), shell) + "\n")
    return ExitCode.COMPLETE


def _with_alias(script: str, shell: str) -> str:
    """Let a script complete the program's short name too; shtab knows one name."""
    if shell == "fish":
        return f"{script}\ncomplete -c {ALIAS} -w {PROGRAM}"
    if shell == "zsh":
        for before in ("#compdef ", "-N "):
            script = script.replace(f"{before}{PROGRAM}", f"{before}{PROGRAM} {ALIAS}")
        return script
    _, begin, registration = script.rpartition("\ncomplete ")
    return script + begin + registration.replace(PROGRAM, ALIAS, 1)


def _set_kind(action: argparse.Action) -> None:
    """Tell shtab which options take files, folders or certain words."""
    import shtab

    if isinstance(action.metavar, tuple):
        action.metavar = action.metavar[0]
    options = set(action.option_strings)
    if options & _FILES:
        action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks
    elif options & _FOLDERS:
        action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # where shtab looks
    for option in options & set(_WORDS):
        action.choices = _WORDS[option]
