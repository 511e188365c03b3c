"""The table of commands, and what is made of it: bindings, palette, help."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.widgets import Static

from rehydrate_tui.errors import UsageError
from rehydrate_tui.tui.commands import COMMANDS, Place, commands_of
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.help import HelpScreen
from rehydrate_tui.tui.screens.start import StartScreen
from rehydrate_tui.tui.terminal import check_terminal, prepare_terminal
from tests.tui.conftest import MakeApp
from tests.tui.driving import app_of, on, screen_text, ticked, until
from tests.tui.memory_remote import MemoryRemote, sized

MODAL = {Place.DIALOGUE, Place.TICKED, Place.DIFF}
"""Dialogues have their own keys; what holds everywhere does not reach them."""

BROWSER_KEYS = {"ctrl+w", "ctrl+t", "ctrl+n", "ctrl+v", "f1", "f5", "f11", "f12"}


@pytest.fixture
def remote() -> MemoryRemote:
    """Two files."""
    return MemoryRemote(entries=[sized("a", 1), sized("b", 2)])


def test_no_key_means_two_things_at_once() -> None:
    """Within a place, and between a place and what holds everywhere, keys are unique."""
    everywhere = [
        key for each in commands_of(Place.APP) for key in each.keys.split(",")
    ]
    together = [(Place.BROWSE, Place.BASKET, Place.TREE)]
    for places in [*together, *((place,) for place in Place if place is not Place.APP)]:
        keys = [
            key
            for place in places
            for command in commands_of(place)
            for key in command.keys.split(",")
        ]
        if not MODAL.intersection(places):
            keys += [key for key in everywhere if key]
        assert len(keys) == len(set(keys))


def test_no_command_needs_a_key_that_a_browser_takes() -> None:
    """Nothing hangs on a key that JupyterLab, the browser or tmux keeps to itself."""
    for command in COMMANDS:
        for key in command.keys.split(","):
            assert key not in BROWSER_KEYS
            assert not key.startswith(("alt+", "ctrl+shift+", "shift+"))


async def test_the_help_lists_every_command(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Each explanation of the table is in the help; what is on screen comes first."""
    async with memory_app(remote).run_test(size=(131, 45)) as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("question_mark")
        await on(pilot, HelpScreen)
        lines = [
            str(each.render()) for each in pilot.app.screen.query(Static).results()
        ]
        assert all(command.explanation in lines for command in COMMANDS)
        assert lines[0] == "Browsing"
        await pilot.press("q")
        await on(pilot, BrowseScreen)
        await pilot.press("question_mark")
        await on(pilot, HelpScreen)
        await pilot.click("#close")
        await on(pilot, BrowseScreen)


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_runs_commands(
    memory_app: MakeApp, remote: MemoryRemote, key: str
) -> None:
    """Both keys open it; a command that is chosen does what its key does."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press(key)
        await on(pilot, CommandPalette)
        await until(pilot, lambda: "Invert (i)" in screen_text(pilot))
        await pilot.press(*"invert")
        await until(pilot, lambda: "Undo (u)" not in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
        await until(pilot, lambda: ticked(pilot) == ["a", "b"])


async def test_the_palette_offers_what_has_no_key(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The theme can be changed from the palette alone."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("colon")
        await on(pilot, CommandPalette)
        await pilot.press(*"theme")
        await until(pilot, lambda: "Choose other colours" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "nord" in screen_text(pilot))


async def test_commands_of_the_screen_run_from_the_palette(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Commands that belong to the whole screen find it."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("colon")
        await on(pilot, CommandPalette)
        await pilot.press(*"another repository")
        await until(pilot, lambda: "Open (o)" in screen_text(pilot))
        await pilot.press("enter")
        await on(pilot, StartScreen)


async def test_redraw_sets_the_modes_again(
    memory_app: MakeApp, remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+L leaves and enters the application mode, for a tab that was reloaded."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        driver = app_of(pilot)._driver
        assert driver is not None
        calls: list[str] = []
        for name in ("stop_application_mode", "close", "start_application_mode"):
            monkeypatch.setattr(driver, name, lambda name=name: calls.append(name))
        await pilot.press("ctrl+l")
        assert calls == ["stop_application_mode", "close", "start_application_mode"]
        assert "Browse" in screen_text(pilot)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"TERM": "xterm-256color"}, {"TERM": "xterm-256color"}),
        (
            {"TERM": "xterm-256color", "JUPYTER_SERVER_URL": "x"},
            {
                "TERM": "xterm-256color",
                "JUPYTER_SERVER_URL": "x",
                "COLORTERM": "truecolor",
            },
        ),
        (
            {"TERM": "xterm-256color", "JUPYTER_SERVER_ROOT": "x", "TMUX": "y"},
            {"TERM": "xterm-256color", "JUPYTER_SERVER_ROOT": "x", "TMUX": "y"},
        ),
        (
            {"TERM": "xterm", "JUPYTER_SERVER_ROOT": "x", "NO_COLOR": "1"},
            {"TERM": "xterm", "JUPYTER_SERVER_ROOT": "x", "NO_COLOR": "1"},
        ),
        ({"COLUMNS": "80", "LINES": "24"}, {}),
    ],
)
def test_a_notebook_terminal_is_prepared(
    given: dict[str, str], expected: dict[str, str]
) -> None:
    """Sizes that never change are dropped; 24 bit is claimed only where it is drawn."""
    environ = dict(given)
    prepare_terminal(environ, is_terminal=True)
    assert environ == {**expected, "TEXTUAL_ANIMATIONS": "none"}


def test_without_a_terminal_the_size_is_kept() -> None:
    """COLUMNS is a wish of somebody who pipes."""
    environ = {"COLUMNS": "80", "TEXTUAL_ANIMATIONS": "full"}
    prepare_terminal(environ, is_terminal=False)
    assert environ == {"COLUMNS": "80", "TEXTUAL_ANIMATIONS": "full"}


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_draw_is_refused(term: str) -> None:
    """The sentence names the terminal and says what works instead."""
    with pytest.raises(UsageError, match=f"TERM={term}"):
        check_terminal({"TERM": term})
    check_terminal({"TERM": "xterm"})


async def test_ascii_can_be_switched(memory_app: MakeApp, remote: MemoryRemote) -> None:
    """The palette switches it off, and on again."""
    app = memory_app(remote, is_ascii=True)
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        (ascii_filter,) = app.get_line_filters()[-1:]
        app.action_toggle_ascii()
        assert ascii_filter not in app.get_line_filters()
        app.action_toggle_ascii()
        assert ascii_filter in app.get_line_filters()
