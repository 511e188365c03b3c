"""GET /contents, /readme and /git/blobs: the shapes of every kind of entry."""

from __future__ import annotations

import base64
from collections.abc import Callable

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer, Limits

Api = Callable[..., httpx.Response]
RAW = "application/vnd.github.raw+json"
OBJECT = "application/vnd.github.object+json"
LATEST = "2026-03-10"


def blob_id(api: Api, path: str) -> str:
    """Take the id of a file from the tree."""
    tree = api("/git/trees/main?recursive=1").json()["tree"]
    return next(str(item["sha"]) for item in tree if item["path"] == path)


def test_a_file_comes_as_wrapped_base64(api: Api) -> None:
    """Lines of 60, a newline at the end, and the blob id as weak entity tag."""
    answer = api("/contents/README.md", accept_encoding="gzip")
    file = answer.json()
    assert file["type"] == "file"
    lines = file["content"].split("\n")
    assert lines.pop() == ""
    assert {len(line) for line in lines[:-1]} == {60}
    assert len(base64.b64decode(file["content"])) == file["size"]
    assert answer.headers["etag"] == f'W/"{file["sha"]}"'


def test_addresses_in_a_file_can_be_followed(api: Api, client: httpx.Client) -> None:
    """url, git_url and download_url lead to the same bytes, awkward names included."""
    for path in ("docs/a%2Bb%20%231%20100%25.txt", "docs/B%C3%A4ren%20%E9%9B%AA.txt"):
        file = api(f"/contents/{path}").json()
        data = base64.b64decode(file["content"])
        assert client.get(file["url"]).json() == file
        assert base64.b64decode(client.get(file["git_url"]).json()["content"]) == data
        assert client.get(file["download_url"]).content == data
        assert file["path"].startswith("docs/")


def test_a_directory_is_an_array_in_git_order(api: Api) -> None:
    """Entries have no content; those without bytes have no download address."""
    listed = api("/contents/").json()
    tree = api("/git/trees/main").json()["tree"]
    assert [item["name"] for item in listed] == [item["path"] for item in tree]
    kinds = {item["name"]: item["type"] for item in listed}
    assert kinds["docs"] == "dir"
    assert kinds["link"] == "symlink"
    for item in listed:
        assert "content" not in item
        assert (item["download_url"] is None) == (
            item["name"] in {"docs", "private", "tools"}
        )


def test_the_object_type_wraps_a_directory(api: Api) -> None:
    """Under the object media type a directory is one object with entries."""
    answer = api("/contents/docs", accept=OBJECT).json()
    assert answer["type"] == "dir"
    assert [item["name"] for item in answer["entries"]][-1] == "up"


def test_the_raw_type_is_the_bytes(api: Api) -> None:
    """The raw media type, in its older spelling too."""
    for accept in (RAW, "application/vnd.github.v3.raw"):
        answer = api("/contents/docs/notes.txt", accept=accept)
        assert answer.content == b"hello"
        kind = "application/vnd.github.v3.raw; charset=utf-8"
        assert answer.headers["content-type"] == kind


def test_a_link_to_a_file_shows_the_file(api: Api) -> None:
    """Content, size and id of the target under the path of the link, also in two steps."""
    target = blob_id(api, "docs/notes.txt")
    for path in ("link", "docs/up"):
        shown = api(f"/contents/{path}").json()
        assert (shown["type"], shown["path"]) == ("file", path)
        assert (shown["sha"], shown["size"]) == (target, 5)


def test_any_other_link_shows_itself(api: Api) -> None:
    """A link to a directory or out of the tree is a symlink with its target."""
    for path, target in (("folder-link", "docs"), ("outside", "../../etc/passwd")):
        shown = api(f"/contents/{path}").json()
        assert (shown["type"], shown["target"]) == ("symlink", target)
        assert shown["size"] == len(target)
        assert "content" not in shown


def test_a_submodule_is_named_by_version(
    api: Api, server: GitHubServer, head: str
) -> None:
    """Listings call it a file in the older version; asked by path it is a submodule."""
    older = {item["name"]: item["type"] for item in api("/contents/").json()}
    newer = api("/contents/", x_github_api_version=LATEST).json()
    assert older["tools"] == "file"
    assert {item["name"]: item["type"] for item in newer}["tools"] == "submodule"
    shown = api("/contents/tools").json()
    assert shown["type"] == "submodule"
    assert shown["submodule_git_url"] == "../tools.git"
    assert shown["html_url"].startswith(f"{server.lfs_url}/Ada/tools/tree/")


def test_a_submodule_elsewhere_has_no_addresses(client: httpx.Client) -> None:
    """Git and html addresses are null when the module lives on another host."""
    from rehydrate_tui.demo.builder import Gitlink

    builder = RepositoryBuilder("o", "r")
    modules = b'[submodule "m"]\n\tpath = m\n\turl = https://example.org/m.git\n'
    builder.commit({".gitmodules": modules, "m": Gitlink("1" * 40)})
    with GitHubServer([builder.build()]).running() as server:
        shown = client.get(f"{server.api_url}/repos/o/r/contents/m").json()
    assert shown["submodule_git_url"] == "https://example.org/m.git"
    assert shown["git_url"] is None
    assert shown["html_url"] is None


