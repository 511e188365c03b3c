from __future__ import annotations

import httpx
import pytest

from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.errors import (
    CredentialError,
    PathNotFoundError,
    PayloadError,
    RateLimitedError,
    RemoteError,
    RepositoryNotFoundError,
    ServerError,
    TransportTimeoutError,
)
from tests.unit.github.fake_host import (
    API,
    COMMIT,
    NOW,
    SECRET,
    BrokenStream,
    FakeHost,
    Reply,
    date,
    reply,
)

REPO = RepoId("o", "r")
URL = f"{API}/repos/o/r"
BLOB = f"{URL}/git/blobs/{COMMIT}"
GOOD = reply({"full_name": "o/r", "default_branch": "main"})
BAD_CREDENTIALS = reply({"message": "Bad credentials"}, status=401)
NOT_FOUND = reply({"message": "Not Found"}, status=404)
UNAVAILABLE = reply(text="unicorn", status=503)


def quota(remaining: int, **more: str) -> dict[str, str]:
    """Return the headers of a count."""
    return {
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(int(NOW) + 1200),
        **more,
    }


async def test_a_repository_costs_one_request(host: FakeHost) -> None:
    """The plain case is one GET that asks for JSON, with the token."""
    host.on(URL, GOOD)
    found = await host.client(token=SECRET).repository(REPO)
    assert (found.id, found.default_branch) == (REPO, "main")
    (request,) = host.requests
    assert request.headers["accept"] == "application/vnd.github+json"
    assert request.headers["authorization"] == f"Bearer {SECRET}"


async def test_anonymous_requests_carry_nothing(host: FakeHost) -> None:
    """Without a token there is no `Authorization`."""
    host.on(URL, GOOD)
    await host.client().repository(REPO)
    assert host.authorizations == {"api.github.com": {None}}


async def test_rename_is_followed(host: FakeHost) -> None:
    """A renamed repository is found, under its new name, and still with the token."""
    target = f"{API}/repositories/7"
    host.on(URL, reply({}, status=301, headers={"location": target}))
    host.on(target, reply({"full_name": "new/name", "default_branch": "main"}))
    found = await host.client(token=SECRET).repository(REPO)
    assert found.id == RepoId("new", "name")
    assert host.authorizations == {"api.github.com": {f"Bearer {SECRET}"}}


async def test_token_does_not_follow_to_another_host(host: FakeHost) -> None:
    """A redirect of the API to another host is followed without the token."""
    target = "https://elsewhere.example/repositories/7"
    host.on(URL, reply({}, status=301, headers={"location": target}))
    host.on(target, GOOD)
    await host.client(token=SECRET).repository(REPO)
    assert host.authorizations["elsewhere.example"] == {None}


async def test_quota_follows_the_answers(host: FakeHost) -> None:
    """The quota is None at first, then what the last answer said; errors count too."""
    client = host.client()
    assert client.quota is None
    host.on(URL, reply({}, status=404, headers=quota(41)), GOOD)
    with pytest.raises(RepositoryNotFoundError):
        await client.repository(REPO)
    assert client.quota is not None
    assert (client.quota.limit, client.quota.remaining) == (60, 41)
    await client.repository(REPO)
    assert client.quota.remaining == 41


async def test_refused_token_falls_back_to_anonymous(host: FakeHost) -> None:
    """A bad token on public data costs one more request, once, and leaves a note."""
    host.on(URL, BAD_CREDENTIALS, GOOD)
    client = host.client(token=SECRET)
    assert client.is_authenticated
    await client.repository(REPO)
    await client.repository(REPO)
    sent = [request.headers.get("authorization") for request in host.requests]
    assert sent == [f"Bearer {SECRET}", None, None]
    assert not client.is_authenticated
    assert client.notes == ["The token from GH_TOKEN was refused; going on without it."]


async def test_refused_token_and_nothing_to_see(host: FakeHost) -> None:
    """If going without it does not help, the error is about the token."""
    host.on(URL, BAD_CREDENTIALS, NOT_FOUND)
    client = host.client(token=SECRET)
    with pytest.raises(CredentialError, match=r"GH_TOKEN was refused.*o/r") as caught:
        await client.repository(REPO)
    assert SECRET not in str(caught.value)
    assert client.notes == []


async def test_refused_token_on_a_host_that_wants_one(host: FakeHost) -> None:
    """A host that answers nobody anonymously says 401 twice."""
    host.on(URL, BAD_CREDENTIALS)
    with pytest.raises(
        CredentialError, match=r"without one github\.com answers nothing"
    ):
        await host.client(token=SECRET).repository(REPO)
    assert len(host.requests) == 2


async def test_refused_token_and_a_limit(host: FakeHost) -> None:
    """The anonymous answer is judged like any other."""
    used_up = reply({"message": "x"}, status=403, headers=quota(0))
    host.on(URL, BAD_CREDENTIALS, used_up)
    with pytest.raises(RateLimitedError):
        await host.client(token=SECRET).repository(REPO)


async def test_401_without_a_token_is_final(host: FakeHost) -> None:
    """Without a token there is nothing to leave out."""
    host.on(URL, BAD_CREDENTIALS)
    with pytest.raises(CredentialError, match="Without a token"):
        await host.client().repository(REPO)
    assert len(host.requests) == 1


