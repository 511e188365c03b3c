"""`%rehydrate manifest.toml [options]`, and `%%rehydrate` with the manifest as body."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from rehydrate_tui.errors import UsageError
from rehydrate_tui.notebook.arguments import STYLES
from rehydrate_tui.storage.manifest_file import parse_manifest

NAME = "rehydrate"

_CONFLICTS = ("keep", "overwrite", "backup", "fail")
_MANIFESTS = ".toml"
_FOLDER_OPTIONS = {"--dest", "--cache"}


Replay = Callable[..., object]
"""`rehydrate_tui.replay`: the magic is only another way to call it."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}.", hint=f"See %{NAME}?")


def _parser() -> _Parser:
    parser = _Parser(prog=f"%{NAME}", add_help=False, allow_abbrev=False)
    parser.add_argument("manifest", nargs="?")
    parser.add_argument("--dest", default=".")
    parser.add_argument("--on-conflict", choices=_CONFLICTS, default="keep")
    parser.add_argument("--max-size")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--cache")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--progress", choices=STYLES, default="auto")
    return parser


def register(shell: Any, replay: Replay) -> None:  # noqa: ANN401 - IPython's shell
    """Add the magic and its completion to a shell."""

    def rehydrate(line: str, cell: str | None = None) -> object:
        """Bring back what a manifest lists, verified byte for byte.

        %rehydrate manifest.toml [options]
            the manifest is a file, or an address such as owner/repo@main:manifest.toml

        %%rehydrate [options]
            the cell's body is the manifest: nothing but the notebook has to survive

        --dest DIR          where files go (default: here)
        --on-conflict WHAT  keep (default), overwrite, backup or fail
        --max-size SIZE     refuse to fetch more than SIZE, such as 250MB
        --dry-run           decide about every file, touch nothing
        --jobs N            transfers at once, at most (default: as many as help)
        --cache DIR         look for contents in DIR first, and keep them there
        --offline           ask nobody: only what is on disk and in the cache
        --progress STYLE    auto (default), bar, line, log or none

        Returns the report. Raises ReplayIncompleteError if anything is missing.
        """
        options = vars(_parser().parse_args(_words(line)))
        manifest, dest = options.pop("manifest"), options.pop("dest")
        return replay(_manifest(manifest, cell), dest, **options)

    def complete(_: object, event: Any) -> list[str]:  # noqa: ANN401 - IPython's event
        return list(completions(event.text_until_cursor, event.symbol))

    shell.register_magic_function(rehydrate, magic_kind="line_cell", magic_name=NAME)
    for key in (f"%{NAME}", f"%%{NAME}"):
        shell.set_hook("complete_command", complete, str_key=key)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, posix=os.name != "nt")
    except ValueError as error:
        raise UsageError(f"{error}.", hint="Close the quotation mark.") from None


def _manifest(name: str | None, cell: str | None) -> object:
    if cell is None:
        if name is None:
            raise UsageError(
                "No manifest was named.",
                hint=f"Such as %{NAME} manifest.toml, or %%{NAME} with its text.",
            )
        return name
    if name is not None:
        raise UsageError(
            f"%%{NAME} takes the manifest from the cell, not from a file.",
            hint=f"Use %{NAME} with one percent sign for a file.",
        )
    return parse_manifest(cell.encode("utf-8", "surrogatepass"), "this cell")


def completions(text: str, symbol: str) -> Iterator[str]:
    """Yield what can stand in place of `symbol`, the unfinished word of the line.

    `text` is the line up to the cursor.
    """
    command, *words = text[: len(text) - len(symbol)].split()
    previous = words[-1] if words else ""
    actions = {
        option: action
        for action in _parser()._actions  # noqa: SLF001 - argparse has no other list
        for option in action.option_strings
    }
    action = actions.get(previous)
    if action is not None and action.nargs != 0:
        if previous in _FOLDER_OPTIONS:
            yield from _paths(symbol, suffix=None)
        else:
            yield from map(str, action.choices or ())
        return
    if not symbol or symbol.startswith("-"):
        yield from (option for option in actions if option not in words)
    if not command.startswith("%%") and not symbol.startswith("-"):
        yield from _paths(symbol, suffix=_MANIFESTS)


def _paths(symbol: str, *, suffix: str | None) -> Iterator[str]:
    """Yield the folders, and the files that end in `suffix`, that begin like `symbol`."""
    parent = symbol.rpartition("/")[0]
    head = symbol[: symbol.rfind("/") + 1]
    try:
        entries = sorted(Path(parent or head or ".").expanduser().iterdir())
    except (OSError, RuntimeError):
        return
    for entry in entries:
        name = f"{head}{entry.name}"
        if entry.is_dir():
            yield f"{name}/"
        elif suffix is not None and entry.name.endswith(suffix):
            yield name
