"""Manifests as this program writes them, read faster than any TOML.

A manifest is a few lines about each source, then thousands of tables of three lines.
The tables are read here, the lines about sources by the TOML parser. Whatever is written
in another way, by other programs or by people, is left to that parser as a whole: what
comes out is the same, only later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Parse = Callable[[str], dict[str, Any]]

_SOURCE = "\n[[source]]\n"
_MOST_ELSEWHERE = 2**16
# Brackets count for the limits of nesting, so a path with one is not plain.
_PATH = r'"([^"\\\[{\x00-\x1f\x7f]{1,4000})"'
_BLOB = r'"([0-9a-f]{40})"'
_SIZE = "(0|[1-9][0-9]{0,17})"


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which the files of a source are written."""

    before: str
    file: re.Pattern[str]
    frame: int
    """Characters of a file besides its three values."""
    after: str


# The writer puts short files on a line each, and all of them in tables if one is long.
_FORMS = (
    _Form(
        "",
        re.compile(
            rf"\n\[\[source\.file\]\]\npath = {_PATH}\nblob = {_BLOB}\nsize = {_SIZE}\n"
        ),
        len('\n[[source.file]]\npath = ""\nblob = ""\nsize = \n'),
        "",
    ),
    _Form(
        "\nfile = [\n",
        re.compile(rf"    \{{ path = {_PATH}, blob = {_BLOB}, size = {_SIZE} \}},\n"),
        len('    { path = "", blob = "", size =  },\n'),
        "]\n",
    ),
)


def parse_plain(text: str, parse: Parse) -> dict[str, Any] | None:
    """Parse a manifest whose files are written plainly; None for anything else.

    Args:
        text: the document.
        parse: reads TOML; it is given the small rest, piece by piece. Each piece that
            is whole for it ends outside of any text or list, so that the next one
            begins where a new table may.
    """
    top, *parts = text.split(_SOURCE)
    if not parts or len(top) > _MOST_ELSEWHERE:
        return None
    document = parse(top)
    if "source" in document:
        return None
    sources: list[dict[str, Any]] = []
    for part in parts:
        source = _parse_source(part, parse)
        if source is None:
            return None
        sources.append(source)
    return {**document, "source": sources}


def _parse_source(part: str, parse: Parse) -> dict[str, Any] | None:
    for form in _FORMS:
        first = form.file.search(part)
        if first is not None:
            break
    else:
        return None
    found: list[tuple[str, str, str]] = form.file.findall(part)
    length = form.frame * len(found) + sum(map(len, map("".join, found)))
    begin = first.start() - len(form.before)
    is_all = first.start() + length + len(form.after) == len(part)
    if not (
        is_all
        and part.startswith(form.before, max(begin, 0))
        and part.endswith(form.after)
        and 0 <= begin <= _MOST_ELSEWHERE
    ):
        return None
    # The line before the files ends where they begin.
    document = parse(f"{_SOURCE}{part[:begin]}\n")
    if document.keys() != {"source"} or len(document["source"]) != 1:
        return None
    source: dict[str, Any] = document["source"][0]
    if "file" in source:
        return None
    source["file"] = [
        {"path": path, "blob": blob, "size": int(size)} for path, blob, size in found
    ]
    return source
