"""A host of recordings, and clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.domain.endpoints import (
    Endpoints,
    endpoints_for,
    override_endpoints,
)
from rehydrate_tui.engine.session import Session
from rehydrate_tui.github import GitHubClient, HttpOptions
from rehydrate_tui.storage.credentials import Token
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import open_session
from tests.contract.recorded import RecordedHost, serving
from tests.contract.world import Ids, ids_of, serve_world

SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ"


@pytest.fixture
def host() -> Iterator[RecordedHost]:
    """Serve recordings."""
    with serving() as made:
        yield made


@pytest.fixture
def waits() -> list[float]:
    """How long the clients waited between tries, without waiting."""
    return []


@pytest.fixture
async def make_client(
    host: RecordedHost, waits: list[float]
) -> AsyncIterator[Callable[..., GitHubClient]]:
    """Return a maker of clients of the recordings; closes them in the end."""
    made: list[GitHubClient] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    def make(token: str | None = None) -> GitHubClient:
        client = GitHubClient(
            Endpoints(
                api=host.url,
                raw=f"{host.url}/{{owner}}/{{repo}}/{{commit}}/{{path}}",
                archive=f"{host.url}/{{owner}}/{{repo}}/tar.gz/{{commit}}",
                lfs=f"{host.url}/{{owner}}/{{repo}}.git/info/lfs",
            ),
            host="github.com",
            token=Token(token, "GH_TOKEN") if token else None,
            options=HttpOptions(sleep=sleep, jitter=lambda: 0.0),
        )
        made.append(client)
        return client

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
def client(make_client: Callable[..., GitHubClient]) -> GitHubClient:
    """Return an anonymous client of the recordings."""
    return make_client()


@pytest.fixture
def world() -> Iterator[GitHubServer]:
    """Serve one of everything."""
    with serve_world().running() as made:
        yield made


@pytest.fixture
def ids(world: GitHubServer) -> Ids:
    """Return the ids that requests name."""
    return ids_of(world)


@pytest.fixture
async def ask(world: GitHubServer) -> AsyncIterator[Callable[..., GitHubClient]]:
    """Return a maker of clients of the local server; closes them in the end."""
    made: list[GitHubClient] = []

    async def no_wait(_: float) -> None:
        """Do not wait between tries."""

    def make(token: str | None = None) -> GitHubClient:
        client = GitHubClient(
            override_endpoints(
                endpoints_for("github.com"),
                api=world.api_url,
                raw=world.environment()["REHYDRATE_RAW_URL"],
                archive=world.environment()["REHYDRATE_ARCHIVE_URL"],
                lfs=world.environment()["REHYDRATE_LFS_URL"],
            ),
            host="github.com",
            token=Token(token, "GH_TOKEN") if token else None,
            options=HttpOptions(sleep=no_wait),
        )
        made.append(client)
        return client

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
def open_with(world: GitHubServer, tmp_path: Path) -> Callable[..., Session]:
    """Return a maker of sessions as the command makes them, with a cache directory."""

    def make(token: str = "", *, cache: str = "") -> Session:
        environ = {
            **world.environment(),
            "REHYDRATE_CACHE_DIR": str(tmp_path / "cache"),
            "REHYDRATE_STATE_DIR": str(tmp_path / "state"),
            "REHYDRATE_CONFIG_DIR": str(tmp_path / "config"),
            "HOME": str(tmp_path),
            "GH_TOKEN": token,
            "REHYDRATE_CACHE": cache,
        }
        return open_session(Settings.load(environ), jobs=2)

    return make
