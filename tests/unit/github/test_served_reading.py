"""Reading from a real server on real sockets."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rehydrate_tui.demo.recorded_tree import repository_from_listing
from rehydrate_tui.demo.server import GitHubServer, Limits
from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import LfsPointer, blob_oid
from rehydrate_tui.domain.objects import FileMode, ObjectId, RepoId
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.errors import (
    EmptyRepositoryError,
    PathNotFoundError,
    RefNotFoundError,
    RepositoryNotFoundError,
)
from rehydrate_tui.github import GitHubClient
from tests.unit.github.fake_host import SECRET
from tests.unit.github.served import (
    BIG,
    FILES,
    REPO,
    MakeClient,
    endpoints_of,
    head,
    links,
    open_tree,
    origins,
    pointer_of,
    read,
    resolve,
    shape,
)

TREES = Path(__file__).resolve().parents[3].parent / "shared" / "trees"


def test_client_is_a_remote(server: GitHubServer) -> None:
    """The client fits the protocol of the engine; type checkers prove the details."""
    remote: Remote = GitHubClient(endpoints_of(server), host="github.com")
    assert remote.quota is None


async def test_opening_costs_three_requests(
    server: GitHubServer, client: GitHubClient
) -> None:
    """Repository, commit and tree: three requests of the API, and the quota says so."""
    tree = await open_tree(client)
    assert {tree.path(node) for node in tree.files()} == {
        *FILES,
        "run.sh",
        "link",
        "big.npy",
    }
    assert origins(server) == ["api"] * 3
    assert client.quota is not None
    assert (client.quota.limit, client.quota.remaining) == (60, 57)


async def test_modes_sizes_and_ids(client: GitHubClient) -> None:
    """Every entry has the mode, size and id that git gives it."""
    tree = await open_tree(client)
    modes = {tree.path(n): tree.entry(n).mode for n in range(1, len(tree))}
    assert modes["run.sh"] is FileMode.EXECUTABLE
    assert modes["link"] is FileMode.SYMLINK
    assert modes["sub"] is FileMode.GITLINK
    assert modes["data"] is FileMode.TREE
    for path, data in FILES.items():
        entry = tree.entry(tree.node(path))
        assert (entry.size, entry.oid) == (len(data), blob_oid(data))


@pytest.mark.parametrize(
    ("text", "ref", "path", "cost"),
    [
        ("ada/notes", "main", "", 1),
        ("ada/notes@feature/x:data", "feature/x", "data", 1),
        ("github.com/ada/notes/tree/feature/x/data/ö", "feature/x", "data/ö", 2),
        ("github.com/ada/notes/blob/main/data/a%20b.csv", "main", "data/a b.csv", 2),
        ("github.com/ada/notes/tree/refs/heads/feature/x/data", "feature/x", "data", 1),
        ("github.com/ada/notes/releases/tag/v1.0", "v1.0", "", 1),
        ("github.com/ada/notes/tree/v1.0/data", "v1.0", "data", 3),
        ("github.com/ada/notes/tree/v1.1/data", "v1.1", "data", 2),
    ],
)
async def test_resolve(
    server: GitHubServer,
    client: GitHubClient,
    text: str,
    ref: str,
    path: str,
    cost: int,
) -> None:
    """Addresses of all forms lead to the server's own commit, at the known cost."""
    found = await resolve(client, text)
    assert (found.oid, found.ref, found.path) == (head(server, ref), ref, path)
    assert len(server.requests) == cost


async def test_resolve_short_and_whole_id(
    server: GitHubServer, client: GitHubClient
) -> None:
    """A short id costs one request, a whole one none."""
    oid = head(server)
    assert (await resolve(client, f"ada/notes@{oid}")).oid == oid
    assert server.requests == []
    assert (await resolve(client, f"ada/notes@{oid[:8]}")).ref == oid
    assert len(server.requests) == 1
    found = await resolve(client, f"github.com/ada/notes/tree/{oid[:8]}/data")
    assert (found.oid, found.path) == (oid, "data")


async def test_resolve_branch_and_tag_of_one_name(client: GitHubClient) -> None:
    """The branch wins, with a note."""
    found = await resolve(client, "github.com/ada/notes/tree/twin/data")
    assert found.notes == ("“twin” is a branch and a tag; the branch is shown.",)


@pytest.mark.parametrize("text", ["ada/notes@featxre/x", "ada/notes@Feature/x"])
async def test_resolve_typo(client: GitHubClient, text: str) -> None:
    """A mistyped branch is an error that suggests the right one, or at least says so."""
    await client.repository(REPO)
    with pytest.raises(RefNotFoundError, match="ada/notes has no") as caught:
        await resolve(client, text)
    is_typo = "featxre" in text
    assert (caught.value.hint == "Did you mean “feature/x”?") is is_typo


