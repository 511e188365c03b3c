from __future__ import annotations

import base64
import json

import httpx
import pytest

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.endpoints import endpoints_for, override_endpoints
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.remote_values import LfsDownload
from rehydrate_tui.errors import (
    CredentialError,
    InterruptedStreamError,
    PathNotFoundError,
    PayloadError,
    RateLimitedError,
    RemoteError,
    RepositoryNotFoundError,
    ServerError,
)
from rehydrate_tui.github import GitHubClient
from rehydrate_tui.storage.credentials import Token
from tests.unit.github.fake_host import NOW, SECRET, FakeHost, Reply, reply
from tests.unit.github.served import links

REPO = RepoId("o", "r")
BATCH = "https://github.com/o/r.git/info/lfs/objects/batch"
HIDDEN = reply({"message": "Not Found"}, status=404)


def pointer(number: int) -> LfsPointer:
    """Return a pointer to object `number`."""
    return LfsPointer(f"{number:064x}", number)


def batch(*pointers: LfsPointer) -> Reply:
    """Return the answer for some objects."""
    items = [
        {
            "oid": p.oid,
            "size": p.size,
            "actions": {"download": {"href": f"https://store.example/{p.oid}"}},
        }
        for p in pointers
    ]
    kind = {"content-type": "application/vnd.git-lfs+json; charset=utf-8"}
    return reply({"transfer": "basic", "objects": items}, headers=kind)


async def test_batch_request(host: FakeHost) -> None:
    """The question follows the specification: media types, operation, bare ids."""
    host.on(BATCH, batch(pointer(1)))
    found = links(await host.client().locate_lfs(REPO, [pointer(1)]))
    assert [d.href for d in found] == [f"https://store.example/{pointer(1).oid}"]
    (request,) = host.requests
    assert request.method == "POST"
    assert request.headers["accept"] == "application/vnd.git-lfs+json"
    assert request.headers["content-type"] == "application/vnd.git-lfs+json"
    assert json.loads(request.content) == {
        "operation": "download",
        "transfers": ["basic"],
        "objects": [{"oid": pointer(1).oid, "size": 1}],
        "hash_algo": "sha256",
    }


async def test_no_more_than_100_objects_a_request(host: FakeHost) -> None:
    """Many objects are asked for in several batches; all come back in order."""
    wanted = [pointer(number) for number in range(1, 251)]
    answers = [batch(*wanted[start : start + 100]) for start in (0, 100, 200)]
    host.on(BATCH, *answers)
    found = links(await host.client().locate_lfs(REPO, wanted))
    assert [download.pointer for download in found] == wanted
    sizes = [len(json.loads(r.content)["objects"]) for r in host.requests]
    assert sizes == [100, 100, 50]


async def test_nothing_to_locate(host: FakeHost) -> None:
    """No pointers, no request."""
    assert links(await host.client().locate_lfs(REPO, [])) == []
    assert host.requests == []


async def test_one_object_is_asked_for_once(host: FakeHost) -> None:
    """Two files with one content are one object in the question."""
    host.on(BATCH, batch(pointer(1)))
    found = links(await host.client().locate_lfs(REPO, [pointer(1), pointer(1)]))
    assert len(found) == 2
    assert len(json.loads(host.requests[0].content)["objects"]) == 1


async def test_public_objects_need_no_token(host: FakeHost) -> None:
    """With a token set, the batch is still asked for without it first."""
    host.on(BATCH, batch(pointer(1)))
    links(await host.client(token=SECRET).locate_lfs(REPO, [pointer(1)]))
    assert host.authorizations == {"github.com": {None}}


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_private_objects_get_the_token(host: FakeHost, status: int) -> None:
    """A refused batch on the host of the token is asked for again with it, as Basic."""
    host.on(BATCH, reply({"message": "x"}, status=status), batch(pointer(1)))
    links(await host.client(token=SECRET).locate_lfs(REPO, [pointer(1)]))
    first, second = (r.headers.get("authorization", "") for r in host.requests)
    assert first == ""
    assert base64.b64decode(second.removeprefix("Basic ")).endswith(SECRET.encode())


async def test_foreign_lfs_server_never_sees_the_token(host: FakeHost) -> None:
    """A Git LFS server elsewhere is not given the token, whatever it answers."""
    endpoints = override_endpoints(
        endpoints_for("github.com"), lfs="https://lfs.example/{owner}/{repo}"
    )
    client = GitHubClient(
        endpoints,
        host="github.com",
        token=Token(SECRET, "GH_TOKEN"),
        options=host.options(),
    )
    host.on("https://lfs.example/o/r/objects/batch", reply({}, status=401))
    with pytest.raises(CredentialError, match=r"server lfs\.example does not let"):
        links(await client.locate_lfs(REPO, [pointer(1)]))
    assert host.authorizations == {"lfs.example": {None}}


