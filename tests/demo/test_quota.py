"""Rate limits, conditions and compression of the API."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import Account, GitHubServer, Limits

Api = Callable[..., httpx.Response]
GOOD = "Bearer good"


def left(answer: httpx.Response) -> int:
    """Read how many requests are left."""
    return int(answer.headers["x-ratelimit-remaining"])


def test_every_request_counts_down(api: Api) -> None:
    """Successes, redirects and refusals all cost one; the parts agree."""
    before = left(api())
    for number, path in enumerate(
        ("/branches", "/nope", "/tarball", "/contents/docs/"), 1
    ):
        answer = api(path)
        assert left(answer) == before - number
        limit = int(answer.headers["x-ratelimit-limit"])
        assert int(answer.headers["x-ratelimit-used"]) == limit - left(answer)
        assert answer.headers["x-ratelimit-resource"] == "core"


def test_callers_have_quotas_of_their_own(api: Api) -> None:
    """60 for everybody without a token together, 5,000 for each account."""
    assert api().headers["x-ratelimit-limit"] == "60"
    assert api(authorization=GOOD).headers["x-ratelimit-limit"] == "5000"
    assert left(api(authorization=GOOD)) == 4998
    assert left(api()) == 58


def test_asking_for_the_quota_is_free(
    server: GitHubServer, client: httpx.Client, api: Api
) -> None:
    """/rate_limit costs nothing, is not cached, and loses `rate` in the newer version."""
    before = left(api())
    for _ in range(3):
        answer = client.get(f"{server.api_url}/rate_limit")
    assert answer.json()["resources"]["core"]["remaining"] == before
    assert answer.json()["rate"] == answer.json()["resources"]["core"]
    assert answer.headers["cache-control"] == "no-cache"
    newer = {"x-github-api-version": "2026-03-10"}
    assert (
        "rate" not in client.get(f"{server.api_url}/rate_limit", headers=newer).json()
    )
    assert left(api()) == before - 1


def test_the_last_request_succeeds_and_the_next_is_refused(
    server: GitHubServer, api: Api
) -> None:
    """A success may carry `remaining: 0`; after it comes 403 until the window ends."""
    server.spend_quota(59)
    last = api()
    assert (last.status_code, left(last)) == (200, 0)
    refused = api()
    assert refused.status_code == 403
    assert left(refused) == 0
    assert refused.json()["message"].startswith("API rate limit exceeded")
    assert api(authorization=GOOD).status_code == 200


def test_a_new_window_begins_at_reset(
    repository: Repository, client: httpx.Client
) -> None:
    """When the clock passes `reset` the count starts again."""
    now = [1_000_000.0]
    limits = Limits(anonymous_calls=2)
    server = GitHubServer([repository], limits=limits, clock=lambda: now[0])
    with server.running():
        url = f"{server.api_url}/repos/Ada/Notes"
        statuses = [client.get(url).status_code for _ in range(3)]
        assert statuses == [200, 200, 403]
        now[0] = float(client.get(url).headers["x-ratelimit-reset"])
        assert left(client.get(url)) == 1


def test_unchanged_is_free_for_a_known_caller_only(api: Api) -> None:
    """304 costs an anonymous caller one request and an authorised one nothing."""
    for headers, cost in (({}, 1), ({"authorization": GOOD}, 0)):
        first = api("/branches", **headers)
        again = api("/branches", if_none_match=first.headers["etag"], **headers)
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]
        assert left(first) - left(again) == cost


def test_entity_tags_are_weak_when_compressed_and_compare_weakly(api: Api) -> None:
    """The same tag, weak on the compressed answer; either matches either."""
    plain = api().headers["etag"]
    squeezed = api(accept_encoding="gzip").headers["etag"]
    assert squeezed == f"W/{plain}"
    assert len(plain) == 66
    assert api(if_none_match=squeezed).status_code == 304
    assert api(if_none_match=f'"x", {plain}', accept_encoding="gzip").status_code == 304
    assert api(if_none_match='"x"').status_code == 200


def test_entity_tags_differ_between_tokens(api: Api) -> None:
    """A tag of one caller means nothing to another."""
    anonymous = api("/branches").headers["etag"]
    assert api("/branches", authorization=GOOD).headers["etag"] != anonymous
    changed = api("/branches", authorization=GOOD, if_none_match=anonymous)
    assert changed.status_code == 200


def test_modified_since(api: Api) -> None:
    """If-Modified-Since works where there is a date."""
    answer = api("/contents/docs/notes.txt")
    since = answer.headers["last-modified"]
    assert api("/contents/docs/notes.txt", if_modified_since=since).status_code == 304
    earlier = "Tue, 01 Mar 2016 09:00:00 GMT"
    for condition in (earlier, "no date", ""):
        answer = api("/contents/docs/notes.txt", if_modified_since=condition)
        assert answer.status_code == 200


def test_a_push_changes_the_entity_tag(api: Api, builder: RepositoryBuilder) -> None:
    """A conditional request notices a push."""
    tag = api("/git/trees/main").headers["etag"]
    assert api("/git/trees/main", if_none_match=tag).status_code == 304
    builder.commit({"new": b"1"})
    assert api("/git/trees/main", if_none_match=tag).status_code == 200


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*"])
def test_bodies_are_compressed_when_accepted(
    server: GitHubServer, client: httpx.Client, accepted: str
) -> None:
    """The length is that of the compressed body; with a token the answer is chunked."""
    url = f"{server.api_url}/repos/Ada/Notes"
    headers = {"accept-encoding": accepted}
    with client.stream("GET", url, headers=headers) as answer:
        wire = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(wire)
    assert b'"full_name":"Ada/Notes"' in gzip.decompress(wire)
    known = client.get(url, headers={**headers, "authorization": GOOD})
    assert known.headers["transfer-encoding"] == "chunked"
    assert known.json()["name"] == "Notes"


def test_compression_can_be_declined(api: Api) -> None:
    """Identity and q=0 mean no compression."""
    for accepted in ("identity", "gzip;q=0", "br"):
        assert "content-encoding" not in api(accept_encoding=accepted).headers


def test_answers_to_a_token_are_private(api: Api) -> None:
    """Caching is public for anonymous answers only."""
    assert api().headers["cache-control"] == "public, max-age=60, s-maxage=60"
    known = api(authorization=GOOD)
    assert known.headers["cache-control"].startswith("private, ")
    assert known.headers["x-accepted-github-permissions"] == "contents=read"


def test_a_token_sent_as_basic_password_counts_as_its_account(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Basic authentication with the token in either place."""
    server.tokens["secret"] = Account("ada")
    url = f"{server.api_url}/user"
    for pair in (("anyone", "secret"), ("secret", ""), ("secret", "x-oauth-basic")):
        assert client.get(url, auth=pair).json()["login"] == "ada"
    assert client.get(url, auth=("anyone", "wrong")).status_code == 401
    for malformed in ("Basic !!!", "Digest secret", "secret", ""):
        headers = {"authorization": malformed}
        assert client.get(url, headers=headers).status_code == 401
