"""GET /git/trees: quirks, limits and refusals."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer, Limits

Api = Callable[..., httpx.Response]


def test_the_commit_is_on_top_when_asked_by_ref(api: Api, head: str) -> None:
    """Asked by branch or commit the answer carries the commit's id, not the tree's."""
    for ref in ("main", head, "HEAD", "heads/main", "refs%2Fheads%2Fmain"):
        answer = api(f"/git/trees/{ref}").json()
        assert answer["sha"] == head, ref
        assert answer["url"].endswith(f"/git/trees/{head}")


def test_the_tree_is_on_top_when_asked_by_its_id(
    api: Api, repository: Repository, head: str
) -> None:
    """Asked by the id of a tree the answer carries that id, and may be cached long."""
    tree = repository.objects.commit(head).tree
    answer = api(f"/git/trees/{tree}")
    assert answer.json()["sha"] == tree
    assert answer.headers["cache-control"] == "public, max-age=86400, s-maxage=86400"
    assert "max-age=60" in api("/git/trees/main").headers["cache-control"]


@pytest.mark.parametrize("value", ["1", "0", "false", "true", ""])
def test_any_value_turns_recursion_on(api: Api, value: str) -> None:
    """`recursive` counts as set whatever it is set to."""
    paths = [
        item["path"]
        for item in api(f"/git/trees/main?recursive={value}").json()["tree"]
    ]
    assert "docs/notes.txt" in paths
    assert "docs/notes.txt" not in [
        item["path"] for item in api("/git/trees/main").json()["tree"]
    ]


def test_sizes_and_addresses_only_where_github_gives_them(api: Api) -> None:
    """Blobs have a size, trees and submodules none; a submodule has no address."""
    tree = api("/git/trees/main?recursive=1").json()["tree"]
    for item in tree:
        assert ("size" in item) == (item["type"] == "blob")
        assert ("url" in item) == (item["type"] != "commit")
    modes = {item["path"]: item["mode"] for item in tree}
    assert modes["docs"] == "040000"
    assert modes["run.sh"] == "100755"
    assert modes["link"] == "120000"
    assert modes["tools"] == "160000"


def test_a_branch_with_slashes_is_taken_bare_and_encoded(api: Api) -> None:
    """Slashes in a ref may be sent as they are or as %2F."""
    bare = api("/git/trees/feature/deep/er").json()
    assert bare["sha"] == api("/git/trees/feature%2Fdeep%2Fer").json()["sha"]


def test_a_listing_is_cut_at_the_entry_limit(
    repository: Repository, client: httpx.Client
) -> None:
    """Beyond the limit the list is partial and says so; at the limit it is whole."""
    whole = len(
        list(
            repository.walk(
                repository.objects.commit(repository.resolve("HEAD") or "").tree
            )
        )
    )
    for limit, truncated in ((whole, False), (whole - 1, True)):
        server = GitHubServer([repository], limits=Limits(truncate_entries=limit))
        with server.running():
            url = f"{server.api_url}/repos/Ada/Notes/git/trees/main?recursive=1"
            answer = client.get(url).json()
        assert (len(answer["tree"]), answer["truncated"]) == (limit, truncated)


def test_a_listing_is_cut_at_the_byte_limit(
    repository: Repository, client: httpx.Client
) -> None:
    """The byte limit cuts too, and what is left is the beginning of the whole."""
    with GitHubServer([repository]).running() as roomy:
        url = f"{roomy.api_url}/repos/Ada/Notes/git/trees/main?recursive=1"
        whole = [item["path"] for item in client.get(url).json()["tree"]]
    with GitHubServer(
        [repository], limits=Limits(truncate_bytes=1000)
    ).running() as tight:
        url = f"{tight.api_url}/repos/Ada/Notes/git/trees/main?recursive=1"
        answer = client.get(url).json()
    kept = [item["path"] for item in answer["tree"]]
    assert answer["truncated"] is True
    assert 0 < len(kept) < len(whole)
    assert kept == whole[: len(kept)]


def test_an_empty_repository_is_a_conflict(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Trees, commits and refs of an empty repository answer 409."""
    base = f"{server.api_url}/repos/Ada/Empty"
    for path in ("/git/trees/main", "/commits/main", "/git/matching-refs/heads/"):
        answer = client.get(base + path)
        assert answer.status_code == 409, path
        assert answer.json()["message"] == "Git Repository is empty."
    assert client.get(f"{base}/branches").json() == []


def test_an_unknown_tree_is_not_found(api: Api) -> None:
    """An unknown ref or id is 404 with the usual body."""
    for ref in ("nope", "0" * 40):
        answer = api(f"/git/trees/{ref}")
        assert answer.status_code == 404
        assert answer.json()["message"] == "Not Found"
        assert answer.json()["status"] == "404"


def test_a_path_that_is_not_utf8_is_listed_lossily_and_served_whole(
    client: httpx.Client,
) -> None:
    """JSON loses such a path; its blob and its percent-encoded raw address work."""
    builder = RepositoryBuilder("o", "bytes")
    builder.commit({"latin-\udce9.txt": b"latin\n"})
    with GitHubServer([builder.build()]).running() as server:
        base = f"{server.api_url}/repos/o/bytes"
        item = client.get(f"{base}/git/trees/main").json()["tree"][0]
        assert item["path"] == "latin-\ufffd.txt"
        accept = {"accept": "application/vnd.github.raw"}
        blob = client.get(f"{base}/git/blobs/{item['sha']}", headers=accept)
        assert blob.content == b"latin\n"
        assert (
            client.get(f"{server.raw_url}/o/bytes/main/latin-%E9.txt").text == "latin\n"
        )


@pytest.mark.parametrize("kind", ["tags", "commits"])
@pytest.mark.parametrize("oid", ["0", "%C3%A4", "f" * 40])
def test_what_cannot_be_an_id_is_absent(api: Api, kind: str, oid: str) -> None:
    """An id of the wrong shape is answered like one that nothing has."""
    assert api(f"/git/{kind}/{oid}").status_code == 404
