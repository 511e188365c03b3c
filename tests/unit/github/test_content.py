from __future__ import annotations

import gzip

import httpx
import pytest

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.remote_values import ByteRange, LfsDownload, Resume
from rehydrate_tui.errors import (
    BlockedError,
    ExpiredLinkError,
    InterruptedStreamError,
    PathNotFoundError,
    PayloadError,
    RateLimitedError,
    RemoteError,
    ServerError,
)
from rehydrate_tui.github import GitHubClient
from tests.unit.github.fake_host import (
    COMMIT,
    RAW,
    SECRET,
    BrokenStream,
    FakeHost,
    Reply,
    date,
    reply,
)

REPO = RepoId("o", "r")
OID = ObjectId(COMMIT)
FILE = f"{RAW}/o/r/{COMMIT}/data/x.csv"
HREF = "https://store.example/x?X-Signature=hidden"
POINTER = LfsPointer("a" * 64, 3)


async def fetch(client: GitHubClient, path: str = "data/x.csv") -> bytes:
    """Read a raw file to its end."""
    async with client.open_raw(REPO, OID, path) as body:
        return b"".join([chunk async for chunk in body.chunks])


async def fetch_lfs(client: GitHubClient, *headers: tuple[str, str]) -> bytes:
    """Read an LFS object to its end."""
    download = LfsDownload(pointer=POINTER, href=HREF, headers=headers)
    async with client.open_lfs(download) as body:
        return b"".join([chunk async for chunk in body.chunks])


async def test_raw_file(host: FakeHost) -> None:
    """A raw file is asked for uncompressed and without the token."""
    host.on(FILE, reply(text="a,b\n"))
    client = host.client(token=SECRET)
    assert await fetch(client) == b"a,b\n"
    (request,) = host.requests
    assert request.headers["accept-encoding"] == "identity"
    assert host.authorizations == {"raw.githubusercontent.com": {None}}
    assert client.quota is None


async def test_size_is_known_before_the_bytes(host: FakeHost) -> None:
    """The promised size stands in the body that is handed out."""
    host.on(FILE, reply(text="a,b\n"))
    async with host.client().open_raw(REPO, OID, "data/x.csv") as body:
        assert body.size == 4


async def test_html_files_are_files(host: FakeHost) -> None:
    """The raw host serves pages of a repository as plain text: those are fine."""
    kind = {"content-type": "text/plain; charset=utf-8"}
    host.on(FILE, Reply(headers=kind, body=b"<html>"))
    assert await fetch(host.client()) == b"<html>"


@pytest.mark.parametrize("status", [200, 403])
async def test_a_page_is_no_file(host: FakeHost, status: int) -> None:
    """A page from a proxy or a login is not taken for the file."""
    kind = {"content-type": "Text/HTML; charset=utf-8"}
    host.on(FILE, Reply(status=status, headers=kind, body=b"<html>Log in"))
    with pytest.raises(PayloadError, match="web page"):
        await fetch(host.client())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, PathNotFoundError),
        (403, RateLimitedError),
        (404, PathNotFoundError),
        (410, RemoteError),
        (416, RemoteError),
        (429, RateLimitedError),
        (451, BlockedError),
        (500, ServerError),
        (503, ServerError),
    ],
)
async def test_raw_statuses(
    host: FakeHost, status: int, kind: type[RemoteError]
) -> None:
    """Each status of the raw host has its error; downloads are not retried here."""
    host.on(FILE, reply(text=f"{status}: words", status=status))
    with pytest.raises(kind) as caught:
        await fetch(host.client())
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.url) == (status, FILE)
    assert (len(host.requests), host.waits) == (1, [])


async def test_missing_file_is_named(host: FakeHost) -> None:
    """The message names path, repository and commit."""
    host.on(FILE, reply(text="404: Not Found", status=404))
    with pytest.raises(PathNotFoundError, match=r"“data/x\.csv” in o/r at 4bf07a2f51"):
        await fetch(host.client())


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"retry-after": "30"}, 30.0), ({"retry-after": date(45)}, 45.0), ({}, None)],
)
async def test_throttled_raw_host(
    host: FakeHost, headers: dict[str, str], wait: float | None
) -> None:
    """A throttled download says how long to wait, if the host did."""
    host.on(FILE, reply(text="slow", status=429, headers=headers))
    with pytest.raises(RateLimitedError) as caught:
        await fetch(host.client())
    assert (caught.value.kind, caught.value.retry_after) == ("raw", wait)


async def test_raw_redirect(host: FakeHost) -> None:
    """A redirect of the raw host, as Enterprise servers have, is followed."""
    target = "https://media.githubusercontent.com/media/o/r/x"
    host.on(FILE, reply(text="", status=302, headers={"location": target}))
    host.on(target, reply(text="bytes"))
    assert await fetch(host.client(token=SECRET)) == b"bytes"
    assert {None} == set.union(*host.authorizations.values())


async def test_broken_raw_stream(host: FakeHost) -> None:
    """A connection that ends in the middle is an interruption."""
    stream = BrokenStream(b"abc", httpx.RemoteProtocolError("x"))
    host.on(FILE, Reply(headers={"content-length": "9"}, stream=stream))
    with pytest.raises(InterruptedStreamError):
        await fetch(host.client())


