"""Plain ASCII for terminals and fonts without lines, blocks and marks."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# Each for one that is as wide, so that nothing moves. Names of files are not drawn by
# this program and stay as they are.
_PAIRS = (
    "▶>▼v▲^►>◄<→>←<↑^↓v"
    "─-━-│|┃|╭+╮+╰+╯+┌+┐+└+┘+├+┤+┬+┴+┼+╸-╺-▔-▁_▕|▏|▎|▍|▌|▋|▊|▉|▐|"
    "█#▇#▆#▅=▄=▃-▂_▀=░.▒:▓#■#□o●*○o◐o"
    '√+×x·-•*…~–-—-≥>≤<›>»>“"”"±+⭘o'  # noqa: RUF001 - they are what is replaced
)
TABLE = {
    ord(drawn): plain for drawn, plain in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)
}


class AsciiFilter(LineFilter):
    """Replaces what this program draws, line by line, when it is on its way out."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line in ASCII."""
        del background
        return [
            Segment(text.translate(TABLE), style, control)
            for text, style, control in segments
        ]
