"""The basket: everything ticked, in all open repositories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Label, Static

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.tui.base import BaseModal
from rehydrate_tui.tui.basket import Basket
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.widgets.basket_view import BasketView
from rehydrate_tui.tui.workspace import Workspace


class TickedScreen(BaseModal[Workspace | None]):
    """Lists and unticks; its result is the repository to browse, if one was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.TICKED)
    PLACES: ClassVar[tuple[Place, ...]] = (Place.TICKED,)
    AUTO_FOCUS: ClassVar[str | None] = "BasketView"

    view = getters.query_one(BasketView)

    def __init__(self, workspaces: Iterable[Workspace]) -> None:
        super().__init__()
        self._basket = Basket(workspaces)

    def compose(self) -> Iterable[Widget]:
        """Put the sums above the rows."""
        with Vertical(classes="dialogue whole"):
            yield Label("What is ticked", classes="heading")
            yield Static(id="ticked-sums", markup=False)
            yield BasketView(self._basket)
            with Horizontal(classes="buttons"):
                yield Button("By type", id="regroup", compact=True)
                yield Button("Close", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Tell the sums."""
        self._show_sums()

    @on(BasketView.Toggled)
    def action_toggle_row(self) -> None:
        """Untick the row under the cursor, or tick it again."""
        row = self.view.row
        if row is not None:
            self._basket.toggle(row)
            self._show_sums()

    @on(BasketView.Activated)
    def action_activate(self) -> None:
        """Open or close a group; browse a repository."""
        row = self.view.row
        if row is None:
            return
        if row.depth == 0:
            self.dismiss(row.workspace)
        elif row.depth == 1:
            self._basket.toggle_open(row)
            self.view.fit()

    @on(Button.Pressed, "#regroup")
    def action_regroup(self) -> None:
        """Change between directories and types."""
        self._basket.regroup()
        label = "By directory" if self._basket.is_by_type else "By type"
        button = self.query_one("#regroup", Button)
        button.label = label
        # A new label does not make Textual's button wider by itself.
        button.refresh(layout=True)
        self.view.cursor = 0
        self.view.fit()

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the tree."""
        self.dismiss(None)

    def _show_sums(self) -> None:
        repositories, files, size = self._basket.totals
        noun = "repository" if repositories == 1 else "repositories"
        text = f"{files:,} file{'' if files == 1 else 's'} · {format_size(size)} "
        text += f"in {repositories} {noun}"
        self.query_one("#ticked-sums", Static).update(
            text if files else "Nothing is ticked."
        )
        self.view.refresh()
