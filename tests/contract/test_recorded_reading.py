"""Every recorded success, read by the method of the client that would read it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.identity import TokenKind
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.references import RefKind
from rehydrate_tui.errors import NotFoundError, RemoteError
from rehydrate_tui.github import GitHubClient
from tests.contract.conftest import SECRET
from tests.contract.recorded import RecordedHost, entries, names, needs_recordings

pytestmark = needs_recordings

PYGITHUB = RepoId("PyGithub", "PyGithub")
FORK = RepoId("EnricoMi", "PyGithub")


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("repo-200-unauth-default-version", "PyGithub/PyGithub", "PyGithub/PyGithub"),
        ("repo-200-fork-authenticated", "EnricoMi/PyGithub", "EnricoMi/PyGithub"),
    ],
)
async def test_repositories(
    host: RecordedHost, client: GitHubClient, name: str, asked: str, found: str
) -> None:
    """A repository of today and a fork are read, and the quota with them."""
    recorded = host.serve(name)
    repository = await client.repository(RepoId(*asked.split("/")))
    assert repository.id.full_name == found
    assert repository.default_branch == recorded.document["default_branch"]
    assert client.quota is not None
    limit = int(recorded.headers["x-ratelimit-limit"])
    assert (client.quota.limit, client.quota.resource) == (limit, "core")


async def test_renamed_repository(host: RecordedHost, client: GitHubClient) -> None:
    """The two steps of a rename end at the new name."""
    host.serve("repo-301-renamed-modern")
    host.serve("repo-301-renamed-target")
    found = await client.repository(RepoId("EnricoMi", "test"))
    assert found.id == RepoId("EnricoMi", "test-renamed")


@pytest.mark.parametrize(
    "name",
    [
        "tree-200-by-sha-2026",
        "tree-200-jenkins-subtree",
        "tree-200-recursive-2012",
        "tree-200-recursive-2023",
        "tree-200-recursive-large",
    ],
)
async def test_trees(host: RecordedHost, client: GitHubClient, name: str) -> None:
    """Trees of all ages are read whole: paths, ids and sizes."""
    asked = ObjectId("c" * 40)
    recorded = host.serve(name, f"/repos/o/r/git/trees/{asked}?recursive=1")
    tree = await client.list_tree(RepoId("o", "r"), asked, max_requests=1)
    listed = recorded.document["tree"]
    for item in listed:
        entry = tree.entry(tree.node(item["path"]))
        assert (entry.oid, entry.mode.value) == (item["sha"], item["mode"])
    assert tree.size(0) == sum(item.get("size", 0) for item in listed)
    assert not tree.is_truncated


async def test_commit_id(host: RecordedHost, client: GitHubClient) -> None:
    """The bare id of a commit is the cheapest way to pin a branch."""
    host.serve("commit-sha-200", "/repos/sigmavirus24/github3.py/commits/heads/develop")
    address = RepoAddress(repo=RepoId("sigmavirus24", "github3.py"))
    found = await client.resolve(address, default_branch="develop")
    assert found.oid == "977560f205a84449522988b52e196f4bf502f79a"


async def test_commit_as_json(host: RecordedHost, client: GitHubClient) -> None:
    """A server that does not know the short media type sends the whole commit."""
    oid = "4bf07a2f5123f78fc6759bc2ade0c74154c1ba86"
    host.serve("commit-200-2026", "/repos/PyGithub/PyGithub/commits/heads/main")
    found = await client.resolve(RepoAddress(repo=PYGITHUB), default_branch="main")
    assert found.oid == oid


async def test_other_ref(host: RecordedHost, client: GitHubClient) -> None:
    """One exact ref: the answer that names the head of a pull request."""
    recorded = host.serve(
        "ref-200-branch-2026", "/repos/EnricoMi/PyGithub/git/ref/pull/7/head"
    )
    address = RepoAddress(repo=FORK, ref="refs/pull/7/head")
    found = await client.resolve(address, default_branch="main")
    assert found.oid == recorded.document["object"]["sha"]


async def test_matching_refs(host: RecordedHost, client: GitHubClient) -> None:
    """All tags with a prefix come at once, annotated ones marked."""
    recorded = host.serve(
        "matching-refs-200-tags-page", "/repos/o/r/git/matching-refs/tags/v"
    )
    lists = [
        each
        async for each in client.explore().list_refs(RepoId("o", "r"), RefKind.TAG, "v")
    ]
    names_found = [ref.full_name for ref in lists[0]]
    assert names_found == [item["ref"] for item in recorded.document]
    kinds = [item["object"]["type"] == "commit" for item in recorded.document]
    assert [ref.is_commit for ref in lists[0]] == kinds


async def test_branches(host: RecordedHost, client: GitHubClient) -> None:
    """A page of branches; without a Link header it is the only one."""
    recorded = host.serve("branches-200", "/repos/o/r/branches?per_page=100")
    lists = [
        each
        async for each in client.explore().list_refs(RepoId("o", "r"), RefKind.BRANCH)
    ]
    assert [[ref.name for ref in page] for page in lists] == [
        entries(recorded.document)
    ]


async def test_tags_in_pages(host: RecordedHost, client: GitHubClient) -> None:
    """The next page is where the Link header says, and asked for when wanted."""
    first = host.serve("tags-200-page1-link", "/repos/o/r/tags?per_page=100")
    host.serve("tags-200-empty", "/repositories/3544490/tags?page=2")
    lists = client.explore().list_refs(RepoId("o", "r"), RefKind.TAG)
    page = await anext(lists)
    assert [ref.name for ref in page] == entries(first.document)
    assert host.asked == ["/repos/o/r/tags?per_page=100"]
    assert [each async for each in lists] == [()]


async def test_blob(host: RecordedHost, client: GitHubClient) -> None:
    """The raw media type gives the bytes whose id was asked for."""
    recorded = host.serve("blob-200-raw-accept")
    oid = ObjectId(recorded.path.rpartition("/")[2])
    async with client.open_blob(RepoId("hub4j", "github-api"), oid) as body:
        data = b"".join([chunk async for chunk in body.chunks])
    assert blob_oid(data) == oid


async def test_raw_file(host: RecordedHost, client: GitHubClient) -> None:
    """The web host redirects to the raw host, whose answer is compressed."""
    host.serve("raw-redirect-302", f"/o/r/{'c' * 40}/github3/pulls.py")
    recorded = host.serve("raw-200-gzip-2015")
    commit = ObjectId("c" * 40)
    async with client.open_raw(RepoId("o", "r"), commit, "github3/pulls.py") as body:
        data = b"".join([chunk async for chunk in body.chunks])
    assert data == recorded.body


async def test_release(host: RecordedHost, client: GitHubClient) -> None:
    """A release by its tag, with assets that have no digest yet."""
    recorded = host.serve("releases-200")
    release = await client.explore().release(FORK, "v1.55")
    assert (release.id, release.tag, release.title) == (
        197548596,
        "v1.55",
        "Test Release",
    )
    assert [asset.name for asset in release.assets] == entries(
        recorded.document["assets"]
    )


async def test_release_assets(host: RecordedHost, client: GitHubClient) -> None:
    """The assets of a release, with sizes; a digest may be missing."""
    recorded = host.serve(
        "release-assets-200",
        "/repos/EnricoMi/PyGithub/releases/197548596/assets?per_page=100",
    )
    assets = await client.explore().release_assets(FORK, 197548596)
    listed = recorded.document
    assert [(a.id, a.size) for a in assets] == [(i["id"], i["size"]) for i in listed]
    assert {asset.sha256 for asset in assets} == {None}


async def test_release_asset(host: RecordedHost, client: GitHubClient) -> None:
    """An asset of 2025 has the digest that its bytes are checked against."""
    host.serve("asset-200-json")
    asset = await client.explore().release_asset(
        RepoId("stellarcarbon", "sorocarbon"), 261582854
    )
    assert (asset.name, asset.size) == ("sink-carbon_v0.3.0.wasm", 4945)
    assert asset.sha256 is not None
    assert asset.sha256.startswith("2e4ca075")


async def test_bytes_of_an_asset(
    host: RecordedHost, make_client: Callable[..., GitHubClient]
) -> None:
    """The API leads to a signed address of the storage host."""
    host.serve("asset-302-octet-stream")
    recorded = host.serve("asset-200-storage-host")
    repo = RepoId("stellarcarbon", "sorocarbon")
    async with make_client(SECRET).explore().open_asset(repo, 261582854) as body:
        data = b"".join([chunk async for chunk in body.chunks])
    assert hashlib.sha256(data).digest() == hashlib.sha256(recorded.body).digest()


async def test_gist(host: RecordedHost, client: GitHubClient) -> None:
    """A gist with its file, its revision and where the bytes are."""
    recorded = host.serve("gist-200")
    gist = await client.explore().gist("7160899")
    assert gist.revision == recorded.document["history"][0]["version"]
    assert [file.name for file in gist.files] == ["madison.geojson"]
    assert gist.files[0].url.startswith("https://gist.githubusercontent.com/")
    assert gist.is_public
    assert not gist.is_truncated


async def test_readme(host: RecordedHost, client: GitHubClient) -> None:
    """The README of a repository, checked against its blob id."""
    recorded = host.serve("readme-200", "/repos/PyGithub/PyGithub/readme?ref=main")
    readme = await client.explore().readme(PYGITHUB, "main")
    assert readme.path == "README.md"
    assert blob_oid(readme.data) == recorded.document["sha"]


@pytest.mark.parametrize(
    "name", ["contents-200-hash-and-space-path", "contents-200-non-ascii-path"]
)
async def test_file_objects(
    host: RecordedHost, client: GitHubClient, name: str
) -> None:
    """Files under awkward names have the shape of a README, and are read like one."""
    recorded = host.serve(name, "/repos/o/r/readme?ref=main")
    readme = await client.explore().readme(RepoId("o", "r"), "main")
    assert readme.path == recorded.document["path"]
    assert readme.oid == recorded.document["sha"]


async def test_moved_folder(host: RecordedHost, client: GitHubClient) -> None:
    """A redirect to the address by number is followed inside the API."""
    host.serve("contents-302-trailing-slash", "/repos/o/r/readme?ref=main")
    host.serve("contents-404", "/repositories/2126244/contents/js")
    with pytest.raises(NotFoundError, match="README in o/r"):
        await client.explore().readme(RepoId("o", "r"), "main")
    assert host.asked[-1] == "/repositories/2126244/contents/js"


async def test_kind_of_a_token(make_client: Callable[..., GitHubClient]) -> None:
    """Without a token nobody is asked who calls."""
    assert (await make_client().explore().identity()).kind is TokenKind.NONE


UNREAD = {
    "branch-200": "a picker needs ids only, which the list of branches has",
    "rate-limit-200": "every answer carries the quota in its headers",
    "rate-limit-401-bad-credentials": "as rate-limit-200",
    "rate-limit-404-enterprise-disabled": "as rate-limit-200: headers are absent then",
    "blob-200-base64-2021": "blobs are asked for as raw bytes",
    "blob-200-base64-large": "blobs are asked for as raw bytes",
    "blob-200-json-same-object": "blobs are asked for as raw bytes",
    "contents-200-dir": "folders are listed as trees, which are never cut silently",
    "contents-200-root-dir": "as contents-200-dir",
    "contents-200-raw-media-type": "contents come from the raw host or as blobs",
    "contents-200-symlink-to-dir": "modes of trees tell links from files, this does not",
    "contents-200-symlink-to-file": "as contents-200-symlink-to-dir",
    "tarball-302": "archives are asked for at the archive host itself",
    "tarball-302-private-token": "private repositories come as blobs",
    "codeload-200": "its recorder kept a part of the stream; archives are tested with "
    "real ones of the local server",
    "commit-sha-304": "an answer to a condition, tested with the stored answers",
    "root-301-wrong-host": "the web host without www, which no request goes to",
}


def test_every_recording_is_read_or_has_a_reason() -> None:
    """No recording is forgotten: a test names it, or the table says why not."""
    here = "".join(
        path.read_text("utf-8")
        for path in sorted(Path(__file__).parent.glob("test_*.py"))
    )
    unread = {name for name in names() if f'"{name}"' not in here}
    assert unread == set()
    assert set(names()) >= set(UNREAD)


async def test_unread_answers_do_no_harm(
    host: RecordedHost, client: GitHubClient
) -> None:
    """What no method asks for ends as a sentence if a server sends it anyway."""
    for name in UNREAD:
        host.serve(name, "/repos/o/r")
        with pytest.raises(RemoteError) as caught:
            await client.repository(RepoId("o", "r"))
        assert str(caught.value).endswith((".", "?"))
