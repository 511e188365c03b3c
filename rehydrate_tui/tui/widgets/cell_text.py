"""Text that takes the same cells in every terminal.

Textual counts an emoji as two cells, terminals with the tables of Unicode 6, such as
JupyterLab's xterm.js, as one; every such character would shift the rest of its line.
They are written as their names, so that two different names never look the same.
Letters of all scripts stay what they are.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len

_EMOJI = range(0x1F000, 0x20000)
_LONGEST_NAME = 18

# Markus Kuhn's wcwidth, as Unicode 6 terminals have it.
_WIDE = (
    range(0x1100, 0x1160),
    range(0x2329, 0x232B),
    range(0x2E80, 0x303F),
    range(0x3040, 0xA4D0),
    range(0xAC00, 0xD7A4),
    range(0xF900, 0xFB00),
    range(0xFE10, 0xFE1A),
    range(0xFE30, 0xFE70),
    range(0xFF00, 0xFF61),
    range(0xFFE0, 0xFFE7),
    range(0x20000, 0x3FFFE),
)


def settle(text: str) -> str:
    """Return `text` without characters whose width terminals disagree about."""
    if text.isascii():
        return text
    return "".join(map(_settled, text))


@lru_cache(maxsize=4096)
def _settled(character: str) -> str:
    if character.isascii() or unicodedata.category(character)[0] in "LM":
        return character
    code = ord(character)
    old = 2 if any(code in each for each in _WIDE) else 1
    if code not in _EMOJI and cell_len(character) == old:
        return character
    name = unicodedata.name(character, "").lower()
    shown = name if 0 < len(name) <= _LONGEST_NAME else f"{code:x}"
    return f"\u2039{shown}\u203a"
