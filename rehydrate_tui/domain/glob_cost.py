"""Expressions of the pattern library, made to take no more than moments.

Patterns come from manifests and repositories, which anybody can write. In the library's
expressions every `*` may try each length, so that `*a*a*a*a*a*b` takes years for one
name. Between two stars of a name the first place where the text in between fits is as
good as any later one, and need never be left again; where that does not hold the number
of stars is limited.
"""

from __future__ import annotations

import re

_STAR = "[^/]*"
_DEEP = "(?:/.+)?"
MOST_FREE = 2
"""Stars of a line that may still try all lengths, and `/**/` between two names."""

# An escaped character, any character of a name, or a class that holds no slash.
_ONE_CHARACTER = re.compile(r"\\.|\[\^/\]|\[[^\]^/\\][^\]/\\]*\]", re.DOTALL)
_SYNTAX = re.compile(r"[\[\](){}|^$/.*+?]")


def bounded(expression: str) -> str | None:
    """Return an expression that matches the same; None if it could take too long."""
    if expression.count(_DEEP) > MOST_FREE:
        return None
    first, *pieces = expression.split(_STAR)
    made, free = [first], 0
    for number, piece in enumerate(pieces):
        is_last = number == len(pieces) - 1
        rest = _ONE_CHARACTER.sub("", piece)
        if is_last or "/" in rest:
            made.append(_STAR + piece)
        elif _SYNTAX.search(rest):
            made.append(_STAR + piece)
            free += 1
        elif piece:
            name = f"star{number}"
            made.append(f"(?=(?P<{name}>{_STAR}?{piece}))(?P={name})")
    return "".join(made) if free <= MOST_FREE else None
