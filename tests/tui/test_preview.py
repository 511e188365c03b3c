"""The preview in the browser: following, toggling, sorting, reading more, never in the way."""

from __future__ import annotations

import asyncio
import threading

import pytest

from rehydrate_tui.demo.builder import Content, LfsFile, Symlink
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.preview.sample import MEDIUM
from rehydrate_tui.tui.screens.browse import BrowseScreen
from rehydrate_tui.tui.widgets.preview_pane import PreviewPane
from tests.conftest import Serve
from tests.preview.samples import picture
from tests.published import Published, publish
from tests.tui.conftest import MakeApp
from tests.tui.driving import (
    Driver,
    browser,
    click_row,
    cursor,
    on,
    screen_text,
    ticked,
    tree_of,
    until,
)

MANY = {f"part{n:02}.csv": f"n,m\n{n},{n}\n".encode() for n in range(50)}
FILES: dict[str, Content] = {
    "README.md": b"# Valley\n\n![Map](img/map.png)\n",
    "img/map.png": picture(),
    "img/notes.txt": b"about the map\n",
    "table.csv": b"name,n\nb,10\na,9\nc,\n",
    "large.txt": b"line of the file\n" * 40_000,
    "large.png": picture() + b"\0" * MEDIUM,
    "sound.npy": LfsFile(b"\x93NUMPY" + b"\0" * 200_000),
    "link": Symlink("table.csv"),
}
WIDE, NARROW = (131, 45), (80, 24)


@pytest.fixture
def notes() -> Published:
    """A repository with something to look at."""
    return publish(FILES)


def pane(pilot: Driver) -> PreviewPane:
    """Return the preview."""
    return browser(pilot).pane.preview


async def go(pilot: Driver, path: str) -> None:
    """Put the cursor on a file and wait until it is shown."""
    space = browser(pilot).workspace
    node = space.tree.node(path)
    space.rows.reveal(node)
    tree_of(pilot).show(node=node)
    await shown(pilot, node)


async def shown(pilot: Driver, node: int) -> None:
    """Wait until a node is shown, its pictures included."""

    def is_shown() -> bool:
        loaded = pane(pilot).loaded
        return loaded is not None and loaded.node == node

    await until(pilot, is_shown)
    await until(pilot, lambda: not busy(pilot))


def busy(pilot: Driver) -> bool:
    """Tell whether the preview works on something."""
    return any(
        each.group.startswith("preview") and not each.is_finished
        for each in pilot.app.workers
    )


def content_requests(server: GitHubServer) -> list[str]:
    """Return the names of the files that were asked for."""
    return [
        each.path.rpartition("/")[2] for each in server.requests if each.origin != "api"
    ]


async def test_running_over_many_files_asks_for_the_last_one_only(
    served_app: MakeApp, serve: Serve
) -> None:
    """Fifty rows in a moment are a request or two, and the last one is shown."""
    many = publish(dict(MANY))
    server = serve(many)
    async with served_app(many).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await shown(pilot, 0)
        for _ in range(50):
            tree_of(pilot).action_move(1)
        last = tree_of(pilot).node
        await shown(pilot, last)
        assert cursor(pilot) == "part49.csv"
        assert content_requests(server) == ["part49.csv"]
        assert "49" in pane(pilot).view.page.lines[2].text


