"""Drawing that every terminal agrees about: settled names, and plain ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from rehydrate_tui.tui.ascii_filter import AsciiFilter, to_ascii
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.terminal import is_ascii_wanted
from rehydrate_tui.tui.widgets.cell_text import settle
from tests.tui.conftest import MakeApp
from tests.tui.driving import on, screen_text
from tests.tui.memory_remote import MemoryRemote, sized


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain.csv", "plain.csv"),
        ("雨量 Überblick e\u0301.csv", "雨量 Überblick e\u0301.csv"),
        ("\U0001f680 go", "\u2039rocket\u203a go"),
        ("\u2705", "\u20392705\u203a"),
        ("▶ ☑", "▶ ☑"),
    ],
)
def test_emoji_are_written_as_names(text: str, expected: str) -> None:
    """What terminals disagree about becomes a word, letters stay what they are."""
    assert settle(text) == expected


@given(st.text(alphabet="a▶█▍…·é数\u0301\U0001f680", max_size=20))
def test_ascii_has_the_same_width(text: str) -> None:
    """Cell for cell: columns stay where they are."""
    assert to_ascii(text).isascii()
    # A combining character has no cell of its own, so it leaves nothing.
    assert len(to_ascii(text)) == sum(map(cell_len, text))


def test_styles_stay_in_ascii() -> None:
    """Only the text of a segment changes."""
    (segment,) = AsciiFilter().apply([Segment("▼ x")], Color(0, 0, 0))
    assert segment == Segment("v x")


@pytest.mark.parametrize(
    ("wish", "encoding", "expected"),
    [
        ("", "utf-8", False),
        ("", "UTF8", False),
        ("", "ANSI_X3.4-1968", True),
        ("1", "utf-8", True),
        ("0", "latin-1", False),
    ],
)
def test_ascii_is_asked_for_or_needed(
    wish: str, encoding: str, *, expected: bool
) -> None:
    """The variable decides; without it the encoding does."""
    environ = {"REHYDRATE_ASCII": wish} if wish else {}
    assert is_ascii_wanted(environ, encoding) is expected


async def test_a_whole_screen_is_ascii(memory_app: MakeApp) -> None:
    """Borders, arrows, bars and names too."""
    remote = MemoryRemote(entries=[sized("data/雨.csv", 5), sized("\u2705.csv", 900)])
    async with memory_app(remote, is_ascii=True).run_test(size=(131, 45)) as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("plus", "space", "v")
        await pilot.pause()
        assert screen_text(pilot).isascii()
