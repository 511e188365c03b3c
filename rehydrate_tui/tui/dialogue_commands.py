"""The part of the table of commands that dialogues over the browser understand."""

from __future__ import annotations

from rehydrate_tui.tui.command import Command, Place

DIALOGUE_COMMANDS: tuple[Command, ...] = (
    Command(
        place=Place.TICKED,
        action="toggle_row",
        keys="space",
        shown="Space",
        label="Untick",
        explanation="Untick the row, or tick it again.",
        in_palette=False,
    ),
    Command(
        place=Place.TICKED,
        action="activate",
        keys="enter",
        shown="Enter",
        label="Open",
        explanation="Open or close the row; on a repository: browse it.",
        in_palette=False,
    ),
    Command(
        place=Place.TICKED,
        action="regroup",
        keys="t",
        label="Types",
        explanation="Group by type instead of by directory, or back.",
        in_palette=False,
    ),
    Command(
        place=Place.TICKED,
        action="close",
        keys="escape,q,v",
        shown="Esc q v",
        label="Close",
        explanation="Go back to the tree.",
        in_palette=False,
    ),
    Command(
        place=Place.DIFF,
        action="restore",
        keys="r",
        label="Restore",
        explanation="Bring the file back as it is pinned; asks first.",
        in_palette=False,
    ),
    Command(
        place=Place.DIFF,
        action="close",
        keys="escape,q,c",
        shown="Esc q c",
        label="Close",
        explanation="Go back to the tree.",
        in_palette=False,
    ),
)
"""They are part of `commands.COMMANDS`."""
