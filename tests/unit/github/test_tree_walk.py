from __future__ import annotations

import asyncio
import hashlib

import httpx
import pytest

from rehydrate_tui.domain.endpoints import endpoints_for
from rehydrate_tui.domain.objects import FileMode, ObjectId, RepoId
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import (
    EmptyRepositoryError,
    PayloadError,
    RefNotFoundError,
    RepositoryNotFoundError,
    ServerError,
)
from rehydrate_tui.github import GitHubClient, HttpOptions
from tests.unit.github.fake_host import API, COMMIT, FakeHost, reply

REPO = RepoId("o", "r")
URL = f"{API}/repos/o/r"
ROOT = ObjectId(COMMIT)
FILES = [f"{d}/{s}/{n}.txt" for d in "abc" for s in "xy" for n in range(3)]


def tree_oid(path: str) -> str:
    """Return an id for a directory."""
    return hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()


def entry(path: str, mode: str = "100644") -> dict[str, object]:
    """Return an entry; a directory without size."""
    item: dict[str, object] = {"path": path, "mode": mode, "sha": tree_oid(path)}
    return item if mode == "040000" else {**item, "size": 1}


def paths(tree: RepoTree) -> list[str]:
    """Return the paths of all nodes but the root."""
    return [tree.path(node) for node in range(1, len(tree))]


