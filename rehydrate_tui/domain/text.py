"""One sanitiser for every string from outside that reaches a terminal or a log.

Paths, refs, messages and file contents may carry escape sequences (cursor moves,
title changes, clipboard writes), bidirectional overrides that reorder what is read,
and invisible characters. Each becomes a visible replacement; nothing is dropped
silently, so two different names never look the same.
"""

from __future__ import annotations

import re

_REPLACEMENT = "\ufffd"

# C0 and C1 controls, DEL, line and paragraph separators, bidirectional controls, lone
# surrogates, and all that Unicode calls default-ignorable: zero-width characters,
# fillers, variation selectors, tags.
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile(r"\r\n|\r|\n")
# They choose between the text and the picture form of the character before, which
# says nothing in a terminal; READMEs are full of them.
_PRESENTATION = re.compile("[\ufe0e\ufe0f]")

_PICTURES = {"\n": "\u240a", "\t": "\u2409", "\r": "\u240d", "\x1b": "\u241b"}


def _visible(match: re.Match[str]) -> str:
    return _PICTURES.get(match[0], _REPLACEMENT)


def strip_controls(text: str) -> str:
    """Return `text` on one line, with everything a terminal may obey made visible."""
    return _HOSTILE.sub(_visible, text)


def strip_controls_multiline(text: str) -> str:
    """Like `strip_controls`, but for file contents.

    Line ends stay, tabs become spaces, and emoji lose their presentation selector.
    """
    lines = _LINE_END.split(_PRESENTATION.sub("", text).expandtabs(4))
    if not lines[-1]:
        lines.pop()
    return "\n".join(strip_controls(line) for line in lines)


def shorten(text: str, width: int) -> str:
    """Cut `text` in the middle to at most `width` characters, keeping both ends."""
    if len(text) <= width:
        return text
    if width <= 1:
        return text[: max(width, 0)]
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"
