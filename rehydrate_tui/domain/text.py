"""One sanitiser for every string from outside that reaches a terminal or a log.

Paths, refs, messages and file contents may carry escape sequences (cursor moves,
title changes, clipboard writes), bidirectional overrides that reorder what is read,
and invisible characters. Each becomes a visible replacement; nothing is dropped
silently, so two different names never look the same.
"""

from __future__ import annotations

import re

_REPLACEMENT = "\ufffd"

# C0 and C1 controls, DEL, line and paragraph separators, bidirectional controls,
# zero-width and other invisible formatting characters, lone surrogates, tag characters.
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)

_PICTURES = {"\n": "\u240a", "\t": "\u2409", "\r": "\u240d", "\x1b": "\u241b"}


def _visible(match: re.Match[str]) -> str:
    return _PICTURES.get(match[0], _REPLACEMENT)


def strip_controls(text: str) -> str:
    """Return `text` on one line, with everything a terminal may obey made visible."""
    return _HOSTILE.sub(_visible, text)


def strip_controls_multiline(text: str) -> str:
    """Like `strip_controls`, but keep line ends and expand tabs, for file contents."""
    lines = text.expandtabs(4).splitlines()
    return "\n".join(strip_controls(line) for line in lines)


def shorten(text: str, width: int) -> str:
    """Cut `text` in the middle to at most `width` characters, keeping both ends."""
    if len(text) <= width:
        return text
    if width <= 1:
        return text[:width]
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"
