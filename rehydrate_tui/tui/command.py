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
    PROGRESS = "Download"
    DONE = "Done"
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
