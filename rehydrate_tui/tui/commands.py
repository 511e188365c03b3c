"""Every command, declared once: bindings, footer, palette and help come from this table."""

from __future__ import annotations

from textual.binding import BindingType

from rehydrate_tui.tui.command import Command, Place, move, moves
from rehydrate_tui.tui.dialogue_commands import DIALOGUE_COMMANDS
from rehydrate_tui.tui.flow_commands import FLOW_COMMANDS
from rehydrate_tui.tui.preview.commands import PREVIEW_COMMANDS

__all__ = [
    "COMMANDS",
    "Command",
    "Place",
    "bindings_of",
    "commands_of",
    "keys_of",
    "moving_bindings",
]


COMMANDS: tuple[Command, ...] = (
    Command(
        place=Place.START,
        action="open",
        keys="f2",
        label="Open",
        explanation="Open the repository in the address field.",
    ),
    Command(
        place=Place.START,
        action="back",
        keys="escape",
        shown="Esc",
        label="Leave",
        explanation="Stop opening; go back to the open repository, or quit.",
        in_footer=True,
        in_palette=False,
    ),
    Command(
        place=Place.BROWSE,
        action="tick",
        keys="space",
        shown="Space",
        label="Tick",
        explanation="Tick or untick the file, or all files below the directory.",
        in_footer=True,
        in_palette=False,
    ),
    Command(
        place=Place.BROWSE,
        action="tick_visible",
        keys="a",
        label="All",
        explanation="Tick all files that match the filter; untick them if all are.",
    ),
    Command(
        place=Place.BROWSE,
        action="invert",
        keys="i",
        label="Invert",
        explanation="Tick what is not ticked, and the other way round.",
    ),
    Command(
        place=Place.BROWSE,
        action="undo",
        keys="u",
        label="Undo",
        explanation="Take the last tick back.",
    ),
    Command(
        place=Place.BROWSE,
        action="filter",
        keys="slash",
        shown="/",
        label="Filter",
        explanation="Show only files that match words, globs, sizes or properties.",
        in_footer=True,
    ),
    Command(
        place=Place.BROWSE,
        action="clear_filter",
        keys="escape,backspace",
        shown="Esc Backspace",
        label="Clear filter",
        explanation="Show everything again.",
    ),
    Command(
        place=Place.BROWSE,
        action="sort",
        keys="s",
        label="Sort",
        explanation="Sort by name, size or type, in turn.",
    ),
    Command(
        place=Place.BROWSE,
        action="largest",
        keys="e",
        label="Largest",
        explanation="List the largest files first, or go back to the tree.",
    ),
    Command(
        place=Place.BROWSE,
        action="compare",
        keys="c",
        label="Compare",
        explanation="Show what was edited here in the file under the cursor.",
    ),
    Command(
        place=Place.BROWSE,
        action="restore",
        keys="r",
        label="Restore",
        explanation="Bring the file under the cursor back as it is pinned; asks first.",
    ),
    Command(
        place=Place.BROWSE,
        action="look_again",
        label="Look again",
        explanation="Compare the local folder with the repository once more.",
    ),
    Command(
        place=Place.BASKET,
        action="show_ticked",
        keys="v",
        label="Ticked",
        explanation="List everything ticked, in all open repositories.",
    ),
    Command(
        place=Place.BROWSE,
        action="preview",
        keys="p",
        label="Preview",
        explanation="Show or hide what is in the file under the cursor.",
        in_footer=True,
    ),
    Command(
        place=Place.BASKET,
        action="download",
        keys="d",
        label="Download",
        explanation="See what the ticked files cost, then download them.",
        in_footer=True,
    ),
    Command(
        place=Place.BASKET,
        action="save",
        keys="w",
        label="Save",
        explanation="Write the ticked files into a manifest, without downloading.",
    ),
    Command(
        place=Place.BASKET,
        action="export",
        keys="x",
        label="Export",
        explanation="Show what brings the ticked files without this program.",
    ),
    Command(
        place=Place.BASKET,
        action="manifests",
        keys="m",
        label="Manifests",
        explanation="Load another manifest, or compare two.",
    ),
    Command(
        place=Place.BASKET,
        action="open_other",
        keys="o",
        label="Open",
        explanation="Open another repository.",
    ),
    *moves(Place.TREE),
    move("left", "close", "Close", "Close the directory, or go to the one above.", "←"),
    move("right", "open", "Open", "Open the directory, or go into it.", "→"),
    move(
        "enter", "activate", "Open", "Open or close a directory; tick a file.", "Enter"
    ),
    move("h", "move_to_parent", "Parent", "The directory above."),
    move("j", "move_to_sibling(1)", "Next", "The next row of the same directory."),
    move(
        "k", "move_to_sibling(-1)", "Previous", "The row before of the same directory."
    ),
    move("g", "jump", "Jump", "Then a letter: the next row that begins with it."),
    Command(
        place=Place.TREE,
        action="open_below",
        keys="plus",
        shown="+",
        label="Open all",
        explanation="Open every directory below.",
    ),
    Command(
        place=Place.TREE,
        action="close_below",
        keys="minus",
        shown="-",
        label="Close all",
        explanation="Close every directory below.",
    ),
    *PREVIEW_COMMANDS,
    Command(
        place=Place.FILTER,
        action="older",
        keys="up",
        shown="↑",
        label="Earlier",
        explanation="Take an earlier filter.",
        in_palette=False,
    ),
    Command(
        place=Place.FILTER,
        action="newer",
        keys="down",
        shown="Enter ↓",
        label="To the tree",
        explanation="Go to the tree and keep the filter (↓: first to later filters).",
        in_palette=False,
    ),
    Command(
        place=Place.FILTER,
        action="clear",
        keys="escape",
        shown="Esc",
        label="Clear filter",
        explanation="Show everything again.",
        in_footer=True,
        in_palette=False,
    ),
    *DIALOGUE_COMMANDS,
    *FLOW_COMMANDS,
    Command(
        place=Place.APP,
        action="help",
        keys="question_mark",
        shown="?",
        label="Help",
        explanation="Show this help.",
        in_footer=True,
    ),
    Command(
        place=Place.APP,
        action="command_palette",
        keys="colon,ctrl+p",
        shown=":",
        label="More",
        explanation="Search all commands (also Ctrl+P).",
        in_footer=True,
        in_palette=False,
    ),
    Command(
        place=Place.APP,
        action="show_download",
        keys="t",
        label="View download",
        explanation="Show the download that goes on in the background.",
    ),
    Command(
        place=Place.APP,
        action="toggle_ascii",
        label="ASCII",
        explanation="Draw lines and marks in plain ASCII, or as before.",
    ),
    Command(
        place=Place.APP,
        action="redraw",
        keys="ctrl+l",
        shown="Ctrl+L",
        label="Redraw",
        explanation="Draw everything again, such as after the browser tab was reloaded.",
    ),
    Command(
        place=Place.APP,
        action="change_theme",
        label="Theme",
        explanation="Choose other colours, light or dark.",
    ),
    Command(
        place=Place.APP,
        action="leave",
        keys="q",
        label="Quit",
        explanation="Quit (Ctrl+Q quits without asking).",
        in_footer=True,
    ),
)


def commands_of(place: Place) -> tuple[Command, ...]:
    """Return the commands of one place, in the order of the table."""
    return tuple(command for command in COMMANDS if command.place is place)


def bindings_of(place: Place) -> list[BindingType]:
    """Return the bindings of one place."""
    return [command.binding for command in commands_of(place) if command.keys]


def keys_of(place: Place, action: str) -> frozenset[str]:
    """Return the names of the keys of one command."""
    return frozenset(
        key
        for command in commands_of(place)
        if command.action == action
        for key in command.keys.split(",")
    )


def moving_bindings() -> list[BindingType]:
    """Return the bindings that move a cursor over rows, those of the tree."""
    return [
        command.binding
        for command in commands_of(Place.TREE)
        if command.action.startswith(
            ("move(", "move_page", "move_to_first", "move_to_last")
        )
    ]