@pytest.mark.parametrize(
    ("token", "words"), [(None, "set GH_TOKEN"), (SECRET, "may not")]
)
async def test_missing_repository(
    host: FakeHost, token: str | None, words: str
) -> None:
    """The hint depends on whether a token was used; both mention private ones."""
    host.on(URL, NOT_FOUND)
    with pytest.raises(
        RepositoryNotFoundError, match="shows no repository o/r"
    ) as caught:
        await host.client(token=token).repository(REPO)
    assert "private repository looks the same" in caught.value.hint
    assert words in caught.value.hint


@pytest.mark.parametrize(
    "failure",
    [
        UNAVAILABLE,
        httpx.ConnectError("x"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        Reply(stream=BrokenStream(b"{", httpx.ReadError("x"))),
    ],
)
async def test_passing_failures_are_retried(
    host: FakeHost, failure: Reply | Exception
) -> None:
    """Server errors and broken connections get three tries, with growing waits."""
    host.on(URL, failure, failure, GOOD)
    await host.client().repository(REPO)
    assert host.waits == [0.25, 0.5]


async def test_tries_end(host: FakeHost) -> None:
    """After the third failure the error is raised."""
    host.on(URL, UNAVAILABLE)
    with pytest.raises(ServerError, match=r"api.github.com failed \(status 503\)"):
        await host.client().repository(REPO)
    assert len(host.requests) == 3
    host.on(BLOB, httpx.ReadTimeout("x"))
    with pytest.raises(TransportTimeoutError):
        async with host.client().open_blob(REPO, ObjectId(COMMIT)):
            pass


@pytest.mark.parametrize("answer", [NOT_FOUND, reply({}, status=403), reply(3)])
async def test_lasting_failures_are_not_retried(host: FakeHost, answer: Reply) -> None:
    """An answer that will not change is not asked for again."""
    host.on(URL, answer)
    with pytest.raises(RemoteError):
        await host.client().repository(REPO)
    assert (len(host.requests), host.waits) == (1, [])


@pytest.mark.parametrize("wait", ["8", date(8)])
async def test_short_secondary_waits_are_slept(host: FakeHost, wait: str) -> None:
    """A few seconds that the server asks for are waited, then it goes on."""
    limited = reply({"message": "x"}, status=429, headers={"retry-after": wait})
    host.on(URL, limited, GOOD)
    await host.client().repository(REPO)
    assert host.waits == [8.0]


@pytest.mark.parametrize(
    "headers", [{"retry-after": "60"}, {"retry-after": date(600)}, {}, quota(0)]
)
async def test_long_waits_are_raised(host: FakeHost, headers: dict[str, str]) -> None:
    """A long or unknown wait is never slept silently."""
    words = {"message": "You have exceeded a secondary rate limit"}
    host.on(URL, reply(words, status=403, headers=headers))
    with pytest.raises(RateLimitedError):
        await host.client().repository(REPO)
    assert (len(host.requests), host.waits) == (1, [])


async def test_a_page_instead_of_json(host: FakeHost) -> None:
    """A login page with status 200 is refused, with a word about proxies."""
    page = Reply(headers={"content-type": "text/html"}, body=b"<html>")
    host.on(URL, page)
    with pytest.raises(PayloadError, match="web page") as caught:
        await host.client().repository(REPO)
    assert "HTTPS_PROXY" in caught.value.hint


async def test_blob_is_streamed_raw(host: FakeHost) -> None:
    """A blob comes as its bytes, whatever charset the answer claims."""
    kind = {"content-type": "text/plain; charset=iso-8859-1"}
    host.on(BLOB, Reply(headers=kind, body=b"\xff\x00bytes"))
    async with host.client().open_blob(REPO, ObjectId(COMMIT)) as body:
        assert body.size == 7
        assert b"".join([chunk async for chunk in body.chunks]) == b"\xff\x00bytes"
    assert host.requests[0].headers["accept"] == "application/vnd.github.raw+json"


@pytest.mark.parametrize("status", [404, 422])
async def test_missing_blob(host: FakeHost, status: int) -> None:
    """A blob that is not there is named by its id."""
    host.on(BLOB, reply({}, status=status))
    with pytest.raises(PathNotFoundError, match=COMMIT):
        async with host.client().open_blob(REPO, ObjectId(COMMIT)):
            pass


async def test_missing_blob_after_a_refused_token(host: FakeHost) -> None:
    """Where a token was refused and nothing is visible, the token is to blame."""
    host.on(BLOB, BAD_CREDENTIALS, NOT_FOUND)
    with pytest.raises(CredentialError):
        async with host.client(token=SECRET).open_blob(REPO, ObjectId(COMMIT)):
            pass


async def test_too_large_blob(host: FakeHost) -> None:
    """The API's own limit is said as such."""
    body = {"message": "x", "errors": [{"code": "too_large"}]}
    host.on(BLOB, reply(body, status=403))
    with pytest.raises(RemoteError, match="100 MB"):
        async with host.client().open_blob(REPO, ObjectId(COMMIT)):
            pass
