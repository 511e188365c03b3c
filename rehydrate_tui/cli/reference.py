"""`--print-reference`: every option as a manual page or a table, or every key."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rehydrate_tui.cli.arguments import ALIAS, DESCRIPTION, PROGRAM, build_parser
from rehydrate_tui.cli.options import SETTINGS
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.storage.settings import PREFIX
from rehydrate_tui.version import __version__

FORMS = ("man", "markdown", "keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One option, or the argument that needs no name."""

    name: str
    """`--dest`; of several names the long one comes last."""
    value: str
    """`DIR`, or nothing."""
    text: str
    """What it does."""
    variable: str
    """The environment variable that sets it, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Options that belong together."""

    title: str
    entries: tuple[Entry, ...]


def print_reference(form: str, console: Console) -> ExitCode:
    """Print the reference in one of `FORMS`.

    Raises:
        UsageError: a form that is not known.
    """
    if form not in FORMS:
        raise UsageError(
            f"There is no reference as “{form}”.",
            hint=f"Choose one of {', '.join(FORMS)}.",
        )
    console.out.write("\n".join(_lines(form)) + "\n")
    return ExitCode.COMPLETE


def _lines(form: str) -> Iterator[str]:
    if form == "keys":
        # Keys are bound by Textual, which nothing else here needs.
        from rehydrate_tui.tui.key_table import key_table

        return key_table()
    parser = build_parser()
    return manual(parser) if form == "man" else table(sections(parser))


def sections(parser: argparse.ArgumentParser) -> Iterator[Section]:
    """Yield the groups of the parser, without those that are empty."""
    for group in parser._action_groups:  # noqa: SLF001 - argparse has no other list
        entries = tuple(_entry(action) for action in group._group_actions)  # noqa: SLF001 - argparse shows its groups nowhere else
        if entries:
            yield Section(title=str(group.title), entries=entries)


def table(found: Iterable[Section]) -> Iterator[str]:
    """Yield a Markdown table of all options."""
    yield "| option | does | variable |"
    yield "|---|---|---|"
    for section in found:
        yield f"| **{section.title}** | | |"
        for entry in section.entries:
            name = f"`{entry.name} {entry.value}".rstrip() + "`"
            variable = f"`{entry.variable}` |" if entry.variable else "|"
            yield f"| {_cell(name)} | {_cell(entry.text)} | {variable}"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def manual(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield a manual page for `man`."""
    summary, _, _ = DESCRIPTION.replace("\n", " ").partition(", ")
    yield f'.TH {_roff(PROGRAM.upper())} 1 "" "{_roff(PROGRAM)} {_roff(__version__)}"'
    yield ".SH NAME"
    yield rf"{_roff(PROGRAM)}, {_roff(ALIAS)} \- {_roff(summary)}"
    yield ".SH SYNOPSIS"
    yield rf"\fB{_roff(PROGRAM)}\fR [\fIREPO\fR] [\fIoptions\fR]"
    yield ".SH DESCRIPTION"
    yield from map(_roff, DESCRIPTION.splitlines())
    yield ".SH OPTIONS"
    for section in sections(parser):
        yield f'.SS "{_roff(section.title)}"'
        for entry in section.entries:
            yield ".TP"
            value = rf" \fI{_roff(entry.value)}\fR" if entry.value else ""
            yield rf"\fB{_roff(entry.name)}\fR{value}"
            yield _roff(_sentence(entry))
    for title, text in _paragraphs(parser.epilog or ""):
        yield f".SH {_roff(title.upper())}"
        yield ".nf"
        yield from map(_roff, text)
        yield ".fi"


def _entry(action: argparse.Action) -> Entry:
    long = action.option_strings[-1:]
    key = "".join(long).removeprefix("--")
    return Entry(
        name=", ".join(action.option_strings) or str(action.metavar),
        value=_value(action) if action.option_strings else "",
        text=action.help or "",
        variable=PREFIX + key.upper().replace("-", "_") if key in SETTINGS else "",
    )


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices is not None:
        return "|".join(map(str, action.choices))
    if isinstance(action.metavar, tuple):
        first, *rest = action.metavar
        return " ".join([first, *(f"[{each} ...]" for each in rest)])
    return action.metavar or action.dest.upper()


def _sentence(entry: Entry) -> str:
    if not entry.variable:
        return entry.text
    return f"{entry.text}; set by {entry.variable} and in config.toml as well"


def _paragraphs(epilog: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the titled parts of the text below the options."""
    for part in re.split(r"\n\n", epilog.strip()):
        title, *lines = part.splitlines()
        yield title.rstrip(":"), [line.strip() for line in lines]


def _roff(text: str) -> str:
    """Return text that means itself."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped
