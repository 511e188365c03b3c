"""A question with two answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Static

from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of


class AskScreen(BaseModal[bool]):
    """Asks before something is lost; the careful answer has the focus.

    Args:
        question: a sentence or two.
        yes: the label of the button that goes on.
        no: the label of the button that does not.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)
    AUTO_FOCUS: ClassVar[str | None] = "#no"

    def __init__(self, question: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> Iterable[Widget]:
        """Put the buttons below the question."""
        with Vertical(classes="dialogue"):
            yield Static(self._question, markup=False)
            with Horizontal(classes="buttons"):
                yield Button(self._no, id="no", compact=True)
                yield Button(self._yes, id="yes", variant="warning", compact=True)

    @on(Button.Pressed, "#yes")
    def _answer_yes(self) -> None:
        self.dismiss(True)  # noqa: FBT003 - the result of the dialogue

    @on(Button.Pressed, "#no")
    def action_close(self) -> None:
        """Leave things as they are."""
        self.dismiss(False)  # noqa: FBT003 - the result of the dialogue
