"""Sizes as people write and read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.limits import (
    LARGE_SIZE,
    WARN_SIZE,
    SizePolicy,
    format_size,
    parse_size,
)
from rehydrate_tui.errors import UsageError

sizes = st.one_of(
    st.integers(min_value=0, max_value=2**63 - 1),
    st.builds(
        lambda power, offset: max(0, 10**power + offset),
        st.integers(min_value=0, max_value=18),
        st.integers(min_value=-60_000, max_value=60_000),
    ),
)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1049, "1.0 kB"),
        (1050, "1.1 kB"),
        (12_345, "12.3 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (10**6, "1.0 MB"),
        (50 * 10**6, "50.0 MB"),
        (999_949_999, "999.9 MB"),
        (999_950_000, "1.00 GB"),
        (1_200_000_000, "1.20 GB"),
        (99_994_999_999, "99.99 GB"),
        (99_995_000_000, "100.0 GB"),
        (999_949_999_999, "999.9 GB"),
        (999_950_000_000, "1.00 TB"),
        (999_949_999_999_999, "999.9 TB"),
        (999_949_999_999_999_999, "999.9 PB"),
        (2**63 - 1, "9.22 EB"),
    ],
)
def test_sizes_are_written_for_people(size: int, text: str) -> None:
    """A size has the unit that keeps it short; rounding never shows 1000.0."""
    assert format_size(size) == text


@given(sizes)
def test_a_written_size_has_at_most_four_digits(size: int) -> None:
    """No size below 2^63 takes more than four significant digits, or 9 columns."""
    text = format_size(size)
    assert re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})? [kMGTPE]?B", text)
    number = text.partition(" ")[0]
    assert len(number.replace(".", "")) <= 4
    assert float(number) < 1000


@given(sizes, sizes)
def test_a_larger_size_is_never_written_smaller(one: int, other: int) -> None:
    """What is written keeps the order of the sizes."""
    small, large = sorted((one, other))
    assert written(small) <= written(large)


def written(size: int) -> float:
    """Return the number of bytes that the written size stands for."""
    number, unit = format_size(size).split(" ")
    steps = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    return float(number) * 1000.0 ** steps.index(unit)


@given(sizes)
def test_a_written_size_is_close(size: int) -> None:
    """Reading a written size gives the size back to within 5 %."""
    assert abs(parse_size(format_size(size)) - size) <= size * 0.05


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("4096", 4096),
        ("4096 B", 4096),
        ("250MB", 250 * 10**6),
        (" 250 mb ", 250 * 10**6),
        ("250M", 250 * 10**6),
        ("1.5GiB", 3 * 2**29),
        ("1.001 kB", 1001),
        ("2k", 2000),
        ("2KiB", 2048),
        ("1g", 10**9),
        ("3t", 3 * 10**12),
        ("1 TiB", 2**40),
        ("0.000001 MB", 1),
        ("999999999999999", 10**15 - 1),
    ],
)
def test_sizes_are_read_in_any_unit(text: str, size: int) -> None:
    """`MB` is 10^6 and `MiB` 2^20, in any case, with fractions."""
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "MB", "-1", "1,5 MB", "1e6", "5 XB", "1 MB x", "٣", "1\u212ab", "9" * 16],
)
def test_what_is_no_size_is_refused(text: str) -> None:
    """Anything else is refused with the forms that are right."""
    with pytest.raises(UsageError, match="is not a size") as caught:
        parse_size(text)
    assert "1.5GiB" in caught.value.hint


def test_the_refusal_is_harmless_and_short() -> None:
    """The error shows no control characters and no endless text."""
    with pytest.raises(UsageError) as caught:
        parse_size("\x1b" * 500)
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 80


@pytest.mark.parametrize(
    ("size", "word"),
    [
        (0, ""),
        (WARN_SIZE - 1, ""),
        (WARN_SIZE, "large"),
        (LARGE_SIZE - 1, "large"),
        (LARGE_SIZE, "huge"),
    ],
)
def test_githubs_marks_have_words(size: int, word: str) -> None:
    """Files from 50 MB on are large, from 100 MB on huge."""
    assert SizePolicy().size_word(size) == word


def test_a_higher_mark_silences_both_words() -> None:
    """Who warns from 1 GB on is not told of files below."""
    policy = SizePolicy(warn_file=10**9)
    assert policy.size_word(10**9 - 1) == ""
    assert policy.size_word(10**9) == "huge"
