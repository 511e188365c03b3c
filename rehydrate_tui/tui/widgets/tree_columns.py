"""How the width of the tree is shared out, and how cells are filled."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from rehydrate_tui.tui.widgets.cell_text import settle

GUTTER = 2
"""`> ` in front of the row under the cursor."""
MARK = 4
"""`[x] `."""
SIZE = 10
BAR = 8

_GAP = 2
_MIN_FOR_BAR = 72
_MIN_FOR_COUNT = 62
_MIN_FOR_FLAGS = 50
_MAX_INDENT_SHARE = 3

_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns, from left to right; 0: not shown."""

    name: int
    """Indent, expander, name and flags."""
    count: int
    size: int
    bar: int
    has_flags: bool

    @classmethod
    def fit(cls, width: int, files: int) -> Columns:
        """Share out `width` cells over a tree of `files` files.

        What is dropped first when it gets narrow: the bar, the counts, the flags.
        """
        digits = len(f"{files:,}")
        count = 2 * digits + 1 + _GAP if width >= _MIN_FOR_COUNT else 0
        bar = BAR if width >= _MIN_FOR_BAR else 0
        name = width - GUTTER - MARK - count - SIZE - bar - 1
        return cls(max(name, 1), count, SIZE, bar, width >= _MIN_FOR_FLAGS)

    def indent(self, depth: int) -> int:
        """Return the cells in front of the expander; deep ones share what there is."""
        return min(2 * depth, self.name // _MAX_INDENT_SHARE)


def fit_left(text: str, width: int) -> str:
    """Fill exactly `width` cells; what does not fit ends in `…`."""
    text = settle(text)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    if width <= 1:
        return "…"[:width]
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def fit_right(text: str, width: int) -> str:
    """Fill exactly `width` cells, the text at the right end."""
    text = settle(text)
    missing = width - cell_len(text)
    return " " * missing + text if missing >= 0 else fit_left(text, width)


def fit_path(path: str, width: int) -> str:
    """Fill exactly `width` cells; the end of a long path matters most."""
    path = settle(path)
    if cell_len(path) <= width:
        return set_cell_size(path, width)
    characters: list[str] = []
    room = width - 1
    for character in reversed(path):
        room -= cell_len(character)
        if room < 0:
            break
        characters.append(character)
    return set_cell_size("…" + "".join(reversed(characters)), width)


def share_bar(part: int, whole: int, width: int) -> str:
    """Draw `part` of `whole` in exactly `width` cells of eighth blocks."""
    if whole <= 0 or part <= 0:
        return " " * width
    eighths = min(8 * width, round(8 * width * part / whole))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)
