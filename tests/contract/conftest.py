"""A host of recordings, and clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from rehydrate_tui.domain.endpoints import Endpoints
from rehydrate_tui.github import GitHubClient, HttpOptions
from rehydrate_tui.storage.credentials import Token
from tests.contract.recorded import RecordedHost, serving

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
