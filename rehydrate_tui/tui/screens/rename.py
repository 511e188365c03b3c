"""Another local name for a file of a manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of

_MAX_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A file and its other name."""

    source: Source
    path: str
    to: str
    """Below the source's folder; empty: the name it has in the repository."""


class RenameScreen(BaseModal[Renamed | None]):
    """Lets people find a file, then type where it goes.

    Args:
        manifest: whose files there are.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)
    AUTO_FOCUS: ClassVar[str | None] = "#find"

    find = getters.query_one("#find", Input)
    to = getters.query_one("#to", Input)
    choices = getters.query_one(OptionList)

    def __init__(self, manifest: Manifest) -> None:
        super().__init__()
        self._files = [
            (source, file) for source in manifest.sources for file in source.files
        ]
        self._found: list[tuple[Source, LockedFile]] = []
        self._chosen: tuple[Source, LockedFile] | None = None

    def compose(self) -> Iterable[Widget]:
        """Put the files between the search and the new name."""
        find = Input(placeholder="words of its path", id="find", compact=True)
        to = Input(id="to", compact=True, disabled=True, select_on_focus=False)
        find.cursor_blink = to.cursor_blink = False
        with Vertical(classes="dialogue"):
            yield Label("Rename a file", classes="heading")
            with Horizontal(classes="field"):
                yield Label("Find")
                yield find
            yield OptionList(id="files", compact=True)
            yield Static(id="chosen", markup=False)
            with Horizontal(classes="field"):
                yield Label("Name here")
                yield to
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close", compact=True)
                yield Button(
                    "Rename",
                    id="rename",
                    variant="primary",
                    compact=True,
                    disabled=True,
                )

    def on_mount(self) -> None:
        """List the first files."""
        self._list()

    @on(Input.Changed, "#find")
    def _list(self) -> None:
        words = self.find.value.casefold().split()
        self._found = list(self._matching(words))
        self.choices.clear_options()
        self.choices.add_options(
            Option(Content(strip_controls(source.target(file))))
            for source, file in self._found
        )
        self.choices.highlighted = 0 if self._found else None

    def _matching(self, words: list[str]) -> Iterator[tuple[Source, LockedFile]]:
        shown = 0
        for source, file in self._files:
            target = source.target(file).casefold()
            if all(word in target for word in words):
                shown += 1
                if shown > _MAX_SHOWN:
                    return
                yield source, file

    @on(Input.Submitted, "#find")
    def _to_the_list(self) -> None:
        self.choices.focus()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        source, file = self._chosen = self._found[event.option_index]
        shown = f"{strip_controls(file.path)} of {source.repository}"
        self.query_one("#chosen", Static).update(shown)
        self.to.value = str(file.to or file.path)
        self.to.disabled = self.query_one("#rename", Button).disabled = False
        self.to.focus()

    @on(Input.Submitted, "#to")
    @on(Button.Pressed, "#rename")
    def _rename(self) -> None:
        if self._chosen is not None:
            source, file = self._chosen
            self.dismiss(Renamed(source=source, path=file.path, to=self.to.value))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Rename nothing."""
        self.dismiss(None)
