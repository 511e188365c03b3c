"""Repositories and addresses that are not as usual: a sentence, and a way on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.server import Fault, GitHubServer
from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import (
    BlockedError,
    EmptyRepositoryError,
    RefNotFoundError,
    RemoteError,
    RepositoryNotFoundError,
)
from rehydrate_tui.storage.settings import Settings
from rehydrate_tui.wiring import open_session
from tests.contract.world import address

Open = Callable[..., Session]


async def opened(session: Session, text: str) -> OpenRepository:
    """Open a pasted address."""
    try:
        return await session.open(address(text))
    finally:
        await session.aclose()


def built(world: GitHubServer, name: str) -> RepositoryBuilder:
    """Add a repository to the server."""
    builder = RepositoryBuilder("ada", name)
    world.repositories.append(builder.build())
    return builder


@pytest.mark.parametrize(
    ("text", "kind", "words", "way_on"),
    [
        ("ada/empty", EmptyRepositoryError, "is empty", "no commit yet"),
        ("ada/none", RepositoryNotFoundError, "ada/none", "Check the spelling"),
        ("ada/secret", RepositoryNotFoundError, "ada/secret", "set GH_TOKEN"),
        ("ada/notes@mainx", RefNotFoundError, "“mainx”", "Did you mean “main”?"),
        ("ada/notes@v1.9", RefNotFoundError, "“v1.9”", "Check the spelling"),
        (
            "https://github.com/ada/notes/tree/gone/data",
            RefNotFoundError,
            "“gone/data”",
            "Check the spelling",
        ),
        (
            "https://github.com/ada/notes/pull/99",
            RefNotFoundError,
            "“refs/pull/99/head”",
            "Check the spelling",
        ),
    ],
)
async def test_what_is_not_there(
    open_with: Open, text: str, kind: type[RemoteError], words: str, way_on: str
) -> None:
    """What is missing is named, and what to do next."""
    with pytest.raises(kind) as caught:
        await opened(open_with(), text)
    assert words in str(caught.value)
    assert way_on in str(caught.value)


@pytest.mark.parametrize("fault", [refusals.legally_blocked(), refusals.blocked()])
async def test_blocked(world: GitHubServer, open_with: Open, fault: Fault) -> None:
    """451, and 403 with a reason: the host's own words, and no second try."""
    world.add_fault(fault)
    with pytest.raises(BlockedError, match="Repository access blocked"):
        await opened(open_with("ada"), "ada/notes")
    assert len(world.requests) == 1


async def test_repository_of_one_file(world: GitHubServer, open_with: Open) -> None:
    """One file is a whole repository."""
    built(world, "one").commit({"only.csv": b"a\n"})
    found = await opened(open_with(), "ada/one")
    assert [found.tree.path(node) for node in found.tree.files()] == ["only.csv"]


async def test_renamed(open_with: Open) -> None:
    """A former name opens, and the new one is what gets pinned."""
    found = await opened(open_with(), "ada/former")
    assert str(found.repository.id) == "ada/notes"


async def test_ref_that_looks_like_a_path(world: GitHubServer, open_with: Open) -> None:
    """A branch `data/rain` beside a folder `data` of the default branch."""
    builder = built(world, "odd")
    builder.commit({"data/rain.csv": b"old\n", "rain.csv": b"x"})
    builder.branch("data/rain.csv")
    new = builder.commit({"data/rain.csv": b"new\n"}, branch="data/rain.csv")
    url = "https://github.com/ada/odd/blob/data/rain.csv/data/rain.csv"
    found = await opened(open_with(), url)
    assert (found.commit.oid, found.commit.ref) == (new, "data/rain.csv")
    assert found.path == "data/rain.csv"


async def test_path_that_looks_like_a_ref(world: GitHubServer, open_with: Open) -> None:
    """Folders called as a branch and as refs are: the ref ends where no ref goes on."""
    builder = built(world, "odd")
    builder.commit({"main/refs/heads/main": b"deep\n"})
    url = "https://github.com/ada/odd/blob/main/main/refs/heads/main"
    found = await opened(open_with(), url)
    assert (found.commit.ref, found.path) == ("main", "main/refs/heads/main")


async def test_branch_that_looks_like_an_id(
    world: GitHubServer, open_with: Open
) -> None:
    """A branch named by hex digits is found, and followed as a branch."""
    builder = built(world, "odd")
    builder.commit({"a": b"a"})
    builder.branch("deadbeef")
    new = builder.commit({"b": b"b"}, branch="deadbeef")
    found = await opened(open_with(), "ada/odd@deadbeef")
    assert (found.commit.oid, found.commit.ref) == (new, "deadbeef")


async def test_thirty_thousand_branches(world: GitHubServer, open_with: Open) -> None:
    """An address that may be a ref and a path costs no page of branches."""
    builder = built(world, "many")
    builder.commit({"topic/note.md": b"x"})
    for number in range(30_000):
        builder.branch(f"topic/{number}")
    url = "https://github.com/ada/many/tree/topic/12345/topic"
    found = await opened(open_with(), url)
    assert (found.commit.ref, found.path) == ("topic/12345", "topic")
    assert len(world.requests) == 4


async def test_names_that_are_not_utf_8(world: GitHubServer, open_with: Open) -> None:
    """A name in other bytes is listed, and its file comes by its id."""
    builder = built(world, "bytes")
    name = b"caf\xe9.csv".decode("utf-8", "surrogateescape")
    builder.commit({name: b"latin\n", "plain.csv": b"p\n"})
    session = open_with()
    found = await session.open(address("ada/bytes"))
    paths = [found.tree.path(node) for node in found.tree.files()]
    assert paths == ["caf\N{REPLACEMENT CHARACTER}.csv", "plain.csv"]
    locked = await session.lock(found, found.tree.files())
    await session.aclose()
    assert [file.size for file in locked.source.files] == [6, 2]


async def test_pull_request_from_a_fork(world: GitHubServer, open_with: Open) -> None:
    """The head of a pull request is a ref of the repository it was made for."""
    builder = RepositoryBuilder("ada", "asked")
    builder.commit({"a": b"a"})
    builder.branch("theirs")
    head = builder.commit({"b": b"b"}, branch="theirs")
    repository = builder.build()
    repository.refs["refs/pull/7/head"] = repository.refs.pop("refs/heads/theirs")
    world.repositories.append(repository)
    found = await opened(open_with(), "https://github.com/ada/asked/pull/7")
    assert found.commit.oid == head
    assert str(found.repository.id) == "ada/asked"


async def test_token_for_the_wrong_host(world: GitHubServer, tmp_path: Path) -> None:
    """A token of github.com is not sent to another host, whatever it answers."""
    host = "git.example.com"
    environ = {
        **world.environment(),
        "HOME": str(tmp_path),
        "GH_HOST": host,
        "GH_TOKEN": "ada",
        "REHYDRATE_CACHE": "off",
    }
    session = open_session(Settings.load(environ), jobs=1)
    with pytest.raises(RepositoryNotFoundError, match="set GH_ENTERPRISE_TOKEN"):
        await session.open(RepoAddress(repo=RepoId("ada", "secret", host)))
    await session.aclose()
    assert not any("authorization" in request.headers for request in world.requests)
