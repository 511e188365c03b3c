"""The question before one file is brought back as it is pinned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Label, Static

from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of

_SENTENCES = {
    FileState.EDITED: "What is here differs from the pinned file: somebody edited it.",
    FileState.OUTDATED: "An older version is here, as it was brought; nobody edited it.",
    FileState.MISSING: "It is not here any more.",
}


class RestoreScreen(BaseModal[ConflictPolicy | None]):
    """Asks how to restore a file; None: not at all. The careful answer has the focus.

    Args:
        name: the file, harmless.
        size: in words.
        state: what is here.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)
    AUTO_FOCUS: ClassVar[str | None] = "#close"

    def __init__(self, name: str, size: str, state: FileState) -> None:
        super().__init__()
        self._shown_name = name
        self._shown_size = size
        self._state = state

    def compose(self) -> Iterable[Widget]:
        """Put the answers below the question."""
        is_edited = self._state is FileState.EDITED
        with Vertical(classes="dialogue"):
            yield Label("Restore one file", classes="heading")
            yield Static(f"{self._shown_name} ({self._shown_size})", markup=False)
            yield Static(_SENTENCES[self._state], markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="close", compact=True)
                if is_edited:
                    yield Button("Back up mine, restore", id="backup", compact=True)
                    yield Button(
                        "Replace mine", id="overwrite", variant="error", compact=True
                    )
                else:
                    yield Button(
                        "Restore", id="overwrite", variant="primary", compact=True
                    )

    @on(Button.Pressed, "#backup")
    def _back_up(self) -> None:
        self.dismiss(ConflictPolicy.BACKUP)

    @on(Button.Pressed, "#overwrite")
    def _overwrite(self) -> None:
        self.dismiss(ConflictPolicy.OVERWRITE)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Leave the file as it is."""
        self.dismiss(None)
