"""The first screen: what can be typed, chosen and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.errors import RepositoryNotFoundError
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.screens.start import StartScreen
from tests.tui.conftest import MakeApp
from tests.tui.driving import app_of, browser, on, screen_text, ticked, until
from tests.tui.memory_remote import COMMIT, MemoryRemote, sized

REMOTE_ENTRIES = [sized("a.csv", 1), sized("b.csv", 2)]

MANIFEST = f"""version = 1
[[source]]
repository = "ada/notes"
ref = "trunk"
commit = "{COMMIT}"
[[source.file]]
path = "a.csv"
blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
size = 1
"""
SECOND = (
    MANIFEST.removeprefix("version = 1\n")
    .replace('ref = "trunk"', 'into = "bob"')
    .replace("ada/notes", "bob/other")
)


@pytest.fixture
def remote() -> MemoryRemote:
    """Two files."""
    return MemoryRemote(entries=REMOTE_ENTRIES)


async def test_an_address_is_typed_and_opened(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Any pasted form is understood; Enter opens it, and it is remembered."""
    remembered: list[str] = []
    app = memory_app(remote, address=None, save_recent=remembered.append)
    async with app.run_test() as pilot:
        await on(pilot, StartScreen)
        field = pilot.app.screen.query_one("#address")
        field.value = "https://github.com/ada/notes/tree/dev/data"  # type: ignore[attr-defined]  # an Input
        await pilot.press("enter")
        await on(pilot, BrowseScreen)
        assert browser(pilot).workspace.opened.repository.id.full_name == "ada/notes"
    assert len(remembered) == 1
    assert remembered[0].startswith("ada/notes")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "No address was given"),
        ("not an address", "is not an address of a repository"),
        ("https://gist.github.com/ada/0123456789abcdef0123", "Gists cannot be browsed"),
    ],
)
async def test_a_wrong_address_is_explained_beside_it(
    memory_app: MakeApp, remote: MemoryRemote, typed: str, said: str
) -> None:
    """The message stands below the field, and goes away when something is typed."""
    async with memory_app(remote, address=None).run_test() as pilot:
        await on(pilot, StartScreen)
        field = pilot.app.screen.query_one("#address")
        field.value = typed  # type: ignore[attr-defined]  # an Input
        await pilot.click("#open")
        await until(pilot, lambda: said in screen_text(pilot))
        await pilot.press("x")
        await until(pilot, lambda: said not in screen_text(pilot))


async def test_a_repository_that_is_not_there_is_explained(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """Message and hint are shown, without escape codes, and the address stays."""
    remote.trouble = RepositoryNotFoundError(
        "There is no ada/\x1b[31mnotes.", hint="It may be private."
    )
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, StartScreen)
        await until(pilot, lambda: "It may be private" in screen_text(pilot))
        assert "\x1b" not in screen_text(pilot)
        assert "ada/notes" in screen_text(pilot)
        remote.trouble = None
        await pilot.press("enter")
        await on(pilot, BrowseScreen)


async def test_everything_that_can_be_chosen_is_listed(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """Manifests of the folder, each of their repositories, recent ones, suggestions."""
    (work / "two.toml").write_text(MANIFEST + SECOND)
    (work / "pyproject.toml").write_text("[project]\n")
    (work / "broken.toml").write_text("[[source]]\nrepository = 3")
    app = memory_app(remote, address=None, recent=["old/one"], suggestions=["try/this"])
    async with app.run_test() as pilot:
        await on(pilot, StartScreen)
        text = screen_text(pilot)
        for line in (
            "two.toml  brings  ada/notes  1 file · 1 B",
            "two.toml  brings  bob/other  1 file · 1 B",
            "old/one",
            "try/this",
        ):
            assert line in text
        assert "pyproject" not in text
        assert "broken" not in text


async def test_a_manifest_on_the_command_line_opens_its_repository(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """One source: it is opened at its commit, keeping the branch that it follows."""
    (work / "m.toml").write_text(MANIFEST)
    app = memory_app(remote, address=None, manifest_path=work / "m.toml")
    async with app.run_test() as pilot:
        await on(pilot, BrowseScreen)
        assert ticked(pilot) == ["a.csv"]
        assert browser(pilot).workspace.opened.commit.ref == "trunk"


async def test_a_broken_manifest_on_the_command_line_is_explained(
    memory_app: MakeApp, remote: MemoryRemote, work: Path
) -> None:
    """The start screen says what is wrong with it and where."""
    (work / "m.toml").write_text('version = 1\n[[source]]\nrepository = "nothing"\n')
    app = memory_app(remote, address=None, manifest_path=work / "m.toml")
    async with app.run_test() as pilot:
        await on(pilot, StartScreen)
        await until(pilot, lambda: "source[0].repository" in screen_text(pilot))


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_it_can_be_left_at_once(
    memory_app: MakeApp, remote: MemoryRemote, key: str
) -> None:
    """Leaving without doing anything is status 0 and no farewell."""
    app = memory_app(remote, address=None)
    async with app.run_test() as pilot:
        await on(pilot, StartScreen)
        await pilot.press(key)
    assert app.return_value == 0
    assert app.farewell == ""


async def test_q_leaves_when_it_is_not_a_letter_of_an_address(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """In the field `q` is typed; in the list it quits."""
    app = memory_app(remote, address=None, recent=["old/one"])
    async with app.run_test() as pilot:
        await on(pilot, StartScreen)
        await pilot.press("q", "tab", "tab", "q")
    assert app.return_value == 0


async def test_the_connections_are_closed_at_the_end(
    memory_app: MakeApp, remote: MemoryRemote
) -> None:
    """The session ends with the app, while its loop still runs."""
    async with memory_app(remote).run_test() as pilot:
        await on(pilot, BrowseScreen)
        assert not remote.is_closed
        assert app_of(pilot).session is not None
    assert remote.is_closed
