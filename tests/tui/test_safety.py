"""Names from outside, small terminals, no colours."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len

from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.confirm import ConfirmScreen
from tests.tui.conftest import MakeApp
from tests.tui.driving import filter_by, on, screen_text, tree_of, until
from tests.tui.memory_remote import MemoryRemote, sized

HOSTILE = [
    "esc\x1b[2J\x1b]0;owned\x07.csv",
    "bidi\u202egnp.exe",
    "line\nbreak.txt",
    "[bold red]markup[/].md",
    "数据/雨量.csv",
    "cafe\u0301.txt",
    "zero\u200bwidth",
    "x" * 300,
    "tab\there",
    "lone\udce9",
]


@pytest.fixture
def remote() -> MemoryRemote:
    """A repository whose names attack the terminal."""
    return MemoryRemote(entries=[sized(path, 60_000_000) for path in HOSTILE])


def check_text(text: str, width: int) -> None:
    """Check that no line holds a control character or is wider than the terminal."""
    for line in text.split("\n"):
        kinds = {unicodedata.category(character) for character in line}
        assert not kinds & {"Cc", "Cf", "Cs"}
        assert cell_len(line) <= width


@pytest.mark.parametrize("size", [(80, 24), (131, 45), (60, 16)])
async def test_hostile_names_never_reach_the_terminal(
    memory_app: MakeApp, remote: MemoryRemote, size: tuple[int, int]
) -> None:
    """Escape codes, bidi controls and markup are shown as what they are, everywhere."""
    async with memory_app(remote).run_test(size=size) as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("plus")
        for _ in range(len(HOSTILE) + 2):
            await pilot.press("down")
            check_text(screen_text(pilot), size[0])
        await pilot.press("e")
        check_text(screen_text(pilot), size[0])
        await filter_by(pilot, "e")
        check_text(screen_text(pilot), size[0])
        await pilot.press("a", "d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "Refused" in screen_text(pilot))
        check_text(screen_text(pilot), size[0])


async def test_wide_names_keep_the_columns_straight(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Sizes end in the same cell in every row, whatever the names are made of."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("plus")
        tree = tree_of(pilot)
        strips = [tree.render_line(y) for y in range(2, 14)]
        ends = {cell_len(strip.text[: strip.text.index(" MB") + 3]) for strip in strips}
        assert len(ends) == 1
        assert {strip.cell_length for strip in strips} == {79}


async def test_a_terminal_that_is_too_small_says_so(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Below 60x16 there is a sentence; enough room brings everything back; q works."""
    app = memory_app(remote)
    async with app.run_test(size=(59, 20)) as pilot:
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: "too small" in screen_text(pilot))
        await pilot.resize_terminal(80, 15)
        await until(pilot, lambda: "too small" in screen_text(pilot))
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: "too small" not in screen_text(pilot))
        await pilot.resize_terminal(40, 10)
        await pilot.press("q")
    assert app.return_value == 0


async def test_narrow_terminals_lose_columns_not_rows(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The share goes first, then the counts; sizes stay."""
    async with memory_app(remote).run_test(size=(80, 24)) as pilot:
        await on(pilot, BrowseScreen)
        headings: list[str] = []
        for width in (80, 70, 60):
            await pilot.resize_terminal(width, 24)
            await until(pilot, lambda w=width: tree_of(pilot).size.width == w)  # type: ignore[misc]  # mypy knows no defaults of lambdas
            headings.append(" ".join(tree_of(pilot).render_line(0).text.split()))
        assert headings == [
            "Name ▲ Files Size Share",
            "Name ▲ Files Size",
            "Name ▲ Size",
        ]


async def test_without_colours_everything_can_still_be_told(
    memory_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With NO_COLOR all is grey, and cursor, ticks and warnings are characters."""
    monkeypatch.setenv("NO_COLOR", "1")
    remote = MemoryRemote(entries=[sized("big", 60_000_000), sized("small", 1)])
    app = memory_app(remote)
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("down", "space")
        assert app.no_color
        rows = [line for line in screen_text(pilot).splitlines() if line[2:3] == "["]
        assert [row[:12].rstrip() for row in rows] == [
            "  [-] ▼ note",
            "> [x]     bi",
            "  [ ]     sm",
        ]
        assert " large " in rows[1]


async def test_the_status_line_tells_everything_that_matters(
    memory_app: MakeApp,
) -> None:
    """Ticks, space and quota are named; an incomplete listing is called that."""
    quota = Quota(limit=60, remaining=7, resets_at=1_700_000_000)
    remote = MemoryRemote(
        entries=[sized("big", 90_000_000_000)],
        quota=quota,
        is_truncated=True,
        is_private=True,
    )
    async with memory_app(remote).run_test(size=(131, 45)) as pilot:
        await on(pilot, BrowseScreen)
        text = screen_text(pilot)
        assert "nothing ticked │ 81.20 GB free │ incomplete listing" in text
        assert "API 7/60 left, resets 22:13" in text
        assert "private" in text.splitlines()[0]
        await pilot.press("a")
        await until(pilot, lambda: "does not fit: 81.20 GB free" in screen_text(pilot))
        await pilot.press("d")
        await on(pilot, ConfirmScreen)
        await until(pilot, lambda: "do not fit into" in screen_text(pilot))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "up to 1 request, " in screen_text(pilot)
