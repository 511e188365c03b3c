"""A static bar of blocks for bytes that have arrived."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

_PERCENT = 5


class ByteBar(Widget):
    """Fills its width; it changes only when it is told to."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._part = 0
        self._whole = 0

    def show(self, part: int, whole: int) -> None:
        """Show `part` of `whole`."""
        self._part, self._whole = part, whole
        self.refresh()

    def render(self) -> Content:
        """Draw the bar and the share in percent; 100 only when nothing is missing."""
        room = max(self.content_size.width - _PERCENT, 1)
        if not self._whole:
            filled, percent = room, 100
        else:
            filled = min(room, room * self._part // self._whole)
            percent = min(100, 100 * self._part // self._whole)
        return Content.assemble(
            ("█" * filled, "$primary"),
            ("░" * (room - filled), "$foreground-disabled"),
            f"{percent:>{_PERCENT - 1}}%",
        )
