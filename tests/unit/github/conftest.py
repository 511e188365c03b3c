from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from rehydrate_tui.demo.builder import (
    RepositoryBuilder,
)
from rehydrate_tui.demo.server import Account, GitHubServer
from rehydrate_tui.github import GitHubClient, HttpOptions
from rehydrate_tui.github.http import Connections
from rehydrate_tui.storage.credentials import Token
from tests.unit.github.fake_host import SECRET, FakeHost
from tests.unit.github.served import (
    MakeClient,
    endpoints_of,
    no_wait,
    notes,
    secret,
)


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    """Serve the two repositories and an empty one; `SECRET` is Ada's token."""
    repositories = [
        notes().build(),
        secret().build(),
        RepositoryBuilder("ada", "empty").build(),
    ]
    made = GitHubServer(repositories)
    made.tokens[SECRET] = Account("ada")
    with made.running():
        yield made


@pytest.fixture
async def make_client(server: GitHubServer) -> AsyncIterator[MakeClient]:
    """Return a maker of clients for the server; closes them in the end."""
    made: list[GitHubClient] = []

    default = server

    def make(
        token: str | None = None,
        *,
        read_timeout: float = 30.0,
        server: GitHubServer | None = None,
    ) -> GitHubClient:
        client = GitHubClient(
            endpoints_of(server or default),
            # The web host of this server is where its Git LFS answers.
            host=(server or default).lfs_url.removeprefix("http://"),
            token=Token(token, "GH_TOKEN") if token else None,
            options=HttpOptions(sleep=no_wait, read_timeout=read_timeout),
        )
        made.append(client)
        return client

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
def client(make_client: MakeClient) -> GitHubClient:
    """Return an anonymous client."""
    return make_client()


@pytest.fixture
def host() -> FakeHost:
    """Return a host that knows no answer yet."""
    return FakeHost()


@pytest.fixture
async def connections(host: FakeHost) -> AsyncIterator[Connections]:
    """Return connections to the fake host."""
    made = Connections(host.options())
    yield made
    await made.aclose()
