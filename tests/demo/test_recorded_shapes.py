"""Our answers beside recorded ones of the live service: the same keys and headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer

FIXTURES = Path(__file__).parents[2].parent / "shared" / "github-fixtures"
GONE_BY_NOW = {
    # sent by older servers only
    "status",
    "x-runtime-rack",
    "access-control-allow-credentials",
    # added by machines between the server and the recorder
    "connection",
    "transfer-encoding",
    "content-length",
    "x-github-edge-region",
    # belongs to classic tokens
    "x-oauth-scopes",
    "x-accepted-oauth-scopes",
}
pytestmark = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason="the recorded exchanges are not at hand"
)


def recorded(name: str) -> dict[str, Any]:
    """Read one recorded exchange."""
    exchange: dict[str, Any] = json.loads(
        (FIXTURES / f"{name}.json").read_text("utf-8")
    )
    return exchange


def shape(value: object) -> object:
    """Reduce JSON to its keys and kinds; a list to the shape of its first item."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def missing(theirs: object, ours: object, where: str = "") -> list[str]:
    """List the places of a recorded shape that an answer of ours lacks."""
    if isinstance(theirs, dict):
        if not isinstance(ours, dict):
            # a null stands for an object that is not there
            return [] if ours == "NoneType" else [where]
        return [
            place
            for key, item in theirs.items()
            for place in (
                missing(item, ours[key], f"{where}.{key}")
                if key in ours
                else [f"{where}.{key}"]
            )
        ]
    if isinstance(theirs, list) and theirs and isinstance(ours, list) and ours:
        return missing(theirs[0], ours[0], f"{where}[]")
    return []


@pytest.mark.parametrize(
    ("name", "path", "allowed"),
    [
        (
            "repo-200-unauth-default-version",
            "",
            # only for repositories of an organization
            {".custom_properties", ".organization"},
        ),
        ("tree-200-by-sha-2026", "/git/trees/{tree}", set()),
        ("tree-200-recursive-2023", "/git/trees/main?recursive=1", set()),
        ("blob-200-base64-2021", "/git/blobs/{blob}", set()),
        ("blob-200-base64-large", "/git/blobs/{blob}", set()),
        ("contents-200-dir", "/contents/docs", set()),
        ("contents-200-hash-and-space-path", "/contents/docs/notes.txt", set()),
        ("contents-200-symlink-to-file", "/contents/link", set()),
        ("contents-200-symlink-to-dir", "/contents/folder-link", set()),
        ("contents-404", "/contents/none", set()),
        ("readme-200", "/readme", set()),
        ("branches-200", "/branches", set()),
        ("branch-200", "/branches/main", set()),
        ("branch-404", "/branches/none", set()),
        ("tags-200-page1-link", "/tags?per_page=1", set()),
        ("matching-refs-200-tags-page", "/git/matching-refs/tags", set()),
        ("ref-200-branch-2026", "/git/ref/heads/main", set()),
        # patches are left out, as the live service does for large ones
        ("commit-200-2026", "/commits/main", {".files[].patch"}),
        ("commit-sha-200", "/commits/main", set()),
        ("repo-404-unknown", "/none", set()),
        ("tarball-302", "/tarball/main", set()),
        ("contents-302-trailing-slash", "/contents/docs/", set()),
    ],
)
def test_an_answer_has_the_recorded_keys_and_headers(
    api: Callable[..., httpx.Response],
    repository: Repository,
    head: str,
    name: str,
    path: str,
    allowed: set[str],
) -> None:
    """Nothing that the live service sends is missing from our answer."""
    exchange = recorded(name)
    known = "x-accepted-github-permissions" in exchange["headers"]
    known |= "github-authentication-token-expiration" in exchange["headers"]
    headers = {"authorization": "Bearer good"} if known else {}
    if name.startswith("commit-sha"):
        headers["accept"] = "application/vnd.github.sha"
    found = repository.find(head, b"docs/notes.txt")
    assert found is not None
    tree = repository.objects.commit(head).tree
    answer = api(
        path.format(tree=tree, blob=found.entry.oid), accept_encoding="gzip", **headers
    )
    assert answer.status_code == exchange["status"]
    if isinstance(exchange["body"], dict | list):
        lacking = missing(shape(exchange["body"]), shape(answer.json()))
        assert set(lacking) <= allowed
    names = set(exchange["headers"]) - GONE_BY_NOW - set(answer.headers)
    # small bodies are not compressed here, and links depend on the number of items
    assert names <= {
        "content-encoding",
        "link",
        "accept-ranges",
        "last-modified",
        "etag",
        "cache-control",
    }


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("repo-200-unauth-default-version", ""),
        ("ref-200-branch-2026", "/git/ref/heads/main"),
        ("readme-200", "/readme"),
        ("tree-200-by-sha-2026", "/git/trees/{tree}"),
    ],
)
def test_fixed_headers_have_the_recorded_values(
    api: Callable[..., httpx.Response],
    repository: Repository,
    head: str,
    name: str,
    path: str,
) -> None:
    """Values that do not depend on the request are the recorded ones."""
    theirs = recorded(name)["headers"]
    tree = repository.objects.commit(head).tree
    known = theirs["x-ratelimit-limit"] == "5000"
    headers = {"authorization": "Bearer good"} if known else {}
    ours = api(path.format(tree=tree), **headers).headers
    for header in (
        "content-type",
        "cache-control",
        "x-ratelimit-limit",
        "x-ratelimit-resource",
        "x-github-media-type",
        "x-github-api-version-selected",
        "x-frame-options",
        "x-content-type-options",
        "referrer-policy",
        "content-security-policy",
        "strict-transport-security",
        "access-control-allow-origin",
    ):
        assert ours[header] == theirs[header], header


