"""A unified diff of two texts, bounded: what is too much is said, not computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from rehydrate_tui.domain.text import strip_controls_multiline

MAX_BYTES = 2**20
"""Texts beyond this are not compared line by line."""

CONTEXT = 3
_MAX_DIFFERING = 3000
_MAX_LINE = 1000


class Change(Enum):
    """What a line of the diff is; the values stand in front of it."""

    SAME = " "
    REMOVED = "-"
    ADDED = "+"
    HUNK = "@"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line; harmless, without its line end, and cut when it is very long."""

    change: Change
    text: str


def is_text(data: bytes) -> bool:
    """Tell whether git would take `data` for text: no NUL near the beginning."""
    return b"\0" not in data[:8000]


def unified_diff(pinned: bytes, local: bytes) -> list[DiffLine]:
    """Compare the pinned bytes with the local ones, line by line.

    Where more than a few thousand lines in one piece differ, they are shown as
    replaced altogether: a line by line comparison could take minutes.
    """
    old, new = _lines(pinned), _lines(local)
    return [
        line for group in _groups(old, new) for line in _hunk(group, old, new)
    ] or _invisible(pinned, local)


Opcode = tuple[str, int, int, int, int]


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")


def _groups(old: Sequence[str], new: Sequence[str]) -> list[list[Opcode]]:
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    most = min(len(old), len(new)) - first
    while last < most and old[-1 - last] == new[-1 - last]:
        last += 1
    start, tail = max(0, first - CONTEXT), min(last, CONTEXT)
    before, after = len(old) - last, len(new) - last
    differing = max(before, after) - first
    if first == len(old) == len(new):
        return []
    if differing <= _MAX_DIFFERING:
        # What both begin and end with need not be looked through again.
        matcher = SequenceMatcher(
            None, old[start : before + tail], new[start : after + tail]
        )
        return [
            [_shifted(opcode, start) for opcode in group]
            for group in matcher.get_grouped_opcodes(CONTEXT)
        ]
    return [
        [
            ("equal", start, first, start, first),
            ("replace", first, before, first, after),
            ("equal", before, before + tail, after, after + tail),
        ]
    ]


def _shifted(opcode: Opcode, by: int) -> Opcode:
    tag, old_from, old_to, new_from, new_to = opcode
    return tag, old_from + by, old_to + by, new_from + by, new_to + by


def _hunk(
    group: list[Opcode], old: Sequence[str], new: Sequence[str]
) -> Iterator[DiffLine]:
    head, end = group[0], group[-1]
    yield DiffLine(
        Change.HUNK,
        f"@@ -{head[1] + 1},{end[2] - head[1]} +{head[3] + 1},{end[4] - head[3]} @@",
    )
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            yield from _shown(Change.SAME, old[old_from:old_to])
        else:
            yield from _shown(Change.REMOVED, old[old_from:old_to])
            yield from _shown(Change.ADDED, new[new_from:new_to])


def _shown(change: Change, lines: Sequence[str]) -> Iterator[DiffLine]:
    for line in lines:
        cut = line if len(line) <= _MAX_LINE else f"{line[:_MAX_LINE]}…"
        yield DiffLine(change, strip_controls_multiline(cut).replace("\n", "␊"))


def _invisible(pinned: bytes, local: bytes) -> list[DiffLine]:
    """Say what differs when no line does."""
    if pinned == local:
        return []
    return [DiffLine(Change.HUNK, "Only line ends differ, or bytes that are no text.")]
