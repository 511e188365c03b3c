"""Apps to drive: over the embedded server, or over a host in memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.tui.app import RehydrateApp
from rehydrate_tui.tui.launch import Launch
from rehydrate_tui.wiring import open_session
from tests.published import Published
from tests.tui.memory_remote import MemoryRemote

MakeApp = Callable[..., RehydrateApp]

FREE = 81_200_000_000


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fix what pictures depend on: the time zone."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebook's folder, which is also where files go."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def address_of(name: str) -> RepoAddress:
    """Return the address of `owner/name`."""
    owner, _, repo = name.partition("/")
    return RepoAddress(repo=RepoId(owner, repo))


@pytest.fixture
def served_app(work: Path) -> MakeApp:
    """Make an app over the embedded server that `serve` has started."""

    def make(published: Published | None = None, **launch: object) -> RehydrateApp:
        session = open_session(Settings.load(os.environ), jobs=3)
        if published is not None:
            launch.setdefault("address", address_of(published.name))
        return _app(session, work, launch)

    return make


@pytest.fixture
def memory_app(work: Path) -> MakeApp:
    """Make an app over a host in memory, with `ada/notes` open."""

    def make(remote: MemoryRemote, **launch: object) -> RehydrateApp:
        session = Session(lambda _host: remote, jobs=2)
        launch.setdefault("address", address_of("ada/notes"))
        return _app(session, work, launch)

    return make


def _app(session: Session, work: Path, launch: dict[str, object]) -> RehydrateApp:
    launch.setdefault("destination", work)
    app = RehydrateApp(
        session,
        Launch(**launch),  # type: ignore[arg-type]  # options by name
        clock=lambda: 1_000.0,
        free_space=lambda _path: FREE,
    )
    app.animation_level = "none"
    return app
