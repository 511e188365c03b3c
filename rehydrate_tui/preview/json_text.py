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
        self._indent = 0
        self._open: list[str] = []
        self._before = ""

    def take(self, piece: str) -> None:
        """Put a piece where it belongs."""
        if piece in {"}", "]"}:
            self._close(piece)
        elif piece == ",":
            self._append(",")
            if self._is_in("{") or self._before == "}" or len(self._current) > _FULL:
                self.end()
            else:
                self._append(" ")
        else:
            if self._before == "{" or (self._before == "[" and piece == "{"):
                self.end()
            self._append(": " if piece == ":" else piece)
            if piece in {"{", "["}:
                self._open.append(piece)
        self._before = piece

    def end(self) -> None:
        """Begin a new line."""
        text = self._current.rstrip()
        if text:
            self.done.append(" " * self._indent + text)
        self._current = ""

    def _append(self, text: str) -> None:
        if not self._current:
            self._indent = min(_INDENT * len(self._open), _MAX_INDENT)
        self._current += text

    def _close(self, bracket: str) -> None:
        if self._before == "}" or (bracket == "}" and self._before != "{"):
            self.end()
        if self._open:
            self._open.pop()
        self._append(bracket)

    def _is_in(self, bracket: str) -> bool:
        return not self._open or self._open[-1] == bracket