async def test_rename_is_followed_everywhere(
    server: GitHubServer, make_client: MakeClient
) -> None:
    """Under its old name everything still works, and the new name comes back."""
    server.repositories[0].rename("ada", "renamed")
    client = make_client(SECRET)
    found = await client.repository(REPO)
    assert (found.id.owner, found.id.name) == ("ada", "renamed")
    at = await client.resolve(RepoAddress(repo=REPO), default_branch="main")
    assert (await client.list_tree(REPO, at.oid, max_requests=1)).file_count(0) == 12


async def test_truncated_tree_is_walked(
    server: GitHubServer, client: GitHubClient, make_client: MakeClient
) -> None:
    """A tree that the server cuts is gathered whole; too few requests say truncated."""
    whole = await open_tree(client)
    cut = GitHubServer(server.repositories, limits=Limits(truncate_entries=10))
    with cut.running():
        client = make_client(server=cut)
        tree = await client.list_tree(REPO, head(server), max_requests=3)
        assert len(cut.requests) == 3
        part = await client.list_tree(REPO, head(server), max_requests=2)
    assert shape(tree) == shape(whole)
    assert not tree.is_truncated
    assert part.is_truncated
    assert set(shape(part)) <= set(shape(whole))


@pytest.mark.skipif(not TREES.is_dir(), reason="the recorded trees are not here")
async def test_large_truncated_tree_is_walked(make_client: MakeClient) -> None:
    """A real tree of 59,088 entries, cut at 7 MB, is gathered whole for 17 requests."""
    recording = TREES / "tc39-test262.json.gz"
    listed = json.loads(gzip.decompress(recording.read_bytes()))["response"]["tree"]
    large = GitHubServer([repository_from_listing(recording, rehash=False)])
    with large.running():
        tree = await open_tree(make_client(server=large), RepoId("tc39", "test262"))
        assert len(large.requests) == 2 + 17
    assert not tree.is_truncated
    found = [(e.path, e.mode.value, e.oid, e.size) for e in shape(tree)[1:]]
    assert found == [
        (item["path"], item["mode"], item["sha"], item.get("size", 0))
        for item in listed
    ]


@pytest.mark.parametrize("path", sorted(FILES))
async def test_raw_files(server: GitHubServer, client: GitHubClient, path: str) -> None:
    """Every name and every content arrives exactly, with its size announced."""
    async with client.open_raw(REPO, head(server), path) as body:
        assert body.size == len(FILES[path])
        data = b"".join([chunk async for chunk in body.chunks])
    assert data == FILES[path]
    assert origins(server) == ["raw"]
    assert client.quota is None


async def test_symlink_is_its_text(server: GitHubServer, client: GitHubClient) -> None:
    """A symlink is downloaded as the text of its target."""
    assert await read(client.open_raw(REPO, head(server), "link")) == b"README.md"


async def test_blobs(server: GitHubServer, client: GitHubClient) -> None:
    """A blob through the API is the same bytes and costs one request of the quota."""
    data = FILES["numbers.bin"]
    assert await read(client.open_blob(REPO, blob_oid(data))) == data
    assert client.quota is not None
    assert client.quota.remaining == 59


async def test_missing_things(server: GitHubServer, client: GitHubClient) -> None:
    """What is absent has an error of its kind."""
    with pytest.raises(PathNotFoundError):
        await read(client.open_raw(REPO, head(server), "none.txt"))
    with pytest.raises(PathNotFoundError):
        await read(client.open_blob(REPO, ObjectId("2" * 40)))
    with pytest.raises(RepositoryNotFoundError):
        await client.repository(RepoId("ada", "none"))
    await client.repository(REPO)
    with pytest.raises(RefNotFoundError):
        await client.list_tree(REPO, ObjectId("2" * 40), max_requests=1)


async def test_empty_repository(client: GitHubClient) -> None:
    """A repository without a commit opens, and then says that it is empty."""
    with pytest.raises(EmptyRepositoryError):
        await open_tree(client, RepoId("ada", "empty"))


async def test_lfs(server: GitHubServer, make_client: MakeClient) -> None:
    """An LFS object of a public repository comes without the token."""
    client = make_client(SECRET)
    pointer = LfsPointer.parse(
        await read(client.open_raw(REPO, head(server), "big.npy"))
    )
    assert pointer == pointer_of(BIG)
    (download,) = links(await client.locate_lfs(REPO, [pointer]))
    assert await read(client.open_lfs(download)) == BIG
    assert origins(server) == ["raw", "lfs", "storage"]
    own = f"Bearer {SECRET}"
    assert own not in {r.headers.get("authorization") for r in server.requests}


async def test_missing_lfs_object(client: GitHubClient) -> None:
    """An object that was never uploaded is named."""
    pointer = pointer_of(b"never")
    with pytest.raises(PathNotFoundError, match=pointer.oid):
        links(await client.locate_lfs(REPO, [pointer]))


def test_import_opens_nothing() -> None:
    """Importing the package loads neither the engine nor the demo server."""
    code = (
        "import sys, rehydrate_tui.github; "
        "print(*[m for m in sys.modules if m.startswith('rehydrate_tui.')])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[1] for name in done.stdout.split()}
    assert loaded == {"github", "domain", "errors", "storage", "version"}
