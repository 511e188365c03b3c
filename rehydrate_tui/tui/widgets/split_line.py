"""One line with something at its left and something at its right end."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

_GAP = 2


class SplitLine(Widget):
    """Shows a left part, and the longest right part that leaves it room."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._left = Content()
        self._rights: tuple[Content, ...] = ()

    def show(self, left: Content, *rights: Content) -> None:
        """Change the left part, and what may stand at the right, the best first."""
        if (left, rights) != (self._left, self._rights):
            self._left, self._rights = left, rights
            self.refresh()

    def render(self) -> Content:
        """Put the parts at the ends; a left part that is too long is cut."""
        width = self.content_size.width
        left = self._left
        for right in self._rights:
            gap = width - left.cell_length - right.cell_length
            if gap >= _GAP:
                return Content.assemble(left, " " * gap, right)
        if left.cell_length > width:
            left = left.truncate(width, ellipsis=True)
        return left
