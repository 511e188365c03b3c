"""The local server against the official description of the API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from rehydrate_tui.demo.server import GitHubServer
from tests.contract.described import description, paths, pinned, validators
from tests.contract.recorded import needs_recordings
from tests.contract.world import GIST, Ids

pytestmark = needs_recordings

ANY = frozenset({"tarball", "zipball"})
NEW = {"x-github-api-version": "2026-03-10"}
EMPTY = "/repos/ada/empty"
REPO = "/repos/ada/notes"

REQUESTS = [
    ("/repos/{owner}/{repo}", REPO),
    ("/repos/{owner}/{repo}", "/repos/ada/former"),
    ("/repos/{owner}/{repo}", "/repos/ada/none"),
    ("/repos/{owner}/{repo}/branches", f"{REPO}/branches"),
    ("/repos/{owner}/{repo}/branches/{branch}", f"{REPO}/branches/feature/x"),
    ("/repos/{owner}/{repo}/branches/{branch}", f"{REPO}/branches/none"),
    ("/repos/{owner}/{repo}/tags", f"{REPO}/tags"),
    ("/repos/{owner}/{repo}/git/matching-refs/{ref}", f"{REPO}/git/matching-refs/tags"),
    ("/repos/{owner}/{repo}/git/matching-refs/{ref}", f"{EMPTY}/git/matching-refs/t"),
    ("/repos/{owner}/{repo}/git/ref/{ref}", f"{REPO}/git/ref/heads/main"),
    ("/repos/{owner}/{repo}/git/ref/{ref}", f"{REPO}/git/ref/heads/none"),
    ("/repos/{owner}/{repo}/git/commits/{commit_sha}", f"{REPO}/git/commits/{{head}}"),
    ("/repos/{owner}/{repo}/git/tags/{tag_sha}", f"{REPO}/git/tags/{{tag}}"),
    ("/repos/{owner}/{repo}/commits", f"{REPO}/commits?path=data"),
    ("/repos/{owner}/{repo}/commits", f"{EMPTY}/commits"),
    ("/repos/{owner}/{repo}/commits/{ref}", f"{REPO}/commits/main"),
    ("/repos/{owner}/{repo}/commits/{ref}", f"{REPO}/commits/none"),
    ("/repos/{owner}/{repo}/git/trees/{tree_sha}", f"{REPO}/git/trees/main"),
    (
        "/repos/{owner}/{repo}/git/trees/{tree_sha}",
        f"{REPO}/git/trees/main?recursive=0",
    ),
    ("/repos/{owner}/{repo}/git/trees/{tree_sha}", f"{EMPTY}/git/trees/main"),
    ("/repos/{owner}/{repo}/contents/{path}", f"{REPO}/contents/README.md"),
    ("/repos/{owner}/{repo}/contents/{path}", f"{REPO}/contents/data"),
    ("/repos/{owner}/{repo}/contents/{path}", f"{REPO}/contents/outside"),
    ("/repos/{owner}/{repo}/contents/{path}", f"{REPO}/contents/sub"),
    ("/repos/{owner}/{repo}/git/blobs/{file_sha}", f"{REPO}/git/blobs/{{blob}}"),
    ("/repos/{owner}/{repo}/git/blobs/{file_sha}", f"{REPO}/git/blobs/none"),
    ("/repos/{owner}/{repo}/readme", f"{REPO}/readme"),
    ("/repos/{owner}/{repo}/readme/{dir}", f"{REPO}/readme/docs"),
    ("/rate_limit", "/rate_limit"),
    ("/repos/{owner}/{repo}/releases", f"{REPO}/releases"),
    ("/repos/{owner}/{repo}/releases/latest", f"{REPO}/releases/latest"),
    ("/repos/{owner}/{repo}/releases/tags/{tag}", f"{REPO}/releases/tags/v1.0"),
    ("/repos/{owner}/{repo}/releases/tags/{tag}", f"{REPO}/releases/tags/none"),
    ("/repos/{owner}/{repo}/releases/{release_id}", f"{REPO}/releases/{{release}}"),
    (
        "/repos/{owner}/{repo}/releases/{release_id}/assets",
        f"{REPO}/releases/{{release}}/assets",
    ),
    (
        "/repos/{owner}/{repo}/releases/assets/{asset_id}",
        f"{REPO}/releases/assets/{{asset}}",
    ),
    ("/gists/{gist_id}", f"/gists/{GIST}"),
    ("/gists/{gist_id}", "/gists/none"),
    ("/gists/{gist_id}/{sha}", f"/gists/{GIST}/{{revision}}"),
    ("/gists/{gist_id}/{sha}", f"/gists/{GIST}/none"),
    ("/versions", "/versions"),
    ("/meta", "/meta"),
    ("/user", "/user"),
]


@pytest.mark.parametrize(("path", "asked"), REQUESTS)
def test_an_answer_is_as_described(
    world: GitHubServer, ids: Ids, path: str, asked: str
) -> None:
    """Status and body of an answer are those that the description allows."""
    url = f"{world.api_url}{asked.format_map(ids)}"
    answer = httpx.get(url, headers={"authorization": "Bearer ada"})
    document = description()
    found = list(validators(document, path, str(answer.status_code)))
    problems = [[e.message for e in v.iter_errors(answer.json())] for v in found]
    assert [] in problems, (answer.status_code, answer.text[:300], problems)


def test_every_described_endpoint_is_asked() -> None:
    """No endpoint of the description is forgotten."""
    archives = {path for path in paths() if ANY & set(path.split("/"))}
    assert {path for path, _ in REQUESTS} | archives == set(paths())


@pytest.mark.parametrize("path", paths())
def test_any_described_request_gets_a_described_answer(
    world: GitHubServer, ids: Ids, path: str
) -> None:
    """Requests made up from the description end in no crash and no odd shape."""
    document = pinned(
        description(),
        owner=["ada", "Ada"],
        repo=["notes", "secret", "empty", "former"],
        gist_id=[GIST, "none"],
        tree_sha=["main", "feature/x", ids["head"], "none"],
    )
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=world.api_url)

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path]["GET"].as_strategy())
    def run(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(
            headers={"authorization": "Bearer ada"},
            checks=[not_a_server_error, response_schema_conformance],
            allow_redirects=False,
        )

    run()