@pytest.mark.parametrize("path", ["../x", "a/./b", "a//b", "", "lone\ud800", "/etc/x"])
async def test_paths_that_no_address_can_carry(host: FakeHost, path: str) -> None:
    """Such a path is refused without a request: the address would mean another file."""
    with pytest.raises(PathNotFoundError, match="cannot be written") as caught:
        await fetch(host.client(), path)
    assert "blob id" in caught.value.hint
    assert host.requests == []


async def test_hostile_path_is_safe_in_the_message(host: FakeHost) -> None:
    """Control characters of a path do not reach the terminal."""
    host.on(f"{RAW}/o/r/{COMMIT}/%1B%5B2J", reply(text="404", status=404))
    with pytest.raises(PathNotFoundError) as caught:
        await fetch(host.client(), "\x1b[2J")
    assert "\x1b" not in str(caught.value)


async def test_lfs_object_gets_the_given_headers(host: FakeHost) -> None:
    """The storage host sees exactly the headers of the batch, never the token."""
    host.on(HREF, reply(text="big"))
    client = host.client(token=SECRET)
    found = await fetch_lfs(client, ("Authorization", "RemoteAuth 1"), ("X-Key", "k"))
    assert found == b"big"
    (request,) = host.requests
    assert request.headers["authorization"] == "RemoteAuth 1"
    assert request.headers["x-key"] == "k"
    assert set(request.headers) == {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "user-agent",
        "authorization",
        "x-key",
    }


async def test_lfs_without_headers(host: FakeHost) -> None:
    """Without headers in the batch there is no `Authorization` at all."""
    host.on(HREF, reply(text="big"))
    await fetch_lfs(host.client(token=SECRET))
    assert host.authorizations == {"store.example": {None}}


async def test_lfs_redirect_loses_the_headers(host: FakeHost) -> None:
    """The headers of the batch are for its host, not for the next one."""
    host.on(
        HREF, reply(text="", status=307, headers={"location": "https://b.example/"})
    )
    host.on("https://b.example/", reply(text="big"))
    await fetch_lfs(host.client(), ("Authorization", "a"), ("X-Key", "k"))
    assert "x-key" not in host.requests[1].headers
    assert host.authorizations["b.example"] == {None}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ExpiredLinkError),
        (403, ExpiredLinkError),
        (404, PathNotFoundError),
        (429, RateLimitedError),
        (400, RemoteError),
        (503, ServerError),
    ],
)
async def test_storage_statuses(
    host: FakeHost, status: int, kind: type[RemoteError]
) -> None:
    """Each refusal has its error, and no signature of the address is shown."""
    host.on(HREF, reply(text="<Error/>", status=status))
    with pytest.raises(kind) as caught:
        await fetch_lfs(host.client())
    assert caught.value.url == "https://store.example/x"
    assert "hidden" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    "href",
    [
        "ftp://store.example/x",
        "/relative",
        "https://[::1",
        "http://store.example/x",
        "javascript:alert(1)",
    ],
)
async def test_storage_address_that_is_none(host: FakeHost, href: str) -> None:
    """A batch cannot make the client ask a place that is not https or local."""
    download = LfsDownload(pointer=POINTER, href=href)
    with pytest.raises(PayloadError):
        async with host.client().open_lfs(download):
            pass


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-range": "bytes 4-9/10 and more"},
        {"content-range": "bytes 5-9/10"},
        {"content-range": "bytes 4-8/10"},
        {"content-range": "bytes 4-9/10", "etag": '"other"'},
        {"content-range": "bytes 4-9/10", "content-encoding": "gzip"},
    ],
)
async def test_a_part_that_was_not_asked_for_is_not_taken(
    host: FakeHost, headers: dict[str, str]
) -> None:
    """Anything but exactly the rest is dropped, and the whole file asked for."""
    rest = b"456789"
    if "content-encoding" in headers:
        rest = gzip.compress(rest)
    odd = Reply(status=206, headers=headers, body=rest)
    host.on(FILE, odd, reply(text="0123456789"))
    resume = Resume(4, '"tag"')
    async with host.client().open_raw(REPO, OID, "data/x.csv", resume=resume) as body:
        assert body.offset == 0
        assert b"".join([chunk async for chunk in body.chunks]) == b"0123456789"
    asked, again = host.requests
    assert (asked.headers["range"], asked.headers["if-range"]) == ("bytes=4-", '"tag"')
    assert "range" not in again.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-range": "bytes 5-8/10"},
        {"content-range": "bytes 4-9/10"},
        {"content-range": "bytes 4-7/10", "content-encoding": "gzip"},
    ],
)
async def test_another_part_than_was_asked_for_is_an_error(
    host: FakeHost, headers: dict[str, str]
) -> None:
    """Nobody can say what its bytes are."""
    part = gzip.compress(b"4567") if "content-encoding" in headers else b"4567"
    host.on(FILE, Reply(status=206, headers=headers, body=part))
    with pytest.raises(RemoteError):
        async with host.client().open_raw(
            REPO, OID, "data/x.csv", part=ByteRange(4, 4)
        ):
            pytest.fail("it was taken")


async def test_the_end_of_a_file_is_shorter_than_asked_for(host: FakeHost) -> None:
    """What lies behind the end cannot come."""
    headers = {"content-range": "bytes 4-9/10"}
    host.on(FILE, Reply(status=206, headers=headers, body=b"456789"))
    part = ByteRange(4, 100)
    async with host.client().open_raw(REPO, OID, "data/x.csv", part=part) as body:
        assert body.offset == 4
        assert b"".join([chunk async for chunk in body.chunks]) == b"456789"
