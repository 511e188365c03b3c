"""The questions of a session before anything is chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.domain.references import RefKind
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import OfflineError, RefNotFoundError
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import Connecting, open_session
from tests.contract.world import Ids, address

Open = Callable[..., Session]


async def test_refs_and_history(open_with: Open, ids: Ids) -> None:
    """A picker pages through branches, and shows the commits of a path."""
    session = open_with()
    opened = await session.open(address("ada/notes"))
    ask = session.exploration
    branches = [page async for page in ask.refs(opened, RefKind.BRANCH)]
    assert [ref.name for ref in branches[0]] == ["feature/x", "main"]
    commits = await ask.history(opened, "data/rain.csv")
    assert [commit.subject for commit in commits] == ["More rain", "Begin"]
    await session.aclose()


async def test_what_changed_since(world: GitHubServer, open_with: Open) -> None:
    """Nothing costs one request to find out, something two; forced pushes count too."""
    session = open_with()
    opened = await session.open(address("ada/notes@feature/x"))
    world.clear_requests()
    assert (await session.exploration.movement(opened)).changes.is_empty
    assert len(world.requests) == 1
    refs = world.repositories[0].refs
    refs["refs/heads/feature/x"] = refs["refs/heads/main"]
    world.clear_requests()
    moved = await session.exploration.movement(opened)
    assert (moved.changes.added, moved.changes.removed) == ((), ("new.txt",))
    assert moved.newest.commit.oid == refs["refs/heads/main"]
    assert len(world.requests) == 2
    del refs["refs/heads/feature/x"]
    with pytest.raises(RefNotFoundError, match="“feature/x”"):
        await session.exploration.movement(opened)
    await session.aclose()


async def test_people_and_lists(open_with: Open) -> None:
    """Who am I, what has an owner, and what is there on rain."""
    session = open_with("ada")
    ask = session.exploration
    assert (await ask.identity()).login == "ada"
    page = await anext(ask.repositories("ada"))
    assert {summary.id.name for summary in page} == {"notes", "empty"}
    found = await ask.search("rain")
    assert [summary.id.name for summary in found.found] == ["notes"]
    await session.aclose()


async def test_offline_nobody_is_asked(world: GitHubServer) -> None:
    """Under --offline the questions end in a sentence that names it."""
    settings = Settings.load(world.environment())
    session = open_session(settings, jobs=1, connecting=Connecting(is_offline=True))
    with pytest.raises(OfflineError, match="--offline"):
        await session.exploration.identity()
    await session.aclose()
    assert world.requests == []
