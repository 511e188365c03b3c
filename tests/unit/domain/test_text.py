"""Nothing from outside reaches a terminal raw."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.text import shorten, strip_controls, strip_controls_multiline

# Cf that is drawn: Arabic and Kaithi number signs, Egyptian joiners.
DRAWN_FORMAT_CHARACTERS = {
    *range(0x600, 0x606),
    0x6DD,
    0x70F,
    0x890,
    0x891,
    0x8E2,
    0x110BD,
    0x110CD,
    *range(0x13430, 0x13440),
}
INVISIBLE = "\u034f\u115f\u1160\u17b4\u180b\u3164\ufe00\ufe0f\uffa0\U000e0100"


def is_hostile(character: str) -> bool:
    """Tell from Unicode's own tables whether a terminal may obey or hide it."""
    if ord(character) in DRAWN_FORMAT_CHARACTERS:
        return False
    is_control = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    is_bidi = unicodedata.bidirectional(character) in {
        *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    return is_control or is_bidi or character in INVISIBLE


def test_no_hostile_character_survives() -> None:
    """Of all code points, controls, bidi, zero-width and tag characters are replaced."""
    for code in range(0x110000):
        character = chr(code)
        if is_hostile(character):
            assert strip_controls(character) != character, hex(code)


@given(st.text())
def test_clean_text_is_on_one_line_and_of_the_same_length(text: str) -> None:
    """Each hostile character is replaced by one visible one, the others stay."""
    clean = strip_controls(text)
    assert not any(is_hostile(character) for character in clean)
    assert len(clean) == len(text)
    assert strip_controls(clean) == clean
    assert len(clean.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain naïve 日本語 ©", "plain naïve 日本語 ©"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\nb\tc\rd", "a␊b␉c␍d"),
        ("\x9b2J", "\ufffd2J"),
        ("a\u202eb", "a\ufffdb"),
        ("a\u200bb", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ("\U000e0041", "\ufffd"),
        ("[bold]", "[bold]"),
    ],
)
def test_hostile_characters_become_visible(text: str, expected: str) -> None:
    """Common controls get their own picture, others the replacement character."""
    assert strip_controls(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("a", "a"),
        ("a\nb\n", "a\nb"),
        ("a\r\nb\rc\n\n", "a\nb\nc\n"),
        ("\tx\na\tb", "    x\na   b"),
        ("a\x0cb\x85c\u2028d", "a\ufffdb\ufffdc\ufffdd"),
        ("\x1b]0;title\x07", "␛]0;title\ufffd"),
        ("⚠\ufe0f careful", "⚠ careful"),
    ],
)
def test_contents_keep_their_lines(text: str, expected: str) -> None:
    """Line ends and tabs of file contents are kept as such, all else is one line's."""
    assert strip_controls_multiline(text) == expected


@given(st.text())
def test_lines_of_contents_are_clean(text: str) -> None:
    """No line of cleaned contents holds anything hostile."""
    for line in strip_controls_multiline(text).split("\n"):
        assert strip_controls(line) == line


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcdef", 5, "ab…ef"),
        ("abcdef", 4, "a…ef"),
        ("abcdef", 2, "…f"),
        ("abcdef", 1, "a"),
        ("abcdef", 0, ""),
        ("abcdef", -3, ""),
        ("", -1, ""),
    ],
)
def test_shortening_keeps_both_ends(text: str, width: int, expected: str) -> None:
    """The middle is cut out, because names differ at their ends."""
    assert shorten(text, width) == expected


@given(st.text(), st.integers(min_value=-5, max_value=50))
def test_shortened_text_fits(text: str, width: int) -> None:
    """The result never exceeds the width and is the text itself where that fits."""
    short = shorten(text, width)
    assert len(short) <= max(width, 0)
    assert (short == text) is (len(text) <= max(width, 0))
