"""Code in colours: lexers of Pygments, on short lines and for a short time only."""

from __future__ import annotations

import time
from collections.abc import Iterator

from pygments.lexer import Lexer
from pygments.lexers import (
    get_lexer_by_name,  # pyright: ignore[reportUnknownVariableType]
)
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    String,
    Token,
    _TokenType,  # pyright: ignore[reportPrivateUsage] - its only name
)
from pygments.util import ClassNotFound
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from rehydrate_tui.domain.text import strip_controls_multiline
from rehydrate_tui.tui.preview.page import MAX_LINES, Line
from rehydrate_tui.tui.preview.palette import Palette

MAX_SECONDS = 0.4
"""What has no colour by then stays without."""
MAX_LINE = 1000
"""Characters; a text with longer lines was written by a machine, and lexers are slow."""
MAX_TEXT = 80_000

_STYLES = {
    Comment: "comment",
    Error: "base",
    Generic.Heading: "heading",
    Keyword: "keyword",
    Literal: "string",
    Name.Attribute: "name",
    Name.Builtin: "name",
    Name.Class: "name",
    Name.Decorator: "name",
    Name.Function: "name",
    Name.Tag: "keyword",
    Number: "number",
    Operator.Word: "keyword",
    String: "string",
    Token: "base",
}


def code_lines(text: str, language: str, palette: Palette) -> list[Line]:
    """Return the lines of a text in a language; plain where it takes too long."""
    text = strip_controls_multiline(text)
    lexer = _lexer(language) if _is_harmless(text) else None
    lines: list[Line] = [[]]
    for piece, style in _pieces(text, lexer, palette):
        first, *others = piece.split("\n")
        lines[-1].append(Segment(first, style))
        lines += [[Segment(other, style)] for other in others]
    return lines


def wrapped_lines(text: str, width: int, palette: Palette) -> list[Line]:
    """Return the lines of a plain text, the long ones on as many as they need."""
    lines: list[Line] = []
    for line in strip_controls_multiline(text).split("\n"):
        pieces = _wrapped(line, max(width, 10))
        lines += [[Segment(piece, palette["base"])] for piece in pieces]
        if len(lines) >= MAX_LINES:
            break
    return lines


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Yield pieces of at most `width` cells, cut between words where there are any."""
    while cell_len(line) > width:
        piece = set_cell_size(line[:width], width).rstrip() or line[0]
        space = piece.rfind(" ", len(piece) // 2)
        cut = space + 1 if space > 0 else len(piece)
        yield line[:cut].rstrip()
        line = line[cut:]
    yield line


def _is_harmless(text: str) -> bool:
    return len(text) <= MAX_TEXT and all(
        len(line) <= MAX_LINE for line in text.split("\n")
    )


def _lexer(language: str) -> Lexer | None:
    if not language:
        return None
    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None


def _pieces(
    text: str, lexer: Lexer | None, palette: Palette
) -> Iterator[tuple[str, Style]]:
    position = 0
    if lexer is not None:
        deadline = time.perf_counter() + MAX_SECONDS
        for start, kind, piece in lexer.get_tokens_unprocessed(text):
            if start < position:
                continue
            yield piece, palette[_style_of(kind)]
            position = start + len(piece)
            if time.perf_counter() > deadline:
                break
    if position < len(text):
        yield text[position:], palette["base"]


def _style_of(kind: _TokenType) -> str:
    token: _TokenType | None = kind
    while token is not None:
        found = _STYLES.get(token)
        if found:
            return found
        token = token.parent
    return "base"