async def test_hidden_repository(host: FakeHost) -> None:
    """A 404 of the whole batch is about the repository."""
    host.on(BATCH, HIDDEN)
    with pytest.raises(RepositoryNotFoundError):
        links(await host.client().locate_lfs(REPO, [pointer(1)]))


async def test_missing_object(host: FakeHost) -> None:
    """An object that the server lacks is named, also when others are there."""
    lost = {"oid": pointer(2).oid, "error": {"code": 404, "message": "x"}}
    answer = json.loads(batch(pointer(1)).body)
    answer["objects"].append(lost)
    host.on(BATCH, reply(answer))
    with pytest.raises(PathNotFoundError, match=pointer(2).oid):
        links(await host.client().locate_lfs(REPO, [pointer(1), pointer(2)]))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "This repository exceeded its LFS budget. The account responsible…"),
        (429, "This repository is over its data quota. Account responsible…"),
        (509, "anything"),
    ],
)
async def test_over_quota(host: FakeHost, status: int, words: str) -> None:
    """A used-up Git LFS quota is known by its words; waiting is not suggested."""
    host.on(BATCH, reply({"message": words}, status=status))
    with pytest.raises(RemoteError, match="used up its Git LFS quota") as caught:
        links(await host.client().locate_lfs(REPO, [pointer(1)]))
    assert type(caught.value) is RemoteError
    assert host.waits == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (422, RepositoryNotFoundError),
        (429, RateLimitedError),
        (500, ServerError),
        (501, RemoteError),
        (413, RemoteError),
    ],
)
async def test_statuses(host: FakeHost, status: int, kind: type[RemoteError]) -> None:
    """Other refusals of a batch have their errors."""
    host.on(BATCH, reply({"message": "x"}, status=status))
    with pytest.raises(kind):
        links(await host.client().locate_lfs(REPO, [pointer(1)]))


async def test_a_batch_is_asked_for_once(host: FakeHost) -> None:
    """Trying again is the caller's business, or two rules would multiply."""
    host.on(BATCH, httpx.ReadError("x"), batch(pointer(1)))
    with pytest.raises(InterruptedStreamError):
        await host.client().locate_lfs(REPO, [pointer(1)])
    assert len(host.requests) == 1


async def test_one_refusal_does_not_spoil_the_batch(host: FakeHost) -> None:
    """Objects that the server has are had, whatever becomes of the others."""
    lost = {"oid": pointer(2).oid, "error": {"code": 404, "message": "x"}}
    answer = json.loads(batch(pointer(1)).body)
    answer["objects"].append(lost)
    host.on(BATCH, reply(answer))
    found, refusal = await host.client().locate_lfs(REPO, [pointer(1), pointer(2)])
    assert isinstance(found, LfsDownload)
    assert isinstance(refusal, PathNotFoundError)


async def test_a_link_needed_the_token(host: FakeHost) -> None:
    """Who was given a link for a token only is known: it must not be shared."""
    host.on(BATCH, reply({"message": "x"}, status=404), batch(pointer(1)))
    (found,) = links(await host.client(token=SECRET).locate_lfs(REPO, [pointer(1)]))
    assert found.needed_token


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"expires_in": 600}, NOW + 600),
        ({"expires_in": 600, "expires_at": "2001-01-01T00:00:00Z"}, NOW + 600),
        ({"expires_at": "2027-01-15T08:00:00Z"}, 1_800_000_000.0),
        ({"expires_at": "2027-01-15T09:00:00+01:00"}, 1_800_000_000.0),
        ({"expires_at": "2027-01-15T08:00:00"}, None),
        ({"expires_at": "soon"}, None),
        ({"expires_at": 5}, None),
        ({"expires_in": 0}, None),
        ({"expires_in": 2**40}, None),
        ({"expires_in": "600"}, None),
        ({}, None),
    ],
)
async def test_expiry(
    host: FakeHost, action: dict[str, object], expected: float | None
) -> None:
    """`expires_in` comes before `expires_at`; what cannot be read says nothing."""
    answer = json.loads(batch(pointer(1)).body)
    answer["objects"][0]["actions"]["download"].update(action)
    host.on(BATCH, reply(answer))
    (found,) = links(await host.client().locate_lfs(REPO, [pointer(1)]))
    assert found.expires_at == expected


async def test_page_instead_of_a_batch(host: FakeHost) -> None:
    """A login page is not taken for an answer."""
    host.on(BATCH, Reply(headers={"content-type": "text/html"}, body=b"<html>"))
    with pytest.raises(PayloadError, match="web page"):
        links(await host.client().locate_lfs(REPO, [pointer(1)]))
