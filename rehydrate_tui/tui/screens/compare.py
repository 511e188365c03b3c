"""Two manifests side by side: what the one brings and the other does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Label, Static

from rehydrate_tui.domain.comparison import (
    Difference,
    DifferenceKind,
    compare_manifests,
)
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.widgets.group_list import Group, GroupList
from rehydrate_tui.tui.widgets.line_list import ListLine

_GROUPS = {
    DifferenceKind.ADDED: ("Added", "in the second one only", "good"),
    DifferenceKind.REMOVED: ("Removed", "in the first one only", "warning"),
    DifferenceKind.CHANGED: ("Changed", "other content at the same place", "warning"),
    DifferenceKind.MOVED: ("Moved", "the same content at another place", ""),
}


class CompareScreen(BaseModal[None]):
    """Lists how a manifest differs from another one.

    Args:
        old: name and content of the first.
        new: name and content of the second.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.DIALOGUE)
    AUTO_FOCUS: ClassVar[str | None] = "#differences"

    def __init__(self, old: tuple[str, Manifest], new: tuple[str, Manifest]) -> None:
        super().__init__()
        self._names = strip_controls(old[0]), strip_controls(new[0])
        self._differences = compare_manifests(old[1], new[1])

    def compose(self) -> Iterable[Widget]:
        """Put the differences above a button."""
        first, second = self._names
        with Vertical(classes="dialogue wide"):
            yield Label(f"From {first} to {second}", classes="heading", markup=False)
            if not self._differences:
                yield Static("Both bring the same files to the same places.")
            yield GroupList(id="differences")
            yield Static(id="detail", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Close", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Show the differences."""
        self.query_one(GroupList).show(list(_groups(self._differences)))

    @on(GroupList.Highlighted)
    def _tell_more(self, event: GroupList.Highlighted) -> None:
        self.query_one("#detail", Static).update(event.text)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)


def _groups(differences: Sequence[Difference]) -> Iterator[Group]:
    for kind, (title, note, tone) in _GROUPS.items():
        found = [each for each in differences if each.kind is kind]
        if found:
            yield Group(
                title=title,
                count=len(found),
                size=sum(each.size or each.old_size or 0 for each in found),
                line=partial(_line, found),
                note=note,
                tone=tone,
                is_open=True,
            )


def _line(found: Sequence[Difference], index: int) -> ListLine:
    difference = found[index]
    note, size = "", difference.size
    if difference.old_target:
        note = f"was {strip_controls(difference.old_target)}"
    elif difference.kind is DifferenceKind.CHANGED:
        old = format_size(difference.old_size or 0)
        note = f"{old} before, {format_size(size or 0)} now"
    return ListLine(
        state=difference.kind.value,
        path=strip_controls(difference.target),
        size=format_size(size if size is not None else difference.old_size or 0),
        note=note,
    )
