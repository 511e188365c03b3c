"""The screens in plain ASCII, for terminals and fonts that have nothing else."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_EIGHTHS = dict(zip("▏▎▍▌▋▊▉█", " ---====", strict=True)) | {"█": "#"}
_LETTERS = {
    "▶": ">",
    "►": ">",
    "▼": "v",
    "▲": "^",
    "◄": "<",
    "…": "~",
    "·": "-",
    "•": "*",
    "●": "*",
    "○": "o",
    "√": "+",
    "\u00d7": "x",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "\u2039": "<",
    "\u203a": ">",
    "“": '"',
    "”": '"',
    "\u2019": "'",
    "\u2013": "-",
    "—": "-",
    "░": ".",
    "▒": ":",
    "▓": "#",
    "━": "=",
    "╸": "=",
    "╺": "=",
    "≥": ">",
    "≤": "<",
}
_VERTICAL, _HORIZONTAL, _CORNERS = "│┃║▕▐", "─═▔▁▂▃▄▅▆▇▀", "╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝"

TABLE = str.maketrans(
    {
        **_LETTERS,
        **_EIGHTHS,
        **dict.fromkeys(_VERTICAL, "|"),
        **dict.fromkeys(_HORIZONTAL, "-"),
        **dict.fromkeys(_CORNERS, "+"),
    }
)


class AsciiFilter(LineFilter):
    """Writes each character that is not ASCII as one that is, cell for cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Translate the text; styles stay."""
        return [
            Segment(to_ascii(text), style, control) for text, style, control in segments
        ]


def to_ascii(text: str) -> str:
    """Return `text` in ASCII, of the same width."""
    if text.isascii():
        return text
    text = text.translate(TABLE)
    if text.isascii():
        return text
    return "".join(each if each.isascii() else "?" * cell_len(each) for each in text)
