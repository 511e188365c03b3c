"""The filter bar: text in, the number and bytes of what matches out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.tui.commands import Place, bindings_of

_MAX_HISTORY = 20

PLACEHOLDER = "words   *.csv   >10MB   ext:csv   is:ticked   !without"


class PathFilter(Horizontal):
    """An input with the outcome at its right; hidden until it is wanted.

    Args:
        history: earlier filters, the newest last; the widget adds to it.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.FILTER)

    class Changed(Message):
        """There is another text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def can_replace(self, message: Message) -> bool:
            """Of several that wait, only the last one counts."""
            return isinstance(message, PathFilter.Changed)

    class Accepted(Message):
        """The person wants to go to the tree."""

    class Cleared(Message):
        """The person wants everything shown again."""

    input = getters.query_one(Input)

    def __init__(self, history: list[str]) -> None:
        super().__init__()
        self._history = history
        self._place = len(history)

    def compose(self) -> Iterable[Widget]:
        """Put a label, the input and the outcome in a row."""
        yield Label("Filter ")
        field = Input(placeholder=PLACEHOLDER, compact=True, select_on_focus=False)
        field.cursor_blink = False
        yield field
        yield Static(id="filter-outcome")
        yield Button("Clear", id="clear-filter", compact=True)

    def reveal(self) -> None:
        """Show the bar and put the cursor into it."""
        self.display = True
        self._place = len(self._history)
        self.input.focus()

    def restore(self, text: str) -> None:
        """Show the bar with a filter that holds already."""
        self.display = True
        self._put(text)

    def conceal(self) -> None:
        """Empty and hide the bar."""
        self._remember()
        self._put("")
        self.show_outcome(Content())
        self.display = False

    def show_matches(self, count: int, total: int, size: int) -> None:
        """Say how much of all matches, in bytes too."""
        files = f"{count:,} of {total:,} file{'' if total == 1 else 's'}"
        style = "" if count else "$text-warning"
        self.show_outcome(Content.styled(f"{files} · {format_size(size)}", style))

    def show_problem(self, sentence: str) -> None:
        """Say which term was left out."""
        self.show_outcome(Content.styled(sentence, "$text-warning"))

    def show_outcome(self, content: Content) -> None:
        """Change what stands at the right."""
        self.query_one("#filter-outcome", Static).update(content)

    @on(Input.Changed)
    def _report(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Go to the tree; the filter stays."""
        self._remember()
        self.post_message(self.Accepted())

    @on(Button.Pressed, "#clear-filter")
    def action_clear(self) -> None:
        """Ask for everything to be shown again."""
        self.post_message(self.Cleared())

    def action_older(self) -> None:
        """Take the filter before this one."""
        if self._place == len(self._history):
            self._remember()
            if self.input.value.strip():
                self._place = len(self._history) - 1
        self._go_to(self._place - 1)

    def action_newer(self) -> None:
        """Take the filter after this one; after the newest comes the tree."""
        if self._place < len(self._history) - 1:
            self._go_to(self._place + 1)
        else:
            self.action_accept()

    def _go_to(self, place: int) -> None:
        if 0 <= place < len(self._history):
            self._place = place
            self.input.value = self._history[place]
            self.input.cursor_position = len(self.input.value)

    def _remember(self) -> None:
        text = self.input.value.strip()
        if text and self._place >= len(self._history):
            if text in self._history:
                self._history.remove(text)
            self._history.append(text)
            del self._history[:-_MAX_HISTORY]
            self._place = len(self._history)

    def _put(self, text: str) -> None:
        with self.prevent(Input.Changed):
            self.input.value = text
