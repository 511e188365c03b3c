"""The path of the row under the cursor; every directory in it can be clicked."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.tui.widgets.cell_text import settle

_SEPARATOR = "/"
_CUT = "…/"
_LEFT = 1


class Breadcrumbs(Widget):
    """Shows the way from the root to a node, the end of it if there is little room."""

    class Chosen(Message):
        """Somebody wants to go to a directory above."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._crumbs: list[tuple[str, int]] = []
        self._places: list[tuple[range, int]] = []

    def show(self, tree: RepoTree, node: int, root_name: str) -> None:
        """Show where `node` is."""
        way = [node, *tree.ancestors(node)]
        self._crumbs = [
            (settle(strip_controls(tree.name(each))) if each else root_name, each)
            for each in reversed(way)
        ]
        self.refresh()

    def render(self) -> Content:
        """Write the crumbs that fit and remember where they are."""
        crumbs, cut = list(self._crumbs), ""
        while len(crumbs) > 1 and self._width(crumbs, cut) > self.content_size.width:
            crumbs, cut = crumbs[1:], _CUT
        pieces: list[Content] = [Content(cut)]
        position = len(cut)
        self._places = []
        for number, (name, node) in enumerate(crumbs):
            is_last = number == len(crumbs) - 1
            content = Content.styled(name, "$foreground" if is_last else "")
            self._places.append((range(position, position + content.cell_length), node))
            pieces.append(content if is_last else Content.assemble(content, _SEPARATOR))
            position += content.cell_length + len(_SEPARATOR)
        text = Content("").join(pieces)
        return text.truncate(self.content_size.width, ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """Say which directory was meant."""
        offset = event.get_content_offset(self)
        if offset is None or event.button != _LEFT:
            return
        for place, node in self._places:
            if offset.x in place:
                self.post_message(self.Chosen(node))

    @staticmethod
    def _width(crumbs: list[tuple[str, int]], cut: str) -> int:
        names = sum(Content(name).cell_length for name, _ in crumbs)
        return len(cut) + names + len(_SEPARATOR) * (len(crumbs) - 1)
