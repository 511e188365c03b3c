"""A run that stands still, and goes on."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.domain.progress import BytesReceived, FileStarted, ProgressEvent
from rehydrate_tui.domain.report import Outcome
from rehydrate_tui.domain.routing import Routing
from rehydrate_tui.domain.transport_cost import TransportChoice
from rehydrate_tui.engine.download import DownloadRun
from rehydrate_tui.engine.pausing import Pause
from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.manifest_file import parse_manifest
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import Connecting, open_session
from tests.conftest import Serve
from tests.published import MANIFEST_VERSION, publish, tree_of
from tests.unit.engine.watching import Watcher

FILES = {"a.txt": b"a" * 3000, "b.txt": b"b\n"}


class Starts:
    """A sink that tells when the first transfer has begun."""

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self.then: Callable[[], None] = lambda: None

    def emit(self, event: ProgressEvent) -> None:
        """Look at one event."""
        if isinstance(event, FileStarted):
            if not self.first.is_set():
                self.then()
            self.first.set()


async def paused_run(
    serve: Serve, dest: Path
) -> tuple[GitHubServer, Session, DownloadRun, asyncio.Task[object]]:
    """Start a run that is paused before its first request, and wait until it is there."""
    notes = publish(FILES)
    server = serve(notes)
    session = open_session(Settings.load(os.environ), jobs=1)
    manifest = parse_manifest((MANIFEST_VERSION + notes.toml()).encode(), "m.toml")
    sink = Starts()
    run = session.start(await session.plan(manifest, dest), sink)
    run.pause()
    task: asyncio.Task[object] = asyncio.create_task(run.wait())
    await sink.first.wait()
    return server, session, run, task


async def until(is_so: Callable[[], object]) -> None:
    """Let the loop go on until something is so."""
    for _ in range(20_000):
        if is_so():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it never was so")


def is_held(run: DownloadRun) -> bool:
    """Tell whether a transfer waits for the end of the pause."""
    return bool(run._context.pause._off._waiters)


async def test_a_paused_run_asks_for_nothing_until_it_goes_on(
    serve: Serve, tmp_path: Path
) -> None:
    """Not one request goes out; when it goes on, everything comes."""
    server, session, run, task = await paused_run(serve, tmp_path)
    assert run.is_paused
    assert (list(server.requests), task.done()) == ([], False)
    run.resume()
    report = await run_of(task)
    await session.aclose()
    assert not run.is_paused
    assert report == [Outcome.FETCHED, Outcome.FETCHED]
    assert tree_of(tmp_path) == FILES


async def test_a_paused_run_can_be_cancelled(serve: Serve, tmp_path: Path) -> None:
    """Whoever pauses can stop altogether; nothing is left behind."""
    _server, session, run, task = await paused_run(serve, tmp_path)
    run.cancel()
    report = await run_of(task)
    await session.aclose()
    assert report == [Outcome.CANCELLED, Outcome.CANCELLED]
    assert tree_of(tmp_path) == {}


async def test_a_body_stands_still_as_well(serve: Serve, tmp_path: Path) -> None:
    """Paused in the middle of a file, no more of it is read; then the rest comes."""
    files = {"a.bin": random.Random(1).randbytes(3_000_000)}
    notes = publish(files)
    serve(notes)
    session = open_session(Settings.load(os.environ), jobs=1)
    manifest = parse_manifest((MANIFEST_VERSION + notes.toml()).encode(), "m.toml")
    sink = Watcher()
    run = session.start(await session.plan(manifest, tmp_path), sink)

    def pause_once() -> None:
        sink.when = lambda _: False
        run.pause()

    sink.when = lambda event: isinstance(event, BytesReceived)
    sink.then = pause_once
    task: asyncio.Task[object] = asyncio.create_task(run.wait())
    await until(lambda: is_held(run))
    assert not task.done()
    run.resume()
    report = await run_of(task)
    await session.aclose()
    assert report == [Outcome.FETCHED]
    assert tree_of(tmp_path) == files


async def test_an_archive_stands_still_as_well(serve: Serve, tmp_path: Path) -> None:
    """Paused at its first file, an archive is read no further; then the rest comes."""
    # More than waits between the network and the thread that unpacks.
    large = random.Random(1).randbytes(12_000_000)
    files = {"a.txt": b"a\n", "b.bin": large, "c.txt": b"c\n"}
    notes = publish(files)
    serve(notes)
    routing = Routing(choice=TransportChoice.ARCHIVE)
    session = open_session(
        Settings.load(os.environ), jobs=1, connecting=Connecting(routing=routing)
    )
    manifest = parse_manifest((MANIFEST_VERSION + notes.toml()).encode(), "m.toml")
    sink = Starts()
    run = session.start(await session.plan(manifest, tmp_path), sink)
    sink.then = run.pause
    task: asyncio.Task[object] = asyncio.create_task(run.wait())
    await sink.first.wait()
    await until(lambda: is_held(run))
    assert not task.done()
    run.resume()
    report = await run_of(task)
    await session.aclose()
    assert report == [Outcome.FETCHED] * 3
    assert tree_of(tmp_path) == files


async def run_of(task: asyncio.Task[object]) -> list[Outcome]:
    """Return how the files of a run ended."""
    report = await task
    return [each.outcome for each in report.outcomes]  # type: ignore[attr-defined]


async def test_a_pause_holds_whoever_comes_while_it_is_on() -> None:
    """Off it holds nobody; everybody who waited gets through at once."""
    pause = Pause()
    await pause.wait()
    pause.begin()
    waiting = [asyncio.create_task(pause.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert pause.is_on
    assert not any(each.done() for each in waiting)
    pause.end()
    await asyncio.gather(*waiting)