def test_the_quota_has_the_recorded_shape(
    server: GitHubServer, client: httpx.Client
) -> None:
    """/rate_limit names the resources that clients look up."""
    theirs = recorded("rate-limit-200")["body"]
    ours = client.get(f"{server.api_url}/rate_limit").json()
    lacking = missing(shape(theirs), shape(ours))
    assert set(lacking) <= {
        ".resources.code_scanning_autofix",
        ".resources.audit_log",
        ".resources.audit_log_streaming",
    }


def test_a_redirect_has_the_recorded_shape(
    server: GitHubServer, client: httpx.Client, repository: Repository
) -> None:
    """A renamed repository answers with the recorded keys."""
    repository.rename("Ada", "Renamed")
    theirs = recorded("repo-301-renamed-modern")["body"]
    ours = client.get(f"{server.api_url}/repos/Ada/Notes").json()
    assert set(theirs) <= set(ours)
    assert ours["message"] == theirs["message"]


def test_a_raw_file_has_the_recorded_headers(
    raw: Callable[..., httpx.Response],
) -> None:
    """The headers of a raw file that are not about one machine."""
    theirs = set(recorded("raw-200-gzip-2015")["headers"])
    ours = set(raw("/main/README.md", accept_encoding="gzip").headers)
    assert theirs - ours <= {"keep-alive", "connection", "server"}


def test_refusals_say_the_recorded_words(
    server: GitHubServer, api: Callable[..., httpx.Response]
) -> None:
    """Messages that clients match are those that were recorded."""
    for name, fault in (
        ("secondary-limit-403-gh-limited-by", refusals.secondary_limit()),
        (
            "secondary-limit-429-retry-after",
            refusals.secondary_limit(retry_after=8, status=429),
        ),
    ):
        handle = server.add_fault(fault)
        theirs, ours = recorded(name), api()
        assert ours.status_code == theirs["status"]
        assert theirs["body"]["message"] in ours.json()["message"]
        assert ours.headers.get("retry-after") == theirs["headers"].get("retry-after")
        handle.remove()
    wrong = api(authorization="Bearer wrong").json()
    assert wrong["message"] == recorded("user-401-bad-credentials")["body"]["message"]
