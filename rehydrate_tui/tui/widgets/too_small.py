"""The sentence that a terminal gets which is too small."""

from __future__ import annotations

from textual.widgets import Static

MIN_WIDTH = 60
MIN_HEIGHT = 16


class TooSmall(Static):
    """Covers the screen while the terminal is too small; the style sheet shows it."""

    def __init__(self) -> None:
        super().__init__(
            f"This terminal is too small: {MIN_WIDTH} columns and {MIN_HEIGHT} rows are "
            "needed. Make it larger, or press q to quit.",
            markup=False,
        )
