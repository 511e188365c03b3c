"""What is told of names that only some machines can hold."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.portability import collision_notes, portability_notes


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("a:b", "Windows does not allow one of its characters"),
        ("C:x", "Windows does not allow one of its characters"),
        ("a\\b", "Windows does not allow one of its characters"),
        ("sub/aux.txt", "Windows has a device of that name"),
        ("sub./a", "Windows drops its trailing dot or space"),
        ("a ", "Windows drops its trailing dot or space"),
    ],
)
def test_what_windows_refuses_is_told(target: str, reason: str) -> None:
    """Each with its reason."""
    (note,) = portability_notes([target])
    assert note == f"“{target}” cannot be brought to Windows: {reason}."


def test_pairs_are_told() -> None:
    """Case and accents, in the order of the targets."""
    notes = portability_notes(["A", "a", "caf\u00e9", "cafe\u0301", "plain"])
    assert [note.partition(" differ")[0] for note in notes] == [
        "“A” and “a”",
        "“caf\u00e9” and “cafe\u0301”",
    ]


def test_what_arrives_everywhere_is_not_told() -> None:
    """No sentence without a reason."""
    assert portability_notes(["a", "b/c.txt", "d e", "naïve"]) == ()


def test_many_are_counted() -> None:
    """A selection of thousands tells the first of each kind, and how many more."""
    notes = portability_notes([f"{number}:x" for number in range(2_000)], most=2)
    assert notes[0].startswith("“0:x”")
    assert notes[2:] == ("1,998 more names cannot be brought to Windows.",)
    pairs = [(f"A{number}", f"a{number}") for number in range(11)]
    assert collision_notes(pairs)[10:] == (
        "1 more pairs differ in case or accents only.",
    )


def test_names_are_made_harmless() -> None:
    """Direction controls and great length stay out of a sentence."""
    (note,) = portability_notes(["\u202e" + "x" * 300 + ":"])
    assert "\u202e" not in note
    assert len(note) < 250
