"""Unified diffs: right where they are computed, bounded where they would take long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.diff import Change, is_text, unified_diff

LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30)


def shown(pinned: bytes, local: bytes) -> list[str]:
    """Return the lines as they are drawn."""
    return [f"{line.change.value}{line.text}" for line in unified_diff(pinned, local)]


def test_changed_lines_have_signs_and_neighbours() -> None:
    """What is pinned has a minus, what is here a plus, with three lines around."""
    old = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n"
    lines = shown(old, old.replace(b"5", b"five"))
    assert lines == [
        "@@@ -2,7 +2,7 @@",
        *[" 2", " 3", " 4"],
        *["-5", "+five"],
        *[" 6", " 7", " 8"],
    ]


@given(LINES, LINES)
def test_both_texts_can_be_read_from_a_diff(old: list[str], new: list[str]) -> None:
    """With all context, minus and plain lines are the one text, plus and plain the other."""
    pinned, local = "\n".join(old), "\n".join(new)
    lines = unified_diff(pinned.encode(), local.encode())
    removed = [line.text for line in lines if line.change is Change.REMOVED]
    added = [line.text for line in lines if line.change is Change.ADDED]
    assert sorted([*removed, *local.split("\n")]) == sorted(
        [*added, *pinned.split("\n")]
    )
    assert bool(lines) is (pinned != local)


def test_what_is_hostile_is_made_visible() -> None:
    """No escape sequence, no direction mark and no line of megabytes reaches the screen."""
    lines = shown(b"a\n", b"\x1b]52;c;x\x07\xe2\x80\xae\n" + b"x" * 5_000_000)
    assert not any("\x1b" in line or "\u202e" in line for line in lines)
    assert max(map(len, lines)) < 1100


def test_line_ends_alone_are_named() -> None:
    """A file that only changed its line ends differs, though no line does."""
    (line,) = shown(b"a\nb\n", b"a\r\nb\r\n")
    assert line == "@Only line ends differ, or bytes that are no text."
    assert shown(b"a\n", b"a\n") == []


def test_very_different_texts_are_shown_as_replaced() -> None:
    """Ten thousand lines against ten thousand others are not compared one by one."""
    old = b"".join(b"%d\n" % number for number in range(10_000))
    new = b"head\n" + b"".join(b"%d\n" % -number for number in range(10_000))
    lines = unified_diff(old, b"same\n" + new)
    assert sum(line.change is Change.REMOVED for line in lines) == 10_000


@pytest.mark.parametrize(
    ("data", "expected"), [(b"", True), (b"text", True), (b"PNG\0\1", False)]
)
def test_text_is_what_git_takes_for_text(data: bytes, expected: object) -> None:
    """A NUL near the beginning makes it binary."""
    assert is_text(data) is expected
