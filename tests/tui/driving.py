"""Driving the app as a person does, and waiting for what it shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from rehydrate_tui.tui.app import RehydrateApp
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.widgets.path_filter import PathFilter
from rehydrate_tui.tui.widgets.repo_tree import RepoTreeView

Driver = Pilot[int]

_PATIENCE = 10.0
"""Seconds, for slow machines; a condition that holds is seen at once."""


async def until(pilot: Driver, condition: Callable[[], object]) -> None:
    """Wait until `condition` holds; fail if it never does."""
    deadline = time.monotonic() + _PATIENCE
    await pilot.pause()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(
                f"What was waited for did not come. This did:\n{screen_text(pilot)}"
            )
        await pilot.pause(0.01)


async def on(pilot: Driver, screen: type[Screen[Any]]) -> None:
    """Wait until a screen of that kind is on top and has been drawn."""
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, screen) and pilot.app.screen.is_mounted,
    )
    await pilot.pause()


def app_of(pilot: Driver) -> RehydrateApp:
    """Return the app that is driven."""
    assert isinstance(pilot.app, RehydrateApp)
    return pilot.app


def browser(pilot: Driver) -> BrowseScreen:
    """Return the browser, which must be on top."""
    assert isinstance(pilot.app.screen, BrowseScreen)
    return pilot.app.screen


def tree_of(pilot: Driver) -> RepoTreeView:
    """Return the tree."""
    return browser(pilot).pane.tree_view


def shown_rows(pilot: Driver) -> list[str]:
    """Return the paths of the rows, the root as `/`."""
    space = browser(pilot).workspace
    return [space.tree.path(node) or "/" for node in space.rows.rows]


def ticked(pilot: Driver) -> list[str]:
    """Return the ticked paths."""
    space = browser(pilot).workspace
    return sorted(space.tree.path(node) for node in space.selection.ticked_files())


def cursor(pilot: Driver) -> str:
    """Return the path under the cursor, the root as `/`."""
    return browser(pilot).workspace.tree.path(tree_of(pilot).node) or "/"


async def filter_by(pilot: Driver, text: str) -> None:
    """Type into the filter bar and wait until it has been applied."""
    await pilot.press("slash")
    bar = browser(pilot).query_one(PathFilter)
    await until(pilot, lambda: bar.input.has_focus)
    await pilot.press(*(_key(character) for character in text))
    await pilot.press("enter")
    await until(pilot, lambda: tree_of(pilot).has_focus)


def _key(character: str) -> str:
    return {" ": "space", "*": "asterisk", ".": "full_stop", ":": "colon"}.get(
        character, character
    )


def screen_text(pilot: Driver) -> str:
    """Return everything that is on the screen."""
    # The compositor is where all widgets come together; there is no public way to it.
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def click_row(pilot: Driver, path: str, column: int, *, times: int = 1) -> None:
    """Click into the row of `path`."""
    row = shown_rows(pilot).index(path)
    tree = tree_of(pilot)
    await pilot.click(
        tree, offset=(column, row + 1 - tree.scroll_offset.y), times=times
    )


def notices(pilot: Driver) -> str:
    """Return the notices that are up."""
    return "\n".join(str(each.message) for each in app_of(pilot)._notifications)
