"""A question whose answer is the name of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Label, OptionList
from textual.widgets.option_list import Option

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of


class NameScreen(BaseModal[str | None]):
    """Asks for a name.

    Args:
        question: what it is for.
        name: what stands there at first.
        verb: the label of the button that goes on.
        choices: names that can be picked instead of typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)
    AUTO_FOCUS: ClassVar[str | None] = "#file-name"

    input = getters.query_one("#file-name", Input)

    def __init__(
        self, question: str, name: str, *, verb: str, choices: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._question = question
        self._name = name
        self._verb = verb
        self._choices = choices

    def compose(self) -> Iterable[Widget]:
        """Put the name above the choices."""
        field = Input(self._name, id="file-name", select_on_focus=False)
        field.cursor_blink = False
        with Vertical(classes="dialogue"):
            yield Label(self._question, classes="heading", markup=False)
            yield field
            if self._choices:
                yield OptionList(*self._options(), id="names", compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close", compact=True)
                yield Button(self._verb, id="go", variant="primary", compact=True)

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.input.value = self._choices[event.option_index]
        self.input.focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _answer(self) -> None:
        self.dismiss(self.input.value.strip() or None)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Name nothing."""
        self.dismiss(None)

    def _options(self) -> Iterable[Option]:
        return (Option(Content(strip_controls(each))) for each in self._choices)
