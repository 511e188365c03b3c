"""What a command is, and where it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding


class Place(Enum):
    """Where a command is understood; the values head the sections of the help."""

    START = "Start"
    BROWSE = "Browsing"
    BASKET = "What is ticked"
    TREE = "The tree"
    PREVIEW = "The preview"
    FILTER = "The filter"
    TICKED = "The list of what is ticked"
    DIFF = "Comparing a file"
    CONFIRM = "Review"
    LIST = "Lists in groups"
    PROGRESS = "Download"
    DONE = "Done"
    SAVE = "The manifest"
    EXPORT = "Hand-over"
    MANIFESTS = "Manifests"
    DIALOGUE = "Dialogues"
    APP = "Everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of one place."""

    place: Place
    action: str
    keys: str = ""
    """Names of keys, separated by commas; empty: only in the palette."""
    shown: str = ""
    """How footer and help write the keys, if not as Textual does."""
    label: str
    explanation: str
    in_footer: bool = False
    in_palette: bool = True

    @property
    def binding(self) -> Binding:
        """The command as Textual binds it."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.in_footer,
            key_display=self.shown or None,
            tooltip=self.explanation,
        )

    @property
    def key_names(self) -> str:
        """The keys as the help writes them."""
        return self.shown or self.keys.replace(",", " ")


def move(
    keys: str,
    action: str,
    label: str,
    explanation: str,
    shown: str = "",
    *,
    place: Place = Place.TREE,
) -> Command:
    """Declare a key that moves a cursor: not in the palette, which has none."""
    return Command(
        place=place,
        action=action,
        keys=keys,
        shown=shown,
        label=label,
        explanation=explanation,
        in_palette=False,
    )


def moves(place: Place) -> tuple[Command, ...]:
    """Declare the keys that move the cursor of rows."""
    return (
        move("up", "move(-1)", "Up", "One row up.", "↑", place=place),
        move("down", "move(1)", "Down", "One row down.", "↓", place=place),
        move(
            "pageup", "move_page(-1)", "Page up", "One page up.", "PageUp", place=place
        ),
        move(
            "pagedown",
            "move_page(1)",
            "Page down",
            "One page down.",
            "PageDown",
            place=place,
        ),
        move("home", "move_to_first", "First", "The first row.", "Home", place=place),
        move("end", "move_to_last", "Last", "The last row.", "End", place=place),
    )
