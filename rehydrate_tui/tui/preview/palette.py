"""The styles that previews are drawn in; a sheet says what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.style import Style

from rehydrate_tui.preview.pixels import Colour

COMPONENTS = frozenset(
    {
        "heading",
        "muted",
        "strong",
        "emphasis",
        "link",
        "code",
        "error",
        "warning",
        "rule",
        "keyword",
        "string",
        "number",
        "comment",
        "name",
        "column",
        "type",
        "base",
    }
)
"""What widgets declare as component classes, with `preview--` in front."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Styles by name, and what pictures need to know of the terminal."""

    styles: Mapping[str, Style]
    background: Colour
    """Behind the transparent parts of pictures."""
    has_few_colours: bool
    """Whether the terminal has 256 colours at most."""

    def __getitem__(self, name: str) -> Style:
        """Return the style of that name."""
        return self.styles[name]
