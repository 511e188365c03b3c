"""What went wrong, and what to do about it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from rehydrate_tui.domain.text import strip_controls_multiline
from rehydrate_tui.errors import RehydrateError


class Problem(Static):
    """A message with its hint; hidden while there is nothing to say."""

    def show(self, error: RehydrateError) -> None:
        """Show an error."""
        self.update(describe(error))
        self.display = True

    def clear(self) -> None:
        """Hide it again."""
        self.update("")
        self.display = False


def describe(error: RehydrateError) -> Content:
    """Return an error's message, and its hint in a line of its own."""
    message = strip_controls_multiline(str(error).removesuffix(error.hint).rstrip())
    parts = [Content.styled(message, "bold $text-error")]
    if error.hint:
        parts.append(Content.styled(strip_controls_multiline(error.hint), ""))
    return Content("\n").join(parts)
