"""An error that ends what was being done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button

from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.widgets.problem import Problem


class ProblemScreen(BaseModal[None]):
    """Shows message and hint until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)

    def __init__(self, error: RehydrateError) -> None:
        super().__init__()
        self._error = error

    def compose(self) -> Iterable[Widget]:
        """Put a button below the message."""
        with Vertical(classes="dialogue"):
            yield Problem(markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Show the error."""
        self.query_one(Problem).show(self._error)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go on."""
        self.dismiss(None)
