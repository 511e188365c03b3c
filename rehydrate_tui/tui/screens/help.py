"""The help, made from the table of commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Label, Static

from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of, commands_of

_FILTERS = (
    ("data 2024", "paths with both words, in any case"),
    ("*.csv", "names; with / whole paths: data/**/*.csv"),
    (">10MB", "sizes; also <, >=, <="),
    ("ext:csv,tsv", "the extension"),
    ("is:ticked", "also is:large, is:huge, is:link, is:exec, is:module"),
    ("is:edited", "in the folder here; also is:have, is:outdated, is:missing"),
    ("!test", "the opposite of any of these"),
    ('"a b"', "one word with a space"),
)


class HelpScreen(BaseModal[None]):
    """Lists every command of every place.

    Args:
        places: the places that come first, because they are on the screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)
    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    def __init__(self, places: Iterable[Place] = ()) -> None:
        super().__init__()
        self._places = tuple(places)

    def compose(self) -> Iterable[Widget]:
        """Put the text above a button."""
        with Vertical(classes="dialogue"):
            with VerticalScroll():
                yield from self._lines()
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close", variant="primary", compact=True)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _lines(self) -> Iterator[Widget]:
        order = dict.fromkeys((*self._places, *Place))
        if Place.BROWSE in self._places:
            order = dict.fromkeys((Place.BROWSE, Place.TREE, Place.FILTER, *order))
        for place in order:
            yield Label(place.value, classes="heading")
            for command in commands_of(place):
                yield HelpLine(command.key_names or "palette", command.explanation)
            if place is Place.FILTER:
                for example, meaning in _FILTERS:
                    yield HelpLine(example, meaning)


class HelpLine(Horizontal):
    """Keys, and what they do."""

    def __init__(self, keys: str, text: str) -> None:
        super().__init__()
        self._keys = keys
        self._text = text

    def compose(self) -> Iterable[Widget]:
        """Put the text beside the keys."""
        yield Label(self._keys, classes="keys", markup=False)
        yield Static(self._text, markup=False)
