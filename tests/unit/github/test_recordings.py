"""Real exchanges, recorded by other projects against the live service."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.endpoints import endpoints_for
from rehydrate_tui.domain.objects import FileMode, ObjectId, RepoId
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.errors import (
    CredentialError,
    RateLimitedError,
    RemoteError,
    RepositoryNotFoundError,
    ServerError,
)
from rehydrate_tui.github.payloads import listing_from, refs_from
from tests.unit.github.fake_host import API, RAW, FakeHost, Reply, answer

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
RECORDINGS = SHARED / "github-fixtures"
TREES = SHARED / "trees"

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the recorded exchanges are not here"
)

# A recorder keeps the encoding headers of a body that it has decoded.
_TRANSFER_HEADERS = {"content-encoding", "content-length", "transfer-encoding"}


def recorded(name: str) -> Reply:
    """Return a recorded answer."""
    document: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    body = document["body"]
    if document["body_encoding"] == "json":
        encoded = json.dumps(body).encode()
    else:
        encoded = (body or "").encode()
    headers = {
        header: value
        for header, value in document["headers"].items()
        if header not in _TRANSFER_HEADERS
    }
    return Reply(status=document["status"], headers=headers, body=encoded)


async def repository_error(host: FakeHost, name: str) -> RemoteError:
    """Return the error that a recorded answer to a repository request becomes."""
    host.on(f"{API}/repos/o/r", recorded(name))
    with pytest.raises(RemoteError) as caught:
        await host.client().repository(RepoId("o", "r"))
    return caught.value


async def test_repository_of_2026(host: FakeHost) -> None:
    """An anonymous answer gives repository and quota."""
    host.on(
        f"{API}/repos/pygithub/pygithub", recorded("repo-200-unauth-default-version")
    )
    client = host.client()
    found = await client.repository(RepoId("pygithub", "pygithub"))
    assert found.id == RepoId("PyGithub", "PyGithub")
    assert found.default_branch == "main"
    assert not found.is_private
    assert client.quota is not None
    assert (client.quota.limit, client.quota.resource) == (60, "core")


async def test_renamed_repository(host: FakeHost) -> None:
    """The two recorded steps of a rename lead to the new name."""
    host.on(f"{API}/repos/EnricoMi/test", recorded("repo-301-renamed-modern"))
    host.on(f"{API}/repositories/638123443", recorded("repo-301-renamed-target"))
    found = await host.client().repository(RepoId("EnricoMi", "test"))
    assert found.id == RepoId("EnricoMi", "test-renamed")
    assert found.is_private


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("repo-404-unknown", RepositoryNotFoundError),
        ("repo-502-server-error", ServerError),
        ("user-503-html-body", ServerError),
        ("contents-503-html", ServerError),
        ("user-401-bad-credentials", CredentialError),
        ("user-401-otp-required", CredentialError),
        ("user-403-bad-user-agent", CredentialError),
        ("secondary-limit-403-gh-limited-by", RateLimitedError),
        ("repo-304-not-modified", RemoteError),
    ],
)
async def test_recorded_refusals(
    host: FakeHost, name: str, kind: type[RemoteError]
) -> None:
    """Recorded refusals become the errors that the contract names."""
    assert type(await repository_error(host, name)) is kind


async def test_recorded_short_wait(host: FakeHost) -> None:
    """A recorded secondary limit of eight seconds is waited for, twice."""
    error = await repository_error(host, "secondary-limit-429-retry-after")
    assert isinstance(error, RateLimitedError)
    assert (error.kind, error.retry_after) == ("secondary", 8.0)
    assert host.waits == [8.0, 8.0]


async def test_recorded_commit(host: FakeHost) -> None:
    """The recorded answer with the media type `sha` is a commit id."""
    url = f"{API}/repos/sigmavirus24/github3.py/commits/heads/develop"
    host.on(url, recorded("commit-sha-200"))
    address = RepoAddress(repo=RepoId("sigmavirus24", "github3.py"))
    found = await host.client().resolve(address, default_branch="develop")
    assert found.oid == "977560f205a84449522988b52e196f4bf502f79a"


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        ("tree-200-by-sha-2026", None),
        ("tree-200-jenkins-subtree", None),
        ("tree-200-recursive-2012", None),
        ("tree-200-recursive-2023", None),
        ("tree-200-recursive-large", 2179),
    ],
)
async def test_recorded_trees(host: FakeHost, name: str, entries: int | None) -> None:
    """Trees of all ages are read whole."""
    plan = recorded(name)
    oid = ObjectId("c" * 40)
    host.on(f"{API}/repos/o/r/git/trees/{oid}?recursive=1", plan)
    tree = await host.client().list_tree(RepoId("o", "r"), oid, max_requests=1)
    listed = json.loads(plan.body)["tree"]
    assert {tree.path(node) for node in range(1, len(tree))} >= {
        item["path"] for item in listed
    }
    assert entries is None or len(listed) == entries
    assert tree.size(0) == sum(item.get("size", 0) for item in listed)


def test_recorded_executable() -> None:
    """An executable of a real tree keeps its mode."""
    plan = recorded("tree-200-jenkins-subtree")
    listing = listing_from(answer(None, body=plan.body))
    assert FileMode.EXECUTABLE in {entry.mode for entry in listing.entries}


def test_recorded_refs() -> None:
    """A real list of tags, annotated ones among them, is read."""
    plan = recorded("matching-refs-200-tags-page")
    found = refs_from(answer(None, body=plan.body))
    assert len(found) == len(json.loads(plan.body))
    assert all(not ref.name.startswith("refs/") for ref in found)


async def test_recorded_blob(host: FakeHost) -> None:
    """A recorded raw blob arrives as bytes whose id is the one asked for."""
    oid = ObjectId("a12243f2fc5b8c2ba47dd677d0b0c7583539584d")
    host.on(f"{API}/repos/o/r/git/blobs/{oid}", recorded("blob-200-raw-accept"))
    async with host.client().open_blob(RepoId("o", "r"), oid) as body:
        data = b"".join([chunk async for chunk in body.chunks])
    assert blob_oid(data) == oid


async def test_recorded_raw_redirect(host: FakeHost) -> None:
    """A server that keeps raw files below its web host redirects to the raw host."""
    commit = ObjectId("fe5dd44af3eb7110a4a1f8c38f0c9bb235349ff6")
    path = f"sigmavirus24/github3.py/{commit}/github3/pulls.py"
    start = endpoints_for("github.com").raw.replace("{owner}", "sigmavirus24")
    start = start.replace("{repo}", "old").replace("{commit}", commit)
    host.on(start.replace("{path}", "github3/pulls.py"), recorded("raw-redirect-302"))
    host.on(f"{RAW}/{path}", recorded("raw-200-gzip-2015"))
    repo = RepoId("sigmavirus24", "old")
    async with host.client().open_raw(repo, commit, "github3/pulls.py") as body:
        data = b"".join([chunk async for chunk in body.chunks])
    assert data.startswith(b"# -*- coding: utf-8 -*-")


def test_every_one_of_59088_entries_is_read() -> None:
    """A recorded listing of 59,088 entries becomes a tree of as many, and the root."""
    document = json.loads(
        gzip.decompress((TREES / "tc39-test262.json.gz").read_bytes())
    )
    body = json.dumps(document["response"]).encode()
    tree = RepoTree(listing_from(answer(None, body=body)).entries)
    assert len(tree) == 59_089
