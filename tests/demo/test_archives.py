"""Archives: redirects, folder names, headers and what attributes change."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer

Api = Callable[..., httpx.Response]


def names(data: bytes) -> list[str]:
    """List the members of a tar archive."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.getnames()


@pytest.mark.parametrize(
    ("ref", "target"),
    [
        ("", "refs/heads/main"),
        ("/main", "refs/heads/main"),
        ("/v1.0", "refs/tags/v1.0"),
        ("/feature%2Fdeep%2Fer", "refs/heads/feature/deep/er"),
    ],
)
def test_tarballs_lead_to_the_archive_host(
    api: Api, server: GitHubServer, ref: str, target: str
) -> None:
    """A redirect without a body to the full ref on another origin."""
    answer = api(f"/tarball{ref}")
    assert answer.status_code == 302
    assert answer.content == b""
    base = f"{server.codeload_url}/Ada/Notes/legacy.tar.gz"
    assert answer.headers["location"] == f"{base}/{target}"
    assert answer.headers["cache-control"] == "public, must-revalidate, max-age=0"


def test_an_archive_is_a_stream(
    server: GitHubServer, client: httpx.Client, head: str
) -> None:
    """Chunked, no length, no ranges, a weak tag of 64 digits."""
    url = f"{server.codeload_url}/Ada/Notes/tar.gz/{head}"
    answer = client.get(url, headers={"range": "bytes=10-"})
    assert answer.status_code == 200
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in answer.headers
    assert "accept-ranges" not in answer.headers
    assert answer.headers["content-type"] == "application/x-gzip"
    assert len(answer.headers["etag"]) == 68
    assert answer.headers["etag"].startswith('W/"')
    same = client.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert same.status_code == 304


@pytest.mark.parametrize(
    ("form", "top"),
    [
        ("legacy.tar.gz/main", "Ada-Notes-{short}"),
        ("legacy.tar.gz/refs/tags/v1.0", "Ada-Notes-{short}"),
        ("tar.gz/{head}", "Notes-{head}"),
        ("tar.gz/refs/heads/main", "Notes-main"),
        ("tar.gz/refs/tags/v1.0", "Notes-1.0"),
        ("tar.gz/HEAD", "Notes-HEAD"),
    ],
)
def test_the_top_folder_follows_the_form(
    server: GitHubServer, client: httpx.Client, head: str, form: str, top: str
) -> None:
    """Owner, name and short id in the legacy form; name and ref in the other."""
    wanted = top.format(head=head, short=head[:7])
    url = f"{server.codeload_url}/Ada/Notes/{form.format(head=head)}"
    answer = client.get(url)
    assert names(answer.content)[0] == wanted
    file = f"attachment; filename={wanted}.tar.gz"
    assert answer.headers["content-disposition"] == file


def test_an_archive_differs_from_the_blobs_where_attributes_say_so(
    server: GitHubServer, client: httpx.Client, head: str
) -> None:
    """Left out, expanded, converted; a submodule is an empty folder."""
    data = client.get(f"{server.codeload_url}/Ada/Notes/tar.gz/{head}").content
    top = f"Notes-{head}"
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = archive.getnames()
        assert f"{top}/private" not in found
        assert f"{top}/private/key.txt" not in found
        assert archive.getmember(f"{top}/tools").isdir()
        version = archive.extractfile(f"{top}/version.py")
        batch = archive.extractfile(f"{top}/start.bat")
        assert version is not None
        assert head.encode() in version.read()
        assert batch is not None
        assert batch.read() == b"echo one\r\necho two\r\necho three\r\n"


