"""A page of lines that scrolls both ways; only visible lines cost anything."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, getters
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rehydrate_tui.tui.base import BaseApp
from rehydrate_tui.tui.preview.page import Page
from rehydrate_tui.tui.preview.palette import COMPONENTS, Palette

_FEW_COLOURS = frozenset({"256", "standard", "windows"})


class PageView(ScrollView, can_focus=True):
    """Shows a page; its first lines may stay in view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"preview--{each}" for each in COMPONENTS}

    class HeadingClicked(Message):
        """Somebody clicked on the name of a column."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    class Widened(Message):
        """There is more or less room for the lines than before."""

    app = getters.app(BaseApp)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._page = Page(())
        self._width = 0

    @property
    def palette(self) -> Palette:
        """The styles of the theme, for what is drawn elsewhere."""
        styles = {name: self._style(name) for name in COMPONENTS}
        background = self.background_colors[1]
        return Palette(
            styles=styles,
            background=background.rgb,
            has_few_colours=self.app.console.color_system in _FEW_COLOURS,
        )

    def _style(self, name: str) -> Style:
        """Return a style without a background: that one follows the focus."""
        style = self.get_component_rich_style(f"preview--{name}")
        return Style(
            color=style.color,
            bold=style.bold,
            italic=style.italic,
            underline=style.underline,
        )

    @property
    def page(self) -> Page:
        """What is shown."""
        return self._page

    def show(self, page: Page, *, from_top: bool = True) -> None:
        """Show a page, from its beginning or from where the one before was."""
        self._page = page
        self.virtual_size = Size(page.width, len(page.lines))
        if from_top:
            self.scroll_to(0, 0, animate=False, immediate=True)
        self.refresh()

    def on_hide(self) -> None:
        """Forget the width: what is shown next may be something else."""
        self._width = 0

    def on_show(self) -> None:
        """Say that lines are wanted."""
        self.on_resize()

    def on_resize(self) -> None:
        """Say when lines must be made anew."""
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            self.post_message(self.Widened())

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        left, top = self.scroll_offset
        width, base = self.scrollable_content_region.width, self.rich_style
        index = y if y < self._page.frozen else y + top
        if index >= len(self._page.lines):
            return Strip.blank(width, base)
        strip = self._page.lines[index].crop(left, left + width)
        return Strip(Segment.apply_style(strip, base)).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Tell which heading was clicked on."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= self._page.frozen:
            return
        x = offset.x + self.scroll_offset.x
        for column, (start, end) in enumerate(self._page.headings):
            if start <= x < end:
                self.post_message(self.HeadingClicked(column))
