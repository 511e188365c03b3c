"""The preview: what is in the file under the cursor, as far as a look into it tells."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import ClassVar

from rich.segment import Segment
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import ROOT, RepoTree
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.preview.models import Image, Table
from rehydrate_tui.preview.sample import HEAD, MEDIUM, MOST
from rehydrate_tui.tui.commands import Place, bindings_of
from rehydrate_tui.tui.preview.loading import Loaded, Loader, ReadPart
from rehydrate_tui.tui.preview.page import Line, make_page
from rehydrate_tui.tui.preview.paint import Canvas, paint
from rehydrate_tui.tui.preview.summary import facts_of, heading_of, summary_lines
from rehydrate_tui.tui.preview.tables import TableOrder
from rehydrate_tui.tui.widgets.details import Totals, sum_up
from rehydrate_tui.tui.widgets.page_view import PageView
from rehydrate_tui.tui.widgets.split_line import SplitLine

_SETTLE = 0.12
"""Seconds that the cursor stands still before anything is read."""

_NO_PICTURES: Mapping[str, bytes] = {}


class PreviewPane(Vertical):
    """Follows the cursor; what is no longer wanted is cancelled, never queued.

    Args:
        tree: the repository.
        read_part: reads bytes of a node.
        policy: from when on files are called large.
        root_name: how the root is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.PREVIEW)

    class Left(Message):
        """The person goes back to the tree."""

    class ZoomRequested(Message):
        """The preview is to have the whole screen, or no longer."""

    class MoveRequested(Message):
        """The person wants to see the rows next to this one."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(
        self, tree: RepoTree, read_part: ReadPart, policy: SizePolicy, root_name: str
    ) -> None:
        super().__init__()
        self._tree = tree
        self._policy = policy
        self._root_name = root_name
        # One thread: what was cancelled before its turn is never begun.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="preview")
        self._loader = Loader(tree, read_part, self._executor)
        # Not looked up: they may be gone before the work of a worker is.
        self.view = PageView()
        self.heading = SplitLine(id="preview-path")
        self.facts = SplitLine(id="preview-facts")
        self._node = ROOT
        self._most = HEAD
        self._order = TableOrder()
        self._loaded: Loaded | None = None
        self._pictures = _NO_PICTURES
        self._totals: Totals | None = None

    def compose(self) -> ComposeResult:
        """Put path and facts above the lines."""
        yield self.heading
        yield self.facts
        yield self.view

    def on_unmount(self) -> None:
        """Begin nothing more."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    @property
    def loaded(self) -> Loaded | None:
        """What is shown; None while it is read."""
        return self._loaded

    @property
    def _can_show(self) -> bool:
        """Whether there is a screen with room for lines."""
        return self.view.is_attached and bool(self.view.size.width)

    def follow(self, node: int) -> None:
        """Show `node` as soon as the cursor stands still."""
        if self._loaded is not None and self._loaded.node == node == self._node:
            return
        self._node, self._most, self._order = node, HEAD, TableOrder()
        self._load()

    @work(exclusive=True, group="preview")
    async def _load(self) -> None:
        await asyncio.sleep(_SETTLE)
        self._loaded, self._pictures, self._totals = None, _NO_PICTURES, None
        if not self._can_show:
            return
        self._show_heading("reading …")
        try:
            await self._show_node(self._node, self._most)
        except RehydrateError as error:
            if self._can_show:
                self._show_problem(error)

    async def _show_node(self, node: int, most: int) -> None:
        loader = self._loader
        if self._tree.is_directory(node):
            self._totals = await sum_up(self._tree, node)
        self._loaded = await loader.load(node, most)
        await self._draw()
        self._pictures = await loader.pictures(self._loaded)
        if self._pictures:
            await self._draw()

    @on(PageView.Widened)
    def _follow_width(self, event: PageView.Widened) -> None:
        event.stop()
        if self._loaded is None:
            self._load()
        else:
            self._redraw()

    @work(exclusive=True, group="preview-redraw")
    async def _redraw(self) -> None:
        await self._draw(from_top=False)

    async def _draw(self, *, from_top: bool = True) -> None:
        loaded, view = self._loaded, self.view
        if loaded is None or not self._can_show:
            return
        palette = view.palette
        canvas = Canvas(
            width=view.scrollable_content_region.width,
            height=view.size.height,
            palette=palette,
            pictures=self._pictures,
            order=self._order,
        )
        above = self._above(loaded, canvas)
        page = await self._loader.run(lambda: paint(loaded.preview.body, canvas, above))
        if loaded is self._loaded and self._can_show:
            self._show_heading(facts_of(loaded))
            view.show(page, from_top=from_top)
            self.screen.refresh_bindings()

    def _above(self, loaded: Loaded, canvas: Canvas) -> tuple[Line, ...]:
        """Return what is told before the content."""
        palette = canvas.palette
        lines: list[Line] = [
            [Segment(note, palette["warning"])] for note in loaded.preview.notes
        ]
        if self._totals is not None:
            lines += summary_lines(self._tree, loaded.node, self._totals, canvas)
        return (*lines, []) if lines else ()

    def _show_heading(self, facts: str) -> None:
        path, size, warnings = heading_of(
            self._tree, self._node, self._policy, self._loaded
        )
        left = Content.styled(strip_controls(path) or self._root_name, "bold")
        self.heading.show(left, Content.styled(size, "$foreground-muted"))
        line = Content.styled(strip_controls(facts), "$foreground-muted")
        if warnings:
            warned = Content.styled(strip_controls(warnings), "bold $text-warning")
            line = Content(" · ").join([warned, line])
        self.facts.show(line)

    def _show_problem(self, error: RehydrateError) -> None:
        palette = self.view.palette
        sentences = [each for each in (error.message, error.hint) if each]
        self._show_heading("not read")
        self.view.show(
            make_page([Segment(each, palette["warning"])] for each in sentences)
        )

    @on(PageView.HeadingClicked)
    def _heading_clicked(self, event: PageView.HeadingClicked) -> None:
        event.stop()
        self._sort(self._order.toggled(event.column))

    def _sort(self, order: TableOrder) -> None:
        self._order = order
        self._redraw()

    def action_sort_column(self) -> None:
        """Sort by the next column; after the last one as in the file."""
        column = self._order.column
        following = 0 if column is None else column + 1
        count = len(self._columns())
        self._sort(TableOrder(following if following < count else None))

    def action_reverse(self) -> None:
        """Sort the other way round."""
        order = self._order
        self._sort(replace(order, is_descending=not order.is_descending))

    def action_load_more(self) -> None:
        """Read more of the file."""
        loaded = self._loaded
        if loaded is None or loaded.is_whole:
            return
        is_image = isinstance(loaded.preview.body, Image)
        self._most = MOST if is_image or self._most == MEDIUM else MEDIUM
        self._load()

    def action_move(self, by: int) -> None:
        """Go to another row of the tree without leaving."""
        self.post_message(self.MoveRequested(by))

    def action_zoom(self) -> None:
        """Ask for the whole screen, or give it back."""
        self.post_message(self.ZoomRequested())

    def action_leave_preview(self) -> None:
        """Go back to the tree."""
        self.post_message(self.Left())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what means something here."""
        if action in {"sort_column", "reverse"}:
            return bool(self._columns())
        if action == "load_more":
            return self._loaded is not None and not self._loaded.is_whole
        return super().check_action(action, parameters)

    def _columns(self) -> Sequence[object]:
        body = self._loaded.preview.body if self._loaded else None
        return body.columns if isinstance(body, Table) else ()