def test_attributes_of_a_subfolder_hold_below_it(client: httpx.Client) -> None:
    """A deeper .gitattributes adds to and overrides the one above."""
    builder = RepositoryBuilder("o", "r")
    builder.commit(
        {
            ".gitattributes": b"*.log export-ignore\n[a export-ignore\n",
            "a.log": b"1",
            "keep/.gitattributes": b"*.log -export-ignore\n/tmp export-ignore\n",
            "keep/b.log": b"2",
            "keep/tmp/c": b"3",
            "keep/deep/tmp/d": b"4",
        }
    )
    with GitHubServer([builder.build()]).running() as server:
        data = client.get(f"{server.codeload_url}/o/r/tar.gz/main").content
    assert [name.removeprefix("r-main/") for name in names(data)[1:]] == [
        ".gitattributes",
        "keep",
        "keep/.gitattributes",
        "keep/b.log",
        "keep/deep",
        "keep/deep/tmp",
        "keep/deep/tmp/d",
    ]


def test_long_and_awkward_names_survive(client: httpx.Client) -> None:
    """Names over 100 bytes, in any script and not in UTF-8 come back as they were."""
    paths = [
        b"d/" + b"x" * 240,
        "d/雪 🏔️".encode(),
        b"d/latin-\xe9",
        b"-dash",
        b"d/" * 60 + b"f",
    ]
    builder = RepositoryBuilder("o", "r")
    builder.commit({path.decode("utf-8", "surrogateescape"): b"1" for path in paths})
    with GitHubServer([builder.build()]).running() as server:
        data = client.get(f"{server.codeload_url}/o/r/tar.gz/main").content
    with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as archive:
        found = {
            info.name.encode("utf-8", "surrogateescape")
            for info in archive
            if info.isreg()
        }
    assert found == {b"r-main/" + path for path in paths}


def test_a_zip_archive_holds_the_same_files(
    server: GitHubServer, client: httpx.Client, api: Api, head: str
) -> None:
    """Zip works too, carries the commit as its comment, and keeps links."""
    location = api("/zipball/main").headers["location"]
    archive = zipfile.ZipFile(io.BytesIO(client.get(location).content))
    top = f"Ada-Notes-{head[:7]}"
    tar = client.get(f"{server.codeload_url}/Ada/Notes/legacy.tar.gz/main").content
    assert [name.rstrip("/") for name in archive.namelist()] == names(tar)
    assert archive.comment.decode() == head
    assert archive.testzip() is None
    assert archive.read(f"{top}/link") == b"docs/notes.txt"
    assert archive.getinfo(f"{top}/link").external_attr >> 16 == 0o120000


def test_a_private_archive_needs_the_token_of_its_redirect(
    server: GitHubServer, client: httpx.Client
) -> None:
    """The redirect carries a token that opens this archive and nothing else."""
    headers = {"authorization": "Bearer good"}
    url = f"{server.api_url}/repos/Ada/Secret/tarball"
    location = client.get(url, headers=headers).headers["location"]
    assert "?token=" in location
    opened = client.get(location)
    assert opened.status_code == 200
    assert len(names(opened.content)) == 3
    assert client.get(location.partition("?")[0]).status_code == 404
    assert client.get(f"{location}0").status_code == 404


@pytest.mark.parametrize("path", ["tar.gz/none", "rar/main", "tar.gz/refs/heads/v1.0"])
def test_what_cannot_be_archived_is_404(
    server: GitHubServer, client: httpx.Client, path: str
) -> None:
    """Unknown refs and forms; full refs are taken strictly."""
    answer = client.get(f"{server.codeload_url}/Ada/Notes/{path}")
    assert answer.status_code == 404


def test_the_web_host_redirects_to_raw_and_archive(
    server: GitHubServer, client: httpx.Client, repository: Repository
) -> None:
    """The addresses that people paste lead on, encoded names staying encoded."""
    base = f"{server.lfs_url}/Ada/Notes"
    raw = client.get(f"{base}/raw/main/docs/a%2Bb%20%231%20100%25.txt")
    assert raw.status_code == 302
    assert client.get(raw.headers["location"]).text == "awkward\n"
    archive = client.get(f"{base}/archive/refs/heads/main.tar.gz")
    target = f"{server.codeload_url}/Ada/Notes/tar.gz/refs/heads/main"
    assert archive.headers["location"] == target
    assert client.get(f"{server.lfs_url}/nothing").status_code == 404
