"""Answers to a person's questions that are not as documented: said so, or left out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from rehydrate_tui.demo.server import Fault, GitHubServer
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.references import RefKind
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import NotFoundError, PayloadError
from rehydrate_tui.github import GitHubClient
from rehydrate_tui.github.paging import MOST_PAGES
from tests.contract.world import GIST, TABLE, Ids, address

REPO = RepoId("ada", "notes")
Ask = Callable[..., GitHubClient]
Open = Callable[..., Session]
README = {
    "encoding": "base64",
    "content": base64.b64encode(b"x").decode(),
    "sha": "c1b0730c6f6b9da1a8a9d0f6eb6a3ab5a6fd0d3d",
    "path": "README.md",
}


def answer(world: GitHubServer, path: str, document: object, **headers: str) -> None:
    """Let the API answer with a document."""
    world.add_fault(
        Fault(
            origin="api",
            path=path,
            body=json.dumps(document).encode(),
            content_type="application/json",
            headers=headers,
        )
    )


@pytest.mark.parametrize(
    "change",
    [{"encoding": "none"}, {"content": None}, {"content": "eA"}, {"sha": "x"}],
)
async def test_a_readme_that_is_none(
    world: GitHubServer, ask: Ask, change: dict[str, object]
) -> None:
    """Bytes in another coding, in half of one, or of unknown identity are not shown."""
    answer(world, "*/readme", {**README, **change})
    with pytest.raises(PayloadError):
        await ask().explore().readme(REPO, "main")


async def test_a_folder_that_no_address_can_carry(
    world: GitHubServer, ask: Ask
) -> None:
    """It is not asked for: the address would mean another one."""
    with pytest.raises(NotFoundError, match="no folder"):
        await ask().explore().readme(REPO, "main", "../../user")
    assert world.requests == []


async def test_languages_of_negative_size(world: GitHubServer, ask: Ask) -> None:
    """A count is a number from nought upwards."""
    answer(world, "*/languages", {"Python": -1})
    with pytest.raises(PayloadError, match="Python"):
        await ask().explore().languages(REPO)


@pytest.mark.parametrize("name", ["ada", "ada/..", "a b/c", "ada/x/y"])
async def test_repositories_without_a_name(
    world: GitHubServer, ask: Ask, name: str
) -> None:
    """What is no `owner/name` is not listed."""
    answer(world, "*/users/ada/repos", [{"full_name": name}])
    with pytest.raises(PayloadError, match="full_name"):
        await anext(ask().explore().repositories_of("ada"))


async def test_a_moment_that_is_none(world: GitHubServer, ask: Ask) -> None:
    """A date that nobody understands is left out; the rest is shown."""
    item = {"full_name": "ada/notes", "pushed_at": "yesterday", "size": "large"}
    answer(world, "*/users/ada/repos", [item])
    (found,) = await anext(ask().explore().repositories_of("ada"))
    assert (found.id, found.pushed, found.size_kb) == (REPO, None, 0)


@pytest.mark.parametrize("history", [None, []])
async def test_a_gist_without_a_history(
    world: GitHubServer, ask: Ask, history: object
) -> None:
    """Then nobody knows its revision."""
    answer(world, "*/gists/*", {"id": GIST, "files": {}, "history": history})
    assert (await ask().explore().gist(GIST)).revision is None


async def test_a_gist_whose_files_are_elsewhere(world: GitHubServer, ask: Ask) -> None:
    """Only https leads to a file, or a server on this machine."""
    file = {"filename": "a", "size": 1, "raw_url": "http://example.org/a"}
    answer(world, "*/gists/*", {"id": GIST, "files": {"a": file}})
    with pytest.raises(PayloadError, match="raw_url"):
        await ask().explore().gist(GIST)


async def test_a_list_without_end(world: GitHubServer, ask: Ask) -> None:
    """A page that leads to itself is asked for as often as a list may be long."""
    url = f"{world.api_url}/repos/ada/notes/branches"
    answer(world, "*/branches", [], link=f'<{url}>; rel="next"')
    pages = [page async for page in ask().explore().list_refs(REPO, RefKind.BRANCH)]
    assert len(pages) == len(world.requests) == MOST_PAGES


async def test_what_moved_in_a_tree_that_is_not_whole(
    world: GitHubServer, open_with: Open
) -> None:
    """Without all files on both sides nobody can tell."""
    session = open_with()
    opened = await session.open(address("ada/notes"))
    tree = {"sha": "1" * 40, "truncated": True, "tree": []}
    answer(world, "*/git/trees/*", tree)
    half = await session.open(address("ada/notes"))
    assert half.tree_size is None
    assert opened.tree_size is not None
    with pytest.raises(PayloadError, match="too large for GitHub to list whole"):
        await session.exploration.movement(half)
    await session.aclose()


async def test_a_list_that_goes_on_elsewhere(world: GitHubServer, ask: Ask) -> None:
    """The next page is asked of the same host or of nobody: a token goes along."""
    answer(world, "*/branches", [], link='<https://example.org/2>; rel="next"')
    with pytest.raises(PayloadError):
        _ = [
            page async for page in ask("ada").explore().list_refs(REPO, RefKind.BRANCH)
        ]
    assert len(world.requests) == 1


async def test_one_asset_by_its_number(ask: Ask, ids: Ids) -> None:
    """Its name and size are those that its release tells."""
    found = await ask().explore().release_asset(REPO, int(ids["asset"]))
    assert (found.name, found.size) == ("table.csv", len(TABLE))
