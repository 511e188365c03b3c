"""Small HTML for the output of a cell; everything from outside is made harmless.

No colours, no scripts, no style sheets: the output has to read well in light and dark
themes, in a file viewer and years later.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from rehydrate_tui.domain.text import shorten, strip_controls

MAX_TEXT = 300
"""Characters of one cell or line: names can be thousands of bytes long."""


def safe(text: str) -> str:
    """Return `text` for HTML: controls visible, cut, escaped."""
    return html.escape(plain(text))


def plain(text: str) -> str:
    """Return `text` for one line of plain output: controls visible, cut."""
    return shorten(strip_controls(text), MAX_TEXT)


def bar(share: float, text: str) -> str:
    """Return a progress bar with a line of text; `share` is between 0 and 1."""
    return f'<div><progress max="1" value="{share:.3f}"></progress> {safe(text)}</div>'


def lines(texts: Iterable[str]) -> str:
    """Return lines below each other; the last one is the result and stands out."""
    *others, last = (safe(text) for text in texts)
    return f"<div>{''.join(f'{other}<br>' for other in others)}<b>{last}</b></div>"
