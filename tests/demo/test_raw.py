"""The raw host: refs, headers, ranges, compression and its cache."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.objects import LazyBlob
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer

Raw = Callable[..., httpx.Response]


@pytest.mark.parametrize(
    "ref", ["main", "v1.0", "HEAD", "refs/heads/main", "refs/tags/v1.1", "{head}"]
)
def test_a_file_is_found_under_every_ref(raw: Raw, head: str, ref: str) -> None:
    """Branch, tag, HEAD, full ref and commit id."""
    assert raw(f"/{ref.format(head=head)}/docs/notes.txt").content == b"hello"


def test_a_branch_with_slashes_is_the_longest_that_fits(raw: Raw) -> None:
    """`feature/deep/er` is found although it looks like a path."""
    assert raw("/feature/deep/er/README.md").text == "# Notes of the feature\n"
    assert raw("/feature/deep/er/docs/notes.txt").status_code == 404


def test_headers_are_those_of_the_live_host(raw: Raw) -> None:
    """Text is plain whatever it is, images keep their type, and no quota is told."""
    answer = raw("/main/README.md")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "max-age=300"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"] == "Authorization,Accept-Encoding,Origin"
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]
    assert "last-modified" not in answer.headers
    assert raw("/main/picture.png").headers["content-type"] == "image/png"
    model = raw("/main/model.npy")
    assert model.headers["content-type"] == "text/plain; charset=utf-8"


def test_links_and_large_files_are_sent_as_git_holds_them(raw: Raw) -> None:
    """A link is its text, an LFS file its pointer."""
    assert raw("/main/link").text == "docs/notes.txt"
    pointer = raw("/main/model.npy").text
    assert pointer.startswith("version https://git-lfs.github.com/spec/v1\noid sha256:")


@pytest.mark.parametrize(
    "path", ["/main/none", "/none/README.md", "/main/docs", "/main/tools", "/main", "/"]
)
def test_what_is_absent_is_404_as_text(raw: Raw, path: str) -> None:
    """A file, a ref, a directory, a submodule: the same short answer."""
    answer = raw(path)
    assert answer.status_code == 404
    assert answer.text == "404: Not Found"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_private_file_is_absent_without_a_token(
    server: GitHubServer, client: httpx.Client
) -> None:
    """404 for anonymous, wrong and foreign tokens; the bytes for one with the right."""
    url = f"{server.raw_url}/Ada/Secret/main/plan.txt"
    for headers in (
        {},
        {"authorization": "token wrong"},
        {"authorization": "token other"},
    ):
        assert client.get(url, headers=headers).status_code == 404
    answer = client.get(url, headers={"authorization": "token good"})
    assert answer.content == b"the plan\n"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-3", 0, 4), ("10-", 10, 649), ("-5", 644, 649), ("600-9999", 600, 649)],
)
def test_ranges_give_parts(raw: Raw, asked: str, start: int, stop: int) -> None:
    """206 with Content-Range and the part asked for."""
    whole = raw("/main/README.md").content
    answer = raw("/main/README.md", range=f"bytes={asked}")
    assert answer.status_code == 206
    assert answer.content == whole[start:stop]
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/649"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=9-2"]
)
def test_ranges_that_make_no_sense_are_ignored(raw: Raw, asked: str) -> None:
    """Several ranges, other units and malformed ones give the whole."""
    assert raw("/main/README.md", range=asked).status_code == 200


def test_a_range_behind_the_end_is_refused(raw: Raw) -> None:
    """416 names the true size; an empty file has no range at all."""
    answer = raw("/main/docs/notes.txt", range="bytes=5-")
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */5"
    assert raw("/main/empty", range="bytes=0-").status_code == 416
    assert raw("/main/empty").content == b""


def test_if_range_needs_a_strong_match(raw: Raw) -> None:
    """The right strong tag resumes; a weak or other one starts over."""
    tag = raw("/main/README.md").headers["etag"]
    assert len(tag) == 66
    resumed = raw("/main/README.md", range="bytes=5-", if_range=tag)
    assert resumed.status_code == 206
    for other in (f"W/{tag}", '"other"', "Tue, 01 Mar 2016 09:00:00 GMT"):
        again = raw("/main/README.md", range="bytes=5-", if_range=other)
        assert again.status_code == 200


def test_compressed_answers_count_compressed_bytes(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Length, ranges and 416 speak of the compressed body, under a weak tag."""
    url = f"{server.raw_url}/Ada/Notes/main/README.md"
    headers = {"accept-encoding": "gzip"}
    with client.stream("GET", url, headers=headers) as answer:
        wire = b"".join(answer.iter_raw())
    plain = gzip.decompress(wire)
    assert answer.headers["etag"].startswith('W/"')
    assert int(answer.headers["content-length"]) == len(wire) < len(plain)
    part = {**headers, "range": "bytes=4-9"}
    with client.stream("GET", url, headers=part) as answer:
        assert b"".join(answer.iter_raw()) == wire[4:10]
    beyond = client.get(url, headers={**headers, "range": f"bytes={len(plain)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-encoding"] == "gzip"
    assert beyond.headers["content-range"] == f"bytes */{len(wire)}"


def test_an_unchanged_file_is_304(raw: Raw) -> None:
    """If-None-Match works here too."""
    tag = raw("/main/README.md").headers["etag"]
    assert raw("/main/README.md", if_none_match=tag).status_code == 304


def test_head_gives_the_length_without_the_body(
    server: GitHubServer, client: httpx.Client
) -> None:
    """HEAD is GET without a body, and logs no bytes."""
    answer = client.head(f"{server.raw_url}/Ada/Notes/main/README.md")
    assert answer.headers["content-length"] == "649"
    assert answer.content == b""
    assert server.requests[-1].sent_bytes == 0


def test_a_branch_may_be_five_minutes_old_per_file(
    client: httpx.Client, builder: RepositoryBuilder
) -> None:
    """A pushed branch is served as it was, each file by its own clock; ids are exact."""
    now = [1_000_000.0]
    server = GitHubServer([builder.build()], clock=lambda: now[0])
    with server.running():
        base = f"{server.raw_url}/Ada/Notes"
        first = client.get(f"{base}/main/README.md")
        assert first.headers["x-cache"] == "MISS"
        pushed = builder.commit({"README.md": b"new\n", "docs/notes.txt": b"new\n"})
        now[0] += 200
        old = client.get(f"{base}/main/README.md")
        assert old.content == first.content
        assert old.headers["x-cache"] == "HIT"
        assert old.headers["source-age"] == "200"
        assert client.get(f"{base}/main/docs/notes.txt").text == "new\n"
        assert client.get(f"{base}/{pushed}/README.md").text == "new\n"
        now[0] += 101
        assert client.get(f"{base}/main/README.md").text == "new\n"


def test_the_cache_remembers_absence_and_can_be_emptied(
    raw: Raw, server: GitHubServer, builder: RepositoryBuilder
) -> None:
    """A 404 is cached like a file, until the cache is forgotten."""
    assert raw("/main/new.txt").status_code == 404
    builder.commit({"new.txt": b"here\n"})
    assert raw("/main/new.txt").status_code == 404
    server.forget_raw_cache()
    assert raw("/main/new.txt").text == "here\n"


def test_a_large_file_is_made_when_asked_for(client: httpx.Client) -> None:
    """A lazy blob is listed by its size and made once for many ranges."""
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"0123456789" * 100_000

    oid = "a01d62ef8f2f6c1c1a3a3d9b8c9f6c1d5e0a9b3c"
    builder = RepositoryBuilder("o", "lazy")
    builder.commit({"big.txt": LazyBlob(oid=oid, size=1_000_000, make=make)})
    with GitHubServer([builder.build()]).running() as server:
        tree = client.get(f"{server.api_url}/repos/o/lazy/git/trees/main").json()[
            "tree"
        ]
        assert (tree[0]["size"], tree[0]["sha"], made) == (1_000_000, oid, [])
        url = f"{server.raw_url}/o/lazy/main/big.txt"
        for start in (0, 999_990):
            headers = {"range": f"bytes={start}-{start + 9}"}
            assert client.get(url, headers=headers).text == "0123456789"
        assert made == [1]


def test_every_commit_that_was_pushed_stays_reachable(
    raw: Raw, builder: RepositoryBuilder, repository: Repository, head: str
) -> None:
    """A commit dropped by a forced push is still served by its id."""
    lost = builder.commit({"lost.txt": b"lost\n"})
    repository.refs["refs/heads/main"] = head
    assert raw(f"/{lost}/lost.txt").text == "lost\n"
