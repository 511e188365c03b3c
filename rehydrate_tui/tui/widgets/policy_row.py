"""What to do with files that were edited here: one of three."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from rehydrate_tui.domain.plan import ConflictPolicy

_LABELS = {
    ConflictPolicy.KEEP: "keep mine (k)",
    ConflictPolicy.OVERWRITE: "overwrite (o)",
    ConflictPolicy.BACKUP: "back up first (u)",
}


class PolicyRow(Horizontal):
    """Shows the three rules; a click chooses one, and so do the screen's keys."""

    class Chosen(Message):
        """Another rule was clicked on."""

        def __init__(self, policy: ConflictPolicy) -> None:
            super().__init__()
            self.policy = policy

    def __init__(self, policy: ConflictPolicy) -> None:
        super().__init__()
        self._policy = policy

    def compose(self) -> Iterable[Widget]:
        """Put the rules in a row."""
        yield Static("Edited here ", classes="label")
        for policy in _LABELS:
            yield PolicyChoice(policy)

    def on_mount(self) -> None:
        """Mark the rule of the start."""
        self.show(self._policy)

    def show(self, policy: ConflictPolicy) -> None:
        """Mark a rule as the one that counts."""
        self._policy = policy
        for choice in self.query(PolicyChoice):
            choice.show(is_chosen=choice.policy is policy)


class PolicyChoice(Static):
    """One rule with a mark in front."""

    def __init__(self, policy: ConflictPolicy) -> None:
        super().__init__(markup=False)
        self.policy = policy

    def show(self, *, is_chosen: bool) -> None:
        """Set or clear the mark."""
        self.update(f"({'x' if is_chosen else ' '}) {_LABELS[self.policy]}")
        self.set_class(is_chosen, "-chosen")

    def on_click(self, event: events.Click) -> None:
        """Choose this rule."""
        event.stop()
        self.post_message(PolicyRow.Chosen(self.policy))