class TreeHost(FakeHost):
    """Serves the trees of `FILES`, cutting recursive lists after some entries."""

    def __init__(self, *, longest: int) -> None:
        super().__init__()
        self.longest = longest
        self.most_at_once = 0
        self._at_once = 0
        directories = {path.rsplit("/", depth)[0] for path in FILES for depth in (1, 2)}
        self.entries = [
            *(entry(path) for path in FILES),
            *(entry(path, "040000") for path in directories),
        ]
        self.entries.sort(key=lambda item: str(item["path"]))
        self.known = {tree_oid(path): path for path in directories} | {COMMIT: ""}

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer like the API, counting how many requests wait at once."""
        self.requests.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(0)
        self._at_once -= 1
        top = self.known[request.url.path.rsplit("/", 1)[1]]
        prefix = f"{top}/" if top else ""
        below = [
            {**item, "path": str(item["path"]).removeprefix(prefix)}
            for item in self.entries
            if str(item["path"]).startswith(prefix)
        ]
        is_recursive = "recursive" in request.url.params
        listed = [e for e in below if is_recursive or "/" not in str(e["path"])]
        is_cut = is_recursive and len(listed) > self.longest
        listed = listed[: self.longest] if is_cut else listed
        return reply({"tree": listed, "truncated": is_cut}).response()

    async def walk(self, max_requests: int) -> RepoTree:
        """List the whole tree."""
        options = HttpOptions(transport=httpx.MockTransport(self.answer))
        client = GitHubClient(
            endpoints_for("github.com"), host="github.com", options=options
        )
        return await client.list_tree(REPO, ROOT, max_requests=max_requests)


@pytest.fixture
def whole() -> list[str]:
    """Return all paths in the order of the tree."""
    return [str(item["path"]) for item in TreeHost(longest=100).entries]


async def test_one_request_is_enough(whole: list[str]) -> None:
    """A tree that is not cut costs one request."""
    host = TreeHost(longest=100)
    tree = await host.walk(50)
    assert paths(tree) == whole
    assert not tree.is_truncated
    assert host.urls == [f"{URL}/git/trees/{COMMIT}?recursive=1"]


@pytest.mark.parametrize(("longest", "cost"), [(8, 5), (7, 14)])
async def test_cut_trees_are_walked(whole: list[str], longest: int, cost: int) -> None:
    """Cut lists are split until everything is there, each entry once, ids included."""
    host = TreeHost(longest=longest)
    tree = await host.walk(50)
    assert paths(tree) == whole
    assert not tree.is_truncated
    assert len(host.requests) == cost
    ids = [tree.entry(node).oid for node in range(1, len(tree))]
    assert ids == [tree_oid(path) for path in paths(tree)]
    assert tree.file_count(0) == len(FILES)


async def test_few_requests_at_once() -> None:
    """A walk never has more than four requests under way."""
    host = TreeHost(longest=2)
    await host.walk(100)
    assert 2 <= host.most_at_once <= 4


@pytest.mark.parametrize("most", [1, 2, 3, 4, 6, 9])
async def test_spent_requests_leave_a_truncated_tree(
    whole: list[str], most: int
) -> None:
    """When the requests are spent, what is known comes back, marked as truncated."""
    host = TreeHost(longest=7)
    tree = await host.walk(most)
    assert tree.is_truncated
    assert len(host.requests) == most
    assert set(paths(tree)) < set(whole)
    assert len(tree) - 1 >= 7
    ids = {tree.path(n): tree.entry(n).oid for n in range(1, len(tree))}
    assert all(oid == tree_oid(path) for path, oid in ids.items())


async def test_exactly_enough_requests() -> None:
    """The last request that is allowed completes the tree."""
    assert not (await TreeHost(longest=8).walk(5)).is_truncated
    assert (await TreeHost(longest=8).walk(4)).is_truncated


async def test_no_requests_at_all() -> None:
    """Without a request nothing is known, and that is said."""
    tree = await TreeHost(longest=8).walk(0)
    assert tree.is_truncated
    assert len(tree) == 1


async def test_directory_that_cannot_be_listed_whole(host: FakeHost) -> None:
    """If even the list of one directory is cut, the tree stays truncated."""
    url = f"{URL}/git/trees/{COMMIT}"
    cut = reply({"tree": [entry("a")], "truncated": True})
    host.on(f"{url}?recursive=1", cut)
    host.on(url, cut)
    tree = await host.client().list_tree(REPO, ROOT, max_requests=9)
    assert tree.is_truncated
    assert paths(tree) == ["a"]


async def test_modes_survive(host: FakeHost) -> None:
    """All kinds of entry arrive in the tree."""
    modes = ["100644", "100755", "120000", "160000", "040000"]
    listed = [entry(mode, mode) for mode in modes]
    host.on(f"{URL}/git/trees/{COMMIT}?recursive=1", reply({"tree": listed}))
    tree = await host.client().list_tree(REPO, ROOT, max_requests=1)
    assert [tree.entry(node).mode for node in range(1, 6)] == [
        FileMode(mode) for mode in modes
    ]


async def test_a_failing_request_ends_the_walk(host: FakeHost) -> None:
    """An error of one directory is the error of the walk."""
    url = f"{URL}/git/trees"
    cut = reply({"tree": [], "truncated": True})
    listed = reply({"tree": [entry("a", "040000"), entry("b", "040000")]})
    host.on(f"{url}/{COMMIT}?recursive=1", cut)
    host.on(f"{url}/{COMMIT}", listed)
    host.on(f"{url}/{tree_oid('a')}?recursive=1", reply({}, status=500))
    host.on(f"{url}/{tree_oid('b')}?recursive=1", reply({"tree": []}))
    with pytest.raises(ServerError):
        await host.client().list_tree(REPO, ROOT, max_requests=9)


async def test_cancelling_stops_all_requests() -> None:
    """A cancelled walk leaves no request behind."""
    started = asyncio.Event()

    async def never(_: httpx.Request) -> httpx.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    options = HttpOptions(transport=httpx.MockTransport(never))
    client = GitHubClient(
        endpoints_for("github.com"), host="github.com", options=options
    )
    walk = asyncio.create_task(client.list_tree(REPO, ROOT, max_requests=9))
    await started.wait()
    walk.cancel()
    with pytest.raises(asyncio.CancelledError):
        await walk
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_empty_repository(host: FakeHost) -> None:
    """A repository without commits is an error of its own."""
    body = {"message": "Git Repository is empty."}
    host.on(f"{URL}/git/trees/{COMMIT}?recursive=1", reply(body, status=409))
    with pytest.raises(EmptyRepositoryError):
        await host.client().list_tree(REPO, ROOT, max_requests=1)


async def test_unknown_commit(host: FakeHost) -> None:
    """A 404 is about the commit once the repository was seen, before about both."""
    host.on(f"{URL}/git/trees/{COMMIT}?recursive=1", reply({}, status=404))
    host.on(URL, reply({"full_name": "o/r", "default_branch": "main"}))
    client = host.client()
    with pytest.raises(RepositoryNotFoundError):
        await client.list_tree(REPO, ROOT, max_requests=1)
    await client.repository(REPO)
    with pytest.raises(RefNotFoundError, match=COMMIT):
        await client.list_tree(REPO, ROOT, max_requests=1)


async def test_entries_below_a_file(host: FakeHost) -> None:
    """A tree that contradicts itself is refused."""
    listed = [entry("a"), entry("a/b")]
    host.on(f"{URL}/git/trees/{COMMIT}?recursive=1", reply({"tree": listed}))
    with pytest.raises(PayloadError, match="below the file"):
        await host.client().list_tree(REPO, ROOT, max_requests=1)
