"""The filter bar: text in, the number and bytes of what matches out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.tui.commands import Place, bindings_of

_DELAY = 0.03
"""Seconds in which more keys may come before the tree is filtered: the last one wins."""

PLACEHOLDER = "words   *.csv   >10MB   ext:csv   is:ticked   !without"


class PathFilter(Horizontal):
    """An input with the outcome at its right; hidden until it is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.FILTER)

    class Changed(Message):
        """The text stands still for a moment."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Accepted(Message):
        """The person wants to go to the tree."""

    class Cleared(Message):
        """The person wants everything shown again."""

    input = getters.query_one(Input)

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None

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
        self.input.focus()

    def conceal(self) -> None:
        """Empty and hide the bar."""
        self._stop_timer()
        with self.prevent(Input.Changed):
            self.input.value = ""
        self.show_outcome(Content())
        self.display = False

    def show_matches(self, count: int, size: int) -> None:
        """Say how much matches."""
        files = f"{count:,} file{'' if count == 1 else 's'}"
        style = "" if count else "$text-warning"
        self.show_outcome(Content.styled(f"{files} · {format_size(size)}", style))

    def show_problem(self, sentence: str) -> None:
        """Say which term was left out."""
        self.show_outcome(Content.styled(sentence, "$text-warning"))

    def show_outcome(self, content: Content) -> None:
        """Change what stands at the right."""
        self.query_one("#filter-outcome", Static).update(content)

    @on(Input.Changed)
    def _wait_for_more(self, event: Input.Changed) -> None:
        event.stop()
        self._stop_timer()
        self._timer = self.set_timer(_DELAY, self._report)

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Apply at once and go to the tree."""
        if self._timer is not None:
            self._stop_timer()
            self._report()
        self.post_message(self.Accepted())

    @on(Button.Pressed, "#clear-filter")
    def action_clear(self) -> None:
        """Ask for everything to be shown again."""
        self.post_message(self.Cleared())

    def _report(self) -> None:
        self._timer = None
        self.post_message(self.Changed(self.input.value))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
