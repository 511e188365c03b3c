"""JSON that a machine wrote on one line, broken into lines; also a beginning of it."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_MAX_INDENT = 24
_INDENT = 2
_DENSE = 200
"""Characters per line on average, from which on nobody can read it."""
_FULL = 72
"""Characters after which a list of plain values goes on in the next line."""


def is_dense(text: str) -> bool:
    """Tell whether `text` has too few lines for its length."""
    return len(text) > _DENSE * (text.count("\n") + 1)


def reindent(text: str, *, max_lines: int) -> str:
    """Return JSON text on at most `max_lines` lines.

    Nothing is parsed, so that depth costs nothing, numbers and the order of keys stay
    as they are, and text that is cut or broken is shown as far as it goes.
    """
    lines = _Lines()
    for match in _TOKEN.finditer(text):
        lines.take(match[0])
        if len(lines.done) >= max_lines:
            return "\n".join(lines.done)
    lines.end()
    return "\n".join(lines.done)


class _Lines:
    """Lines while they are made from pieces."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._current = ""
        self._open: list[str] = []
        self._before = ""

    def take(self, piece: str) -> None:
        """Put a piece where it belongs."""
        if piece in {"{", "["}:
            self._begin(piece)
        elif piece in {"}", "]"}:
            self._close(piece)
        elif piece == ":":
            self._current += ": "
        elif piece == ",":
            self._current += ","
            if self._is_in("{") or self._before in {"}", "]"} or self._is_full():
                self.end()
            else:
                self._current += " "
        else:
            self._break_after_opening()
            self._current += piece
        self._before = piece

    def end(self) -> None:
        """Begin a new line."""
        text = self._current.rstrip()
        if text:
            indent = min(_INDENT * len(self._open), _MAX_INDENT)
            self.done.append(" " * indent + text)
        self._current = ""

    def _begin(self, bracket: str) -> None:
        if self._before in {"[", "{"}:
            self._end_opening()
        self._current += bracket
        self._open.append(bracket)

    def _close(self, bracket: str) -> None:
        if self._before not in {"{", "["} and (
            bracket == "}" or self._before in {"}", "]"}
        ):
            self.end()
        if self._open:
            self._open.pop()
        self._current += bracket

    def _break_after_opening(self) -> None:
        if self._before == "{":
            self._end_opening()

    def _end_opening(self) -> None:
        """End the line of a bracket that has just been opened: it belongs outside."""
        last = self._open.pop() if self._open else ""
        self.end()
        if last:
            self._open.append(last)

    def _is_in(self, bracket: str) -> bool:
        return not self._open or self._open[-1] == bracket

    def _is_full(self) -> bool:
        return len(self._current) >= _FULL