async def test_what_is_no_longer_wanted_is_let_go_of(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """A host that is silent about one file does not keep another from being shown."""
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*large.txt", stall_after=100))
    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        space = browser(pilot).workspace
        tree_of(pilot).show(node=space.tree.node("large.txt"))
        await until(pilot, lambda: "large.txt" in content_requests(server))
        await until(pilot, lambda: "reading" in screen_text(pilot))
        await go(pilot, "table.csv")
        assert "CSV table · 3 rows · 2 columns" in screen_text(pilot)


async def test_the_root_shows_its_readme_with_pictures(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """A directory is its sums, its types, its largest files, and what it says of itself."""
    serve(notes)
    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await shown(pilot, 0)
        text = "\n".join(line.text for line in pane(pilot).view.page.lines)
        for part in ("8 files", "Types", "Largest files", "Valley", "[Map]", "▀▀▀"):
            assert part in text
        await go(pilot, "img")
        assert pane(pilot).view.page.lines[0].text.startswith("2 files")


async def test_p_hides_and_shows_it_beside_the_tree(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """Without it the details are there, and nothing is read."""
    server = serve(notes)
    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await shown(pilot, 0)
        await pilot.press("p")
        await until(pilot, lambda: "Largest files" in screen_text(pilot))
        before = content_requests(server)
        await pilot.press("end")
        await until(pilot, lambda: "Blob" in screen_text(pilot))
        assert content_requests(server) == before
        await pilot.press("p")
        await until(pilot, lambda: "CSV table" in screen_text(pilot))
        await pilot.press("space")
        await until(pilot, lambda: "Ticked: 1" in screen_text(pilot))


async def test_in_a_narrow_terminal_it_takes_the_place_of_the_tree(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """Hidden at first; `p` shows it, j and k go on, Space ticks, Esc leads back."""
    server = serve(notes)
    async with served_app(notes).run_test(size=NARROW) as pilot:
        await on(pilot, BrowseScreen)
        await pilot.press("end")
        assert cursor(pilot) == "table.csv"
        await pilot.press("p")
        await until(pilot, lambda: "CSV table" in screen_text(pilot))
        assert content_requests(server) == ["table.csv"]
        assert not tree_of(pilot).display
        await pilot.press("space")
        assert ticked(pilot) == ["table.csv"]
        await pilot.press("k")
        await until(pilot, lambda: "sound.npy" in screen_text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: tree_of(pilot).has_focus)
        assert cursor(pilot) == "sound.npy"


async def test_tab_and_keys_scroll_it(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """The focus goes there and back; lines move, the cursor of the tree does not."""
    serve(notes)
    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await go(pilot, "large.txt")
        view = pane(pilot).view
        await pilot.press("tab")
        assert view.has_focus
        await pilot.press("down", "pagedown")
        await until(pilot, lambda: view.scroll_offset.y > 10)
        await pilot.press("home")
        await until(pilot, lambda: view.scroll_offset.y == 0)
        await pilot.press("z")
        await until(pilot, lambda: view.size.width > 120)
        assert cursor(pilot) == "large.txt"
        await pilot.press("z")
        await until(pilot, lambda: tree_of(pilot).has_focus)


async def test_more_is_read_when_asked_for(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """Enter reads on; a large picture is loaded whole then, and not before."""
    server = serve(notes)
    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await go(pilot, "large.txt")
        assert "first 65.5 kB of 680.0 kB" in screen_text(pilot)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "first 65.5 kB" not in screen_text(pilot))
        await go(pilot, "large.png")
        assert "Press Enter to load it" in screen_text(pilot)
        assert server.requests[-1].sent_bytes == 65_536
        await pilot.press("enter")
        await until(pilot, lambda: "▀▀" in screen_text(pilot))


async def test_tables_are_sorted_by_key_and_by_mouse(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """`s` takes the next column, `r` turns round, a click on a name sorts by it."""
    serve(notes)
    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await go(pilot, "table.csv")
        view = pane(pilot).view

        def names() -> str:
            return "".join(line.text[0] for line in view.page.lines[2:])

        assert names() == "bac"
        await pilot.press("tab", "s")
        await until(pilot, lambda: names() == "abc")
        await pilot.press("r")
        await until(pilot, lambda: names() == "cba")
        await pilot.press("s")
        await until(pilot, lambda: "n ▲" in view.page.lines[0].text)
        assert names() == "abc"
        await pilot.press("s")
        await until(pilot, lambda: names() == "bac")
        await pilot.click(view, offset=(3, 0))
        await until(pilot, lambda: names() == "abc")
        await pilot.click(view, offset=(3, 0))
        await until(pilot, lambda: names() == "cba")
        await pilot.click(view, offset=(3, 0))
        await until(pilot, lambda: names() == "bac")


async def test_objects_and_links_are_called_what_they_are(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """An LFS pointer shows its object at its size, a link where it leads."""
    server = serve(notes)
    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await go(pilot, "sound.npy")
        assert "first 65.5 kB of 200.0 kB" in screen_text(pilot)
        assert "NumPy array · Git LFS" in screen_text(pilot)
        await go(pilot, "link")
        assert "→ table.csv" in screen_text(pilot)
        server.add_fault(Fault(origin="raw", status=500))
        await click_row(pilot, "table.csv", 12)
        await until(pilot, lambda: "not read" in screen_text(pilot))


async def test_drawing_never_happens_on_the_event_loop(
    served_app: MakeApp, serve: Serve, notes: Published
) -> None:
    """While the drawing thread is held, keys are still answered."""
    serve(notes)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        release.wait(10)

    async with served_app(notes).run_test(size=WIDE) as pilot:
        await on(pilot, BrowseScreen)
        await shown(pilot, 0)
        blocker = asyncio.ensure_future(pane(pilot)._loader.run(hold))
        await until(pilot, held.is_set)
        await pilot.press("end", "space")
        assert ticked(pilot) == ["table.csv"]
        await pilot.press("up", "up")
        assert cursor(pilot) == "README.md"
        release.set()
        await blocker
        await shown(pilot, tree_of(pilot).node)
        assert "Valley" in screen_text(pilot)
