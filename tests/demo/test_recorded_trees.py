"""Repositories made from recorded tree listings."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from rehydrate_tui.demo.recorded_tree import repository_from_listing
from rehydrate_tui.demo.server import GitHubServer

TREES = Path(__file__).parents[2].parent / "shared" / "trees"
ENTRIES = [
    ("100644", "blob", "a" * 40, ".gitmodules", 60),
    ("040000", "tree", "b" * 40, "data", None),
    ("100644", "blob", "d" * 40, "data/empty", 0),
    ("100644", "blob", "e" * 40, "data/image.png", 9999),
    ("100644", "blob", "c" * 40, "data/one.csv", 5000),
    ("100644", "blob", "c" * 40, "data/twin.csv", 5000),
    ("120000", "blob", "f" * 40, "link", 17),
    ("160000", "commit", "1" * 40, "module", None),
    ("100755", "blob", "2" * 40, "run.sh", 12),
]


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    """A small recorded listing."""
    tree = [
        {"path": path, "mode": mode, "type": kind, "sha": sha}
        | ({} if size is None else {"size": size})
        for mode, kind, sha, path, size in ENTRIES
    ]
    document = {
        "repository": "someone/something",
        "default_branch": "trunk",
        "commit": "9" * 40,
        "response": {"sha": "8" * 40, "truncated": False, "tree": tree},
    }
    path = tmp_path / "listing.json.gz"
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
    return path


def get_tree(server: GitHubServer, client: httpx.Client, name: str) -> dict[str, Any]:
    """Ask for the whole tree."""
    url = f"{server.api_url}/repos/{name}/git/trees/HEAD?recursive=1"
    answer: dict[str, Any] = client.get(url).json()
    return answer


@pytest.mark.parametrize("rehash", [True, False], ids=["rehashed", "recorded"])
def test_paths_modes_and_sizes_are_the_recorded_ones(
    listing: Path, client: httpx.Client, *, rehash: bool
) -> None:
    """The listing is served as recorded; submodules keep their commits."""
    repository = repository_from_listing(listing, rehash=rehash)
    assert "made-up" in repository.description
    with GitHubServer([repository]).running() as server:
        answer = get_tree(server, client, "someone/something")
        items = [
            (item["mode"], item["type"], item["path"], item.get("size"))
            for item in answer["tree"]
        ]
        assert items == [
            (mode, kind, path, size) for mode, kind, _, path, size in ENTRIES
        ]
        ids = {item["path"]: item["sha"] for item in answer["tree"]}
        assert ids["module"] == "1" * 40
        assert ids["data/one.csv"] == ids["data/twin.csv"]


def test_rehashed_bytes_have_the_listed_ids(
    listing: Path, client: httpx.Client
) -> None:
    """What raw sends is of the listed size and hashes to the listed id, and says so."""
    repository = repository_from_listing(listing)
    with GitHubServer([repository]).running() as server:
        for item in get_tree(server, client, "someone/something")["tree"]:
            if item["type"] != "blob":
                continue
            url = f"{server.raw_url}/someone/something/trunk/{item['path']}"
            answer = client.get(url)
            assert answer.headers["x-rehydrate-demo"] == "made-up-bytes"
            assert len(answer.content) == item["size"]
            blob = b"blob %d\0" % item["size"] + answer.content
            assert hashlib.sha1(blob, usedforsecurity=False).hexdigest() == item["sha"]
        base = f"{server.api_url}/repos/someone/something"
        marked = client.get(f"{base}/contents/run.sh")
        assert marked.headers["x-rehydrate-demo"] == "made-up-bytes"
        url = f"{server.codeload_url}/someone/something/tar.gz/trunk"
        assert client.get(url).headers["x-rehydrate-demo"] == "made-up-bytes"


def test_recorded_ids_are_kept_on_request(listing: Path, client: httpx.Client) -> None:
    """Without rehash every id is the recorded one, those of tree and commit included."""
    repository = repository_from_listing(listing, rehash=False)
    with GitHubServer([repository]).running() as server:
        answer = get_tree(server, client, "someone/something")
        assert answer["sha"] == "9" * 40
        assert [item["sha"] for item in answer["tree"]] == [
            entry[2] for entry in ENTRIES
        ]
        base = f"{server.api_url}/repos/someone/something"
        assert client.get(f"{base}/commits/99999999").json()["sha"] == "9" * 40
        assert len(client.get(f"{base}/git/trees/{'b' * 40}").json()["tree"]) == 4
        blob = client.get(f"{base}/git/blobs/{'c' * 40}").json()
        assert blob["size"] == 5000
        assert client.get(f"{base}/git/tags/{'9' * 40}").status_code == 404


def test_contents_fit_their_names(listing: Path) -> None:
    """Text where the name says text, a .gitmodules that names the module, a safe link."""
    repository = repository_from_listing(listing)
    commit = repository.resolve("trunk") or ""

    def read(path: bytes) -> bytes:
        found = repository.find(commit, path)
        assert found is not None
        return repository.objects.blob(found.entry.oid)

    assert read(b"data/one.csv").isascii()
    assert b"\n" in read(b"data/one.csv")
    assert not read(b"data/image.png").isascii()
    assert b"path = module" in read(b".gitmodules")
    assert b"/" not in read(b"link")


@pytest.mark.skipif(not TREES.is_dir(), reason="the recorded trees are not at hand")
def test_a_large_tree_is_truncated_where_the_live_service_would(
    client: httpx.Client,
) -> None:
    """Of 59,088 entries the byte limit leaves what the recording says."""
    path = TREES / "tc39-test262.json.gz"
    with gzip.open(path) as file:
        expected = json.load(file)["entries_within_limits"]
    repository = repository_from_listing(path)
    with GitHubServer([repository]).running() as server:
        answer = get_tree(server, client, "tc39/test262")
        assert answer["truncated"] is True
        assert len(answer["tree"]) == expected
        top = client.get(f"{server.api_url}/repos/tc39/test262/git/trees/main").json()
        assert top["truncated"] is False
        assert {"test", "harness"} <= {item["path"] for item in top["tree"]}


@pytest.mark.skipif(not TREES.is_dir(), reason="the recorded trees are not at hand")
@pytest.mark.parametrize(
    "name", ["boostorg-boost", "jakevdp-PythonDataScienceHandbook"]
)
def test_recorded_tree_ids_survive(name: str, client: httpx.Client) -> None:
    """With recorded ids the whole listing comes back as it was recorded."""
    path = TREES / f"{name}.json.gz"
    with gzip.open(path) as file:
        document = json.load(file)
    repository = repository_from_listing(path, rehash=False)
    with GitHubServer([repository]).running() as server:
        answer = get_tree(server, client, document["repository"])
        listed = [
            {key: value for key, value in item.items() if key != "url"}
            for item in answer["tree"]
        ]
        assert listed == document["response"]["tree"]
        assert answer["sha"] == document["commit"]
