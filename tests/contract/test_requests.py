"""What things cost, counted in the log of the server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rehydrate_tui.demo.server import Account, GitHubServer
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.engine.session import Session
from tests.contract.world import address, serve_world

Open = Callable[..., Session]


async def look(session: Session, text: str = "ada/notes") -> int | None:
    """Open a repository, and return what is left of the quota."""
    opened = await session.open(address(text))
    quota = session.quota("github.com")
    await session.aclose()
    assert len(opened.tree) > 1
    return quota.remaining if quota else None


async def locked(session: Session) -> Manifest:
    """Return a manifest of all files of the repository."""
    opened = await session.open(address("ada/notes@main"))
    ticked = await session.lock(opened, opened.tree.files(), ["*"])
    return Manifest(sources=(ticked.source,))


async def test_opening(world: GitHubServer, open_with: Open) -> None:
    """A look into a repository costs three requests of the API, and no other."""
    await look(open_with())
    assert [request.origin for request in world.requests] == ["api"] * 3


async def test_opening_again_is_free_with_a_token(
    world: GitHubServer, open_with: Open
) -> None:
    """The second time every answer is “unchanged”, which costs nothing."""
    first = await look(open_with("ada"))
    assert await look(open_with("ada")) == first == 4997
    assert [request.status for request in world.requests] == [200] * 3 + [304] * 3


async def test_answers_are_kept_apart_by_caller(
    world: GitHubServer, open_with: Open
) -> None:
    """One token is never shown what was answered to another, nor anybody else."""
    for token in ("ada", "bob", ""):
        await look(open_with(token))
    assert [request.status for request in world.requests] == [200] * 9
    assert not any("if-none-match" in request.headers for request in world.requests)


async def test_a_push_is_seen(world: GitHubServer, open_with: Open) -> None:
    """What has changed is asked for whole, and read anew."""
    await look(open_with("ada"))
    session = open_with("ada")
    repository = world.repositories[0]
    repository.refs["refs/heads/main"] = repository.refs["refs/heads/feature/x"]
    opened = await session.open(address("ada/notes"))
    await session.aclose()
    assert opened.tree.entry(opened.tree.node("new.txt")).size == 4


async def test_a_token_that_ends_between_two_looks(
    world: GitHubServer, open_with: Open
) -> None:
    """A refused token gets no answer out of the cache; all goes on without it."""
    await look(open_with("ada"), "ada/notes")
    del world.tokens["ada"]
    world.clear_requests()
    await look(open_with("ada"), "ada/notes")
    assert [request.status for request in world.requests] == [401, 200, 200, 200]


async def test_caching_can_be_switched_off(open_with: Open, tmp_path: Path) -> None:
    """With the cache off nothing is kept."""
    await look(open_with("ada", cache="off"))
    assert not (tmp_path / "cache").exists()


async def test_no_token_is_in_the_cache(
    world: GitHubServer, open_with: Open, tmp_path: Path
) -> None:
    """No file of the cache directory holds the token, in its name or in it."""
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ"
    world.tokens[secret] = Account("ada")
    await look(open_with(secret), "ada/secret")
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert len(kept) == 4
    assert not any(secret.encode() in path.read_bytes() for path in kept)


async def test_status_and_update(
    world: GitHubServer, open_with: Open, tmp_path: Path
) -> None:
    """A status with a look upstream costs one request, an update two, a plan none."""
    session = open_with()
    manifest = await locked(session)
    world.clear_requests()
    assert await session.pin(manifest) == manifest
    await session.plan(manifest, tmp_path / "dest")
    assert world.requests == []
    await session.status(manifest, tmp_path / "dest", remote=True)
    assert [request.origin for request in world.requests] == ["api"]
    world.clear_requests()
    update = await session.update(manifest)
    assert [request.origin for request in world.requests] == ["api", "api"]
    assert not update.is_changed
    await session.aclose()


def test_a_world_can_be_served_twice() -> None:
    """Two servers of it share nothing that a test could change."""
    one, other = serve_world(), serve_world()
    one.repositories[0].refs.clear()
    assert other.repositories[0].refs
