"""Names that not every machine can hold: sentences for whoever saves or replays them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rehydrate_tui.domain.paths import find_collisions, unsafe_reason
from rehydrate_tui.domain.text import shorten, strip_controls

MAX_NAMED = 10
"""Names of one kind that are told one by one; the others are counted."""

_SHOWN = 120


def portability_notes(
    targets: Sequence[str], *, most: int = MAX_NAMED
) -> tuple[str, ...]:
    """Say which targets will not arrive everywhere: for the moment of saving.

    Args:
        targets: paths below the destination, each of which may be written here.
        most: how many of a kind are named; one more sentence counts the others.
    """
    pairs = find_collisions(targets)
    return (*windows_notes(targets, most=most), *collision_notes(pairs, most=most))


def windows_notes(targets: Iterable[str], *, most: int = MAX_NAMED) -> tuple[str, ...]:
    """Say which targets Windows refuses, and why."""
    reasons = ((target, unsafe_reason(target, windows=True)) for target in targets)
    notes = [
        f"“{_shown(target)}” cannot be brought to Windows: {reason}."
        for target, reason in reasons
        if reason
    ]
    return _first_of(notes, most, "names cannot be brought to Windows")


def collision_notes(
    pairs: Iterable[tuple[str, str]], *, most: int = MAX_NAMED
) -> tuple[str, ...]:
    """Say which targets some file systems take for one."""
    notes = [
        f"“{_shown(first)}” and “{_shown(second)}” differ in case or accents only: "
        "not every file system keeps both."
        for first, second in pairs
    ]
    return _first_of(notes, most, "pairs differ in case or accents only")


def _shown(path: str) -> str:
    return shorten(strip_controls(path), _SHOWN)


def _first_of(notes: Sequence[str], most: int, rest: str) -> tuple[str, ...]:
    left = len(notes) - most
    more = (f"{left:,} more {rest}.",) if left > 0 else ()
    return (*notes[:most], *more)
