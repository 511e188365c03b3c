"""Patterns that anybody can write cost moments, and match what the library matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from rehydrate_tui.domain.glob_cost import bounded
from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.errors import UsageError

PIECES = [
    "*",
    "a",
    "b",
    "ab",
    "?",
    "[ab]",
    "[!a]",
    "[a-c]",
    "[*]",
    "[]]",
    "/",
    "**",
    "\\*",
    "(",
    "{",
    ".",
    "|",
]
LINES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)
PATHS = st.lists(
    st.sampled_from(["a", "b", "ab", "/", "c", "*", "]", "(", "{", ".", "|"]), min_size=1, max_size=12
).map("".join)  # fmt: skip


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(LINES, PATHS)
@example("*a*b*a", "aabba")
@example("*a*ab*b", "aababb")
@example("*[!a]*b", "a/b")
@example("*ab*b*/c", "abab/c")
def test_the_same_paths_match(line: str, path: str) -> None:
    """Whatever the stars stand between, the answer is that of the library."""
    for pattern in GitIgnoreSpec.from_lines([line]).patterns:
        if pattern.regex is None:
            continue
        quick = bounded(pattern.regex.pattern)
        if quick is not None:
            wanted = pattern.regex.search(path) is not None
            assert (re.compile(quick).search(path) is not None) == wanted


@pytest.mark.parametrize("count", [3, 10, 60])
@pytest.mark.parametrize("piece", ["*a", "a*", "*?", "*[ab]", "*aa"])
def test_many_stars_are_quick(piece: str, count: int) -> None:
    """A name of two hundred letters that nearly matches is refused without a search."""
    rules = PatternSet([piece * count + "b"])
    assert not rules.matches("a" * 250 + "c")
    assert rules.matches("a" * 250 + "b")


@pytest.mark.parametrize(
    "line", ["*[!b]" * 4 + "c", "a/**/b/**/c/**/d", "*[!x]*[!y]*[!z]*a"]
)
def test_what_cannot_be_made_quick_is_refused(line: str) -> None:
    """Stars between classes that leave a character out, and many `**`: in words."""
    with pytest.raises(UsageError, match="too many stars"):
        PatternSet([line])


@pytest.mark.parametrize(
    "line", ["*_2020-*-*_v*.csv", "a/**/b/**/c", "**/data/*/*.csv", "*[!b]*[0-9]*.csv"]
)
def test_patterns_of_people_stay(line: str) -> None:
    """What is written in earnest is not refused."""
    PatternSet([line])