def test_a_trailing_slash_redirects(
    api: Api, server: GitHubServer, repository: Repository
) -> None:
    """A directory with a slash at its end leads to the address by id without it."""
    answer = api("/contents/docs/?ref=main")
    assert answer.status_code == 302
    base = f"{server.api_url}/repositories/{repository.id}"
    assert answer.headers["location"] == f"{base}/contents/docs?ref=main"


def test_a_listing_is_cut_without_a_word(client: httpx.Client) -> None:
    """After 1,000 entries the array just ends."""
    builder = RepositoryBuilder("o", "wide")
    builder.commit({f"d/{number:04d}": b"" for number in range(1001)})
    with GitHubServer([builder.build()]).running() as server:
        base = f"{server.api_url}/repos/o/wide"
        assert len(client.get(f"{base}/contents/d").json()) == 1000
        whole = client.get(f"{base}/git/trees/main?recursive=1").json()
        assert len(whole["tree"]) == 1002


def test_large_files_come_raw_or_empty_or_not_at_all(client: httpx.Client) -> None:
    """Over 1 MB JSON refuses, object is empty and raw works; over 100 MB nothing does."""
    builder = RepositoryBuilder("o", "large")
    builder.commit({"small": b"x" * 100, "medium": b"x" * 101, "huge": b"x" * 1001})
    limits = Limits(contents_bytes=100, blob_bytes=1000)
    with GitHubServer([builder.build()], limits=limits).running() as server:

        def get(path: str, accept: str = "application/json") -> httpx.Response:
            url = f"{server.api_url}/repos/o/large/contents/{path}"
            return client.get(url, headers={"accept": accept})

        assert get("small").json()["encoding"] == "base64"
        refused = get("medium")
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["code"] == "too_large"
        empty = get("medium", OBJECT).json()
        assert (empty["content"], empty["encoding"]) == ("", "none")
        assert get("medium", RAW).content == b"x" * 101
        for accept in (RAW, OBJECT, "application/json"):
            assert get("huge", accept).status_code == 403


def test_refs_and_absent_paths(api: Api) -> None:
    """`ref` chooses the commit; what is not there is 404."""
    assert api("/contents/docs/notes.txt").status_code == 200
    gone = api("/contents/docs/notes.txt?ref=feature/deep/er")
    assert gone.status_code == 404
    assert api("/contents/README.md?ref=nope").status_code == 404
    assert api("/contents/README.md/below").status_code == 404


def test_an_empty_repository_has_no_contents(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Not a conflict here but 404, with words of its own."""
    answer = client.get(f"{server.api_url}/repos/Ada/Empty/contents/")
    assert answer.status_code == 404
    assert answer.json()["message"] == "This repository is empty."


def test_the_readme_is_found(api: Api) -> None:
    """The readme of the root; a directory without one is 404."""
    assert api("/readme").json()["path"] == "README.md"
    assert api("/readme/docs").status_code == 404


def test_a_blob_is_wrapped_and_cacheable(api: Api) -> None:
    """JSON in lines of 60, a day of caching, and a peculiar charset for raw bytes."""
    oid = blob_id(api, "large.txt")
    answer = api(f"/git/blobs/{oid}")
    blob = answer.json()
    assert blob["encoding"] == "base64"
    assert {len(line) for line in blob["content"].split("\n")[:-2]} == {60}
    assert "max-age=86400" in answer.headers["cache-control"]
    raw = api(f"/git/blobs/{oid}", accept=RAW)
    assert raw.headers["content-type"] == "text/plain; charset=iso-8859-1"
    assert len(raw.content) == blob["size"]


@pytest.mark.parametrize(("sha", "status"), [("0" * 40, 404), ("abc", 422)])
def test_a_blob_that_is_none(api: Api, sha: str, status: int) -> None:
    """An unknown id is 404, something that is no id 422."""
    assert api(f"/git/blobs/{sha}").status_code == status


def test_private_download_addresses_carry_a_short_lived_token(
    repository: Repository, client: httpx.Client
) -> None:
    """The address works without further credentials until its time is over."""
    now = [1_000_000.0]
    repository.private = True
    server = GitHubServer([repository], clock=lambda: now[0])
    from rehydrate_tui.demo.server import Account

    server.tokens["own"] = Account("ada")
    with server.running():
        headers = {"authorization": "Bearer own"}
        url = f"{server.api_url}/repos/Ada/Notes/contents/docs/notes.txt"
        download = client.get(url, headers=headers).json()["download_url"]
        assert "?token=" in download
        assert client.get(download).text == "hello"
        assert client.get(download.replace("notes.txt", "up")).status_code == 404
        assert client.get(download.partition("?")[0]).status_code == 404
        now[0] += 301
        assert client.get(download).status_code == 404
