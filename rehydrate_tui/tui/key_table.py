"""The table of all keys, for the README: made from the table of commands."""

from __future__ import annotations

from collections.abc import Iterator

from rehydrate_tui.tui.commands import Command, Place, commands_of


def key_table() -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| key | does |"
    yield "|---|---|"
    for place in Place:
        commands = commands_of(place)
        if commands:
            yield f"| **{place.value}** | |"
            yield from map(_row, commands)


def _row(command: Command) -> str:
    keys = " ".join(f"`{key}`" for key in command.key_names.split())
    text = f"{command.label}: {command.explanation}"
    return f"| {keys or 'palette'} | {text} |".replace("\\", "\\\\")
