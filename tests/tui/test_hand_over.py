"""The screen of hand-overs: every form, to a file, into a notebook."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from textual.widgets import TextArea

from rehydrate_tui.demo.accounts import Account
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.export import ExportScreen
from rehydrate_tui.tui.screens.name import NameScreen
from tests.conftest import Serve
from tests.published import Published, publish
from tests.tui.conftest import MakeApp
from tests.tui.driving import Driver, on, screen_text, until

FILES = {"a.csv": b"day,mm\n", "b.csv": b"day,km\n"}
TOKEN = "ghp_" + "t" * 36
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def notes(serve: Serve) -> Published:
    """Two files, served on loopback."""
    published = publish(FILES)
    serve(published)
    return published


def code(pilot: Driver) -> str:
    """Return the code that is shown."""
    return pilot.app.screen.query_one("#code", TextArea).text


async def shows_code(pilot: Driver, text: str) -> None:
    """Wait until some code is shown."""
    await until(pilot, lambda: text in code(pilot))


async def shows(pilot: Driver, text: str) -> None:
    """Wait until something is on the screen."""
    await until(pilot, lambda: text in screen_text(pilot))


async def open_export(pilot: Driver) -> None:
    """Tick everything and ask for the hand-over."""
    await on(pilot, BrowseScreen)
    await pilot.press("a", "x")
    await on(pilot, ExportScreen)


async def test_every_form_is_shown_in_turn(
    served_app: MakeApp, notes: Published
) -> None:
    """`f` goes round: cell, magic, curl, python; each carries the manifest."""
    heads = (
        "def _rehydrate(",
        "%load_ext rehydrate_tui",
        "#!/bin/sh",
        "#!/usr/bin/env",
    )
    async with served_app(notes).run_test(size=(131, 45)) as pilot:
        await open_export(pilot)
        for head in heads:
            await shows_code(pilot, head)
            assert notes.commit in code(pilot)
            await pilot.press("f")
        await until(pilot, lambda: heads[0] in code(pilot))
        await pilot.press("b")
        await on(pilot, BrowseScreen)


async def test_a_script_is_written_by_mouse(
    served_app: MakeApp, notes: Published, work: Path
) -> None:
    """A form, a name, a file that may be executed; a file that is there stays."""
    async with served_app(notes).run_test() as pilot:
        await open_export(pilot)
        await pilot.click("#form-curl")
        await until(pilot, lambda: "#!/bin/sh" in code(pilot))
        await pilot.click("#write")
        await on(pilot, NameScreen)
        await pilot.click("#go")
        await on(pilot, ExportScreen)
        await until(pilot, (work / "fetch.sh").exists)
        await until(pilot, lambda: "Written to" in screen_text(pilot))
        await pilot.press("w")
        await on(pilot, NameScreen)
        await pilot.press("enter")
        await until(pilot, lambda: "is there: choose another" in screen_text(pilot))
    script = work / "fetch.sh"
    assert os.access(script, os.X_OK)
    assert notes.commit in script.read_text("utf-8")


@pytest.mark.parametrize("by_mouse", [False, True])
async def test_cells_are_put_into_a_notebook_of_the_folder(
    served_app: MakeApp, notes: Published, work: Path, *, by_mouse: bool
) -> None:
    """The notebook is found, gets the cell first, and once."""
    notebook = work / "lesson.ipynb"
    notebook.write_text(json.dumps(NOTEBOOK), "utf-8")
    async with served_app(notes).run_test() as pilot:
        await open_export(pilot)
        await until(pilot, lambda: "def _rehydrate(" in code(pilot))
        for told in ("Put first into", "Already in"):
            if by_mouse:
                await pilot.click("#insert")
            else:
                await pilot.press("n")
            await on(pilot, NameScreen)
            assert "lesson.ipynb" in screen_text(pilot)
            await pilot.press("enter")
            await shows(pilot, told)
    (cell,) = json.loads(notebook.read_text("utf-8"))["cells"]
    assert "def _rehydrate(" in "".join(cell["source"])


async def test_private_repositories_are_refused_for_scripts(
    serve: Serve, served_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script carries no token; a cell that uses the package is given with a warning."""
    published = publish(FILES, private=True)
    server = serve(published)
    server.tokens[TOKEN] = Account("ada")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    async with served_app(published).run_test(size=(131, 45)) as pilot:
        await open_export(pilot)
        await until(pilot, lambda: "def _rehydrate(" in code(pilot))
        assert "needs rehydrate-tui and a token" in screen_text(pilot)
        await pilot.press("f", "f")
        await until(pilot, lambda: "A script carries no token" in screen_text(pilot))
        assert code(pilot) == ""
        await pilot.press("w")
        assert isinstance(pilot.app.screen, ExportScreen)
