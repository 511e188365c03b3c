"""Every command, declared once: bindings, footer, palette and help come from this table."""

from __future__ import annotations

from textual.binding import BindingType

from rehydrate_tui.tui.command import Command, Place
from rehydrate_tui.tui.dialogue_commands import DIALOGUE_COMMANDS
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


def _tree(
    keys: str, action: str, label: str, explanation: str, shown: str = ""
) -> Command:
    """Declare a key of the tree."""
    return Command(
        place=Place.TREE,
        action=action,
        keys=keys,
        shown=shown,
        label=label,
        explanation=explanation,
        in_palette=not shown,
    )


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
        in_footer=True,
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
        in_footer=True,
    ),
    Command(
        place=Place.BASKET,
        action="open_other",
        keys="o",
        label="Open",
        explanation="Open another repository.",
    ),
    _tree("up", "move(-1)", "Up", "One row up.", "↑"),
    _tree("down", "move(1)", "Down", "One row down.", "↓"),
    _tree("pageup", "move_page(-1)", "Page up", "One page up.", "PageUp"),
    _tree("pagedown", "move_page(1)", "Page down", "One page down.", "PageDown"),
    _tree("home", "move_to_first", "First", "The first row.", "Home"),
    _tree("end", "move_to_last", "Last", "The last row.", "End"),
    _tree(
        "left", "close", "Close", "Close the directory, or go to the one above.", "←"
    ),
    _tree("right", "open", "Open", "Open the directory, or go into it.", "→"),
    _tree(
        "enter", "activate", "Open", "Open or close a directory; tick a file.", "Enter"
    ),
    _tree("h", "move_to_parent", "Parent", "The directory above."),
    _tree("j", "move_to_sibling(1)", "Next", "The next row of the same directory."),
    _tree(
        "k", "move_to_sibling(-1)", "Previous", "The row before of the same directory."
    ),
    _tree("g", "jump", "Jump", "Then a letter: the next row that begins with it."),
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
    Command(
        place=Place.CONFIRM,
        action="start",
        keys="enter,d",
        shown="Enter",
        label="Start",
        explanation="Start the download.",
        in_footer=True,
    ),
    Command(
        place=Place.CONFIRM,
        action="policy('keep')",
        keys="k",
        label="Keep mine",
        explanation="Files that differ here stay as they are.",
        in_footer=True,
    ),
    Command(
        place=Place.CONFIRM,
        action="policy('overwrite')",
        keys="o",
        label="Overwrite",
        explanation="Files that differ here are replaced.",
        in_footer=True,
    ),
    Command(
        place=Place.CONFIRM,
        action="policy('backup')",
        keys="u",
        label="Back up",
        explanation="Files that differ here are renamed to name.~1~, then replaced.",
        in_footer=True,
    ),
    Command(
        place=Place.CONFIRM,
        action="back",
        keys="escape,b",
        shown="b",
        label="Back",
        explanation="Go back to the tree; nothing is downloaded.",
        in_footer=True,
    ),
    Command(
        place=Place.PROGRESS,
        action="cancel",
        keys="c,escape",
        shown="c",
        label="Cancel",
        explanation="Stop the download; what is whole stays.",
        in_footer=True,
    ),
    Command(
        place=Place.PROGRESS,
        action="wait_longer",
        keys="l",
        label="Wait longer",
        explanation="Wait for the limits of the host as long as they last.",
    ),
    Command(
        place=Place.DONE,
        action="save",
        keys="w",
        label="Save manifest",
        explanation="Write the manifest that brings the same files back.",
        in_footer=True,
    ),
    Command(
        place=Place.DONE,
        action="back",
        keys="b,escape",
        shown="b",
        label="Back to browsing",
        explanation="Go back to the tree.",
        in_footer=True,
    ),
    Command(
        place=Place.DIALOGUE,
        action="close",
        keys="escape,q",
        shown="Esc q",
        label="Close",
        explanation="Close the dialogue and change nothing.",
        in_palette=False,
    ),
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
