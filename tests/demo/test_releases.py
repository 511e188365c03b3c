"""Releases, gists, comparisons, lists and logins of the stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.releases import Asset, Release
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import Account, Gist, GitHubServer

Api = Callable[..., httpx.Response]
DATA = b"0123456789" * 100
BYTES = "application/octet-stream"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def now() -> list[float]:
    """The one moment that it is; a test may move it."""
    return [1_700_000_000.0]


@pytest.fixture
def timed(repository: Repository, now: list[float]) -> Iterator[GitHubServer]:
    """A server whose clock is ours."""
    with GitHubServer([repository], clock=lambda: now[0]).running() as made:
        yield made


@pytest.fixture
def asset(repository: Repository) -> str:
    """The path of an asset of a release."""
    made = Asset.of("table.csv", DATA)
    release = Release(tag="v1.0", assets=(made,))
    repository.releases.append(release)
    return f"/releases/assets/{release.asset_id(made)}"


def test_an_asset_leads_to_storage_for_a_while(
    server: GitHubServer, client: httpx.Client, api: Api, asset: str
) -> None:
    """The address holds its own signature, takes ranges, and no second signature."""
    answer = api(asset, accept=BYTES)
    location = answer.headers["location"]
    assert (answer.status_code, answer.content) == (302, b"")
    assert location.startswith(server.storage_url)
    whole = client.get(location)
    assert (whole.content, whole.headers["etag"][:1]) == (DATA, '"')
    part = client.get(location, headers={"range": "bytes=990-"})
    assert (part.status_code, part.content) == (206, DATA[990:])
    refused = client.get(location, headers={"authorization": "Bearer good"})
    assert refused.status_code == 400
    assert client.get(f"{location}0").status_code == 403


def test_the_link_of_an_asset_ends(
    timed: GitHubServer, client: httpx.Client, asset: str, now: list[float]
) -> None:
    """After five minutes the signed address is worth nothing."""
    url = f"{timed.api_url}/repos/Ada/Notes{asset}"
    location = client.get(url, headers={"accept": BYTES}).headers["location"]
    assert client.get(location).status_code == 200
    now[0] += 301
    assert client.get(location).status_code == 403


def test_the_web_address_of_an_asset(
    server: GitHubServer, client: httpx.Client, asset: str
) -> None:
    """What browsers download leads to storage too."""
    url = f"{server.lfs_url}/Ada/Notes/releases/download/v1.0/table.csv"
    answer = client.get(url)
    assert client.get(answer.headers["location"]).content == DATA
    assert client.get(f"{url}x").status_code == 404


def test_the_latest_release_is_a_full_one(api: Api, repository: Repository) -> None:
    """Drafts and pre-releases are never the latest."""
    assert api("/releases/latest").status_code == 404
    repository.releases += [
        Release(tag="v1", published=1),
        Release(tag="v2", prerelease=True, published=2),
        Release(tag="v3", draft=True, published=3),
    ]
    assert api("/releases/latest").json()["tag_name"] == "v1"
    assert len(api("/releases").json()) == 2


def test_files_of_a_comparison_end_at_300(
    api: Api, repository: Repository, builder: RepositoryBuilder
) -> None:
    """A comparison names at most 300 files, and all commits in pages."""
    builder.branch("big")
    builder.commit({f"many/{n}": b"%d" % n for n in range(400)}, branch="big")
    builder.commit({"one": b"more"}, branch="big")
    found = api("/compare/main...big?per_page=1").json()
    assert (found["status"], found["ahead_by"], found["behind_by"]) == ("ahead", 2, 0)
    assert (len(found["files"]), len(found["commits"])) == (300, 1)
    assert api("/compare/main...big?page=2").json()["files"] == []
    assert api("/compare/big...main").json()["status"] == "behind"
    assert api("/compare/main...main").json()["status"] == "identical"
    assert api("/compare/big...feature/deep/er").json()["status"] == "diverged"
    assert api("/compare/main").status_code == 404


def test_files_of_a_gist_lie_at_the_raw_host(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Content is cut at 1 MB and marked so; the raw address has all of it."""
    gist = Gist(id="abc123", owner="ada")
    gist.push({"long é.txt": b"x" * 1_048_577})
    server.gists["abc123"] = gist
    answer = client.get(f"{server.api_url}/gists/abc123").json()
    file = answer["files"]["long é.txt"]
    assert (file["truncated"], len(file["content"])) == (True, 1_048_576)
    assert len(client.get(file["raw_url"]).content) == 1_048_577


def test_a_search_has_a_quota_of_its_own(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Searches count in their own window, and are named so."""
    url = f"{server.api_url}/search/repositories"
    answer = client.get(f"{url}?q=everything")
    assert answer.json()["total_count"] == 1
    assert answer.headers["x-ratelimit-resource"] == "search"
    assert answer.headers["x-ratelimit-remaining"] == "9"
    assert client.get(url).status_code == 422
    limits = client.get(f"{server.api_url}/rate_limit").json()["resources"]
    assert (limits["search"]["used"], limits["core"]["used"]) == (2, 0)


def test_scopes_and_expiry_are_told_by_headers(
    server: GitHubServer, client: httpx.Client
) -> None:
    """A classic token shows its scopes, a fine-grained one when it ends."""
    server.tokens["classic"] = Account("ada", scopes=("repo",), expires="")
    url = f"{server.api_url}/user"
    classic = client.get(url, headers={"authorization": "Bearer classic"}).headers
    assert classic["x-oauth-scopes"] == "repo"
    assert "github-authentication-token-expiration" not in classic
    fine = client.get(url, headers={"authorization": "Bearer good"}).headers
    assert "x-oauth-scopes" not in fine
    assert fine["github-authentication-token-expiration"].endswith("UTC")
    assert client.get(url).status_code == 401


def test_a_login_by_device_code(
    timed: GitHubServer, client: httpx.Client, now: list[float]
) -> None:
    """Pending until the user agrees; who polls too fast must slow down."""
    codes = client.post(
        f"{timed.lfs_url}/login/device/code", data={"client_id": "app"}
    ).json()
    fields = {"device_code": codes["device_code"], "grant_type": GRANT}

    def poll(seconds: float) -> dict[str, object]:
        now[0] += seconds
        url = f"{timed.lfs_url}/login/oauth/access_token"
        found: dict[str, object] = client.post(url, data=fields).json()
        return found

    assert poll(6) == {"error": "authorization_pending"}
    assert poll(1) == {"error": "slow_down", "interval": 10}
    timed.answer_device(codes["user_code"], "token")
    assert poll(11)["access_token"] == "token"
    timed.answer_device(codes["user_code"], None)
    assert poll(11) == {"error": "access_denied"}
    assert poll(900) == {"error": "expired_token"}
    fields["device_code"] = "none"
    assert poll(11) == {"error": "incorrect_device_code"}
    fields["grant_type"] = "none"
    assert poll(11) == {"error": "unsupported_grant_type"}
