"""Repositories: names, rights, renames, branches, tags, refs, commits, pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from rehydrate_tui.demo.builder import RepositoryBuilder
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer

Api = Callable[..., httpx.Response]
SHA = "application/vnd.github.sha"


def test_names_compare_without_case(server: GitHubServer, client: httpx.Client) -> None:
    """Any case finds the repository; the answer carries the true one."""
    for name in ("Ada/Notes", "ada/notes", "ADA/nOTES"):
        answer = client.get(f"{server.api_url}/repos/{name}")
        assert answer.json()["full_name"] == "Ada/Notes"


def test_a_private_repository_is_absent_without_right(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Without a token, or with one of somebody else, private looks like absent."""
    url = f"{server.api_url}/repos/Ada/Secret"
    absent = client.get(f"{server.api_url}/repos/Ada/Nothing")
    for headers in ({}, {"authorization": "Bearer other"}):
        answer = client.get(url, headers=headers)
        assert answer.status_code == 404
        assert answer.json() == absent.json()
    for scheme in ("Bearer", "token"):
        answer = client.get(url, headers={"authorization": f"{scheme} good"})
        assert answer.status_code == 200
        assert answer.json()["private"] is True
        assert answer.json()["permissions"]["pull"] is True


def test_a_wrong_token_is_refused_even_for_public_data(api: Api) -> None:
    """401, not a silent step down to anonymous."""
    answer = api(authorization="Bearer wrong")
    assert answer.status_code == 401
    assert answer.json()["message"] == "Bad credentials"


def test_a_renamed_repository_redirects_by_id(
    server: GitHubServer, client: httpx.Client, repository: Repository
) -> None:
    """The old name leads to /repositories/{id}, sub-resources and queries included."""
    repository.rename("Grace", "Logbook")
    answer = client.get(f"{server.api_url}/repos/Ada/Notes")
    location = f"{server.api_url}/repositories/{repository.id}"
    assert answer.status_code == 301
    assert answer.headers["location"] == answer.json()["url"] == location
    assert client.get(location).json()["full_name"] == "Grace/Logbook"
    below = client.get(
        f"{server.api_url}/repos/Ada/Notes/git/trees/feature%2Fdeep%2Fer?recursive=1",
        follow_redirects=True,
    )
    assert below.status_code == 200
    assert "docs/up" in [item["path"] for item in below.json()["tree"]]
    raw = client.get(f"{server.raw_url}/Ada/Notes/main/docs/notes.txt")
    assert raw.text == "hello"


def test_a_user_agent_is_required(server: GitHubServer, client: httpx.Client) -> None:
    """Without one the answer is 403, JSON text under another content type."""
    request = client.build_request("GET", f"{server.api_url}/repos/Ada/Notes")
    del request.headers["user-agent"]
    answer = client.send(request)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "User-Agent" in answer.json()["message"]


def test_versions_are_selected_and_checked(api: Api) -> None:
    """The answer names the version used; an unknown one is 400."""
    selected = "x-github-api-version-selected"
    assert api().headers[selected] == "2022-11-28"
    newer = api(x_github_api_version="2026-03-10")
    assert newer.headers[selected] == "2026-03-10"
    assert "has_downloads" in api().json()
    assert "has_downloads" not in newer.json()
    assert api(x_github_api_version="1999-01-01").status_code == 400


def test_branches_and_one_branch(api: Api, repository: Repository) -> None:
    """Branches carry their commits; an unknown branch has a message of its own."""
    names = [item["name"] for item in api("/branches").json()]
    assert names == ["feature/deep/er", "main"]
    one = api("/branches/feature/deep/er").json()
    assert one["commit"]["sha"] == repository.resolve("feature/deep/er")
    assert api("/branches/none").json()["message"] == "Branch not found"
    assert api("/branches?protected=true").json() == []


def test_tags_lead_to_commits(api: Api, head: str, repository: Repository) -> None:
    """The tag list is peeled; refs show the tag object, which can be followed."""
    assert {item["name"]: item["commit"]["sha"] for item in api("/tags").json()} == {
        "v1.0": head,
        "v1.1": head,
    }
    ref = api("/git/ref/tags/v1.0").json()
    assert ref["object"]["type"] == "tag"
    tag = api(f"/git/tags/{ref['object']['sha']}").json()
    assert tag["object"] == {
        "sha": head,
        "type": "commit",
        "url": tag["object"]["url"],
    }
    assert tag["tag"] == "v1.0"
    assert repository.resolve("v1.0") == head


def test_matching_refs_match_as_plain_prefix_and_never_paginate(api: Api) -> None:
    """A prefix need not end at a slash, and `per_page` changes nothing."""
    found = api("/git/matching-refs/heads/feat?per_page=1")
    assert [item["ref"] for item in found.json()] == ["refs/heads/feature/deep/er"]
    tags = api("/git/matching-refs/tags/v?per_page=1")
    assert [item["ref"] for item in tags.json()] == ["refs/tags/v1.0", "refs/tags/v1.1"]
    assert "link" not in tags.headers
    assert api("/git/matching-refs/heads/nope").json() == []
    assert len(api("/git/matching-refs/").json()) == 4


def test_an_exact_ref_must_be_exact(api: Api, head: str) -> None:
    """A prefix or a commit id is not a ref."""
    assert api("/git/ref/heads/feature/deep/er").status_code == 200
    assert api("/git/ref/heads/feature").status_code == 404
    assert api(f"/git/ref/{head}").status_code == 404


@pytest.mark.parametrize(
    "ref",
    ["main", "heads/main", "refs/heads/main", "HEAD", "v1.0", "tags/v1.1", "v1.1"],
)
def test_a_ref_leads_to_its_commit(api: Api, head: str, ref: str) -> None:
    """Every spelling of a ref leads to the commit, encoded or not."""
    assert api(f"/commits/{ref}", accept=SHA).text == head
    assert api(f"/commits/{ref.replace('/', '%2F')}", accept=SHA).text == head
    assert api(f"/commits/{ref}").json()["sha"] == head


def test_a_bare_id_has_its_own_type_and_tag(api: Api, head: str) -> None:
    """The sha media type: 40 digits, a content type of its own, the id as entity tag."""
    answer = api("/commits/main", accept=SHA)
    content_type = "application/vnd.github.v3.sha; charset=utf-8"
    assert answer.headers["content-type"] == content_type
    assert answer.headers["etag"] == f'"{head}"'
    same = api("/commits/main", accept=SHA, if_none_match=f'"{head}"')
    assert same.status_code == 304
    assert same.content == b""


def test_an_unknown_ref_is_unprocessable(api: Api) -> None:
    """422, with the same words for a branch name as for an id."""
    for ref in ("no-such-branch", "0" * 40, "feature"):
        answer = api(f"/commits/{ref}")
        assert answer.status_code == 422
        assert answer.json()["message"] == f"No commit found for SHA: {ref}"


def test_a_branch_wins_over_a_tag_of_the_same_name(client: httpx.Client) -> None:
    """The bare name means the branch, the qualified one the tag."""
    builder = RepositoryBuilder("o", "r")
    first = builder.commit({"a": b"1"})
    builder.tag("twin", first)
    second = builder.commit({"a": b"2"})
    builder.branch("twin", second)
    with GitHubServer([builder.build()]).running() as server:
        base = f"{server.api_url}/repos/o/r/commits"
        for ref, commit in (
            ("twin", second),
            ("tags/twin", first),
            ("heads/twin", second),
        ):
            assert client.get(f"{base}/{ref}", headers={"accept": SHA}).text == commit


def test_history_is_listed_and_filtered_by_path(api: Api) -> None:
    """The commit list goes back from a ref; a path keeps the commits that touch it."""
    messages = [item["commit"]["message"] for item in api("/commits?sha=main").json()]
    assert messages == ["Add what archives change\n\nWith a body.", "Begin"]
    touched = api("/commits?path=version.py").json()
    assert len(touched) == 1


def test_pages_lead_through_the_id(client: httpx.Client) -> None:
    """Link headers go to /repositories/{id} and can be followed to the end."""
    builder = RepositoryBuilder("o", "many")
    builder.commit({"a": b"1"})
    for number in range(70):
        builder.branch(f"b{number:02d}")
    repository = builder.build()
    with GitHubServer([repository]).running() as server:
        answer = client.get(f"{server.api_url}/repos/o/many/branches")
        names = [item["name"] for item in answer.json()]
        assert len(names) == 30
        assert re.findall(r'rel="(\w+)"', answer.headers["link"]) == ["next", "last"]
        while "next" in answer.links:
            url = answer.links["next"]["url"]
            assert url.startswith(
                f"{server.api_url}/repositories/{repository.id}/branches?"
            )
            answer = client.get(url)
            names += [item["name"] for item in answer.json()]
        assert re.findall(r'rel="(\w+)"', answer.headers["link"]) == ["prev", "first"]
        assert len(set(names)) == 71
        whole = client.get(f"{server.api_url}/repos/o/many/branches?per_page=1000")
        assert len(whole.json()) == 71
        assert "link" not in whole.headers


def test_a_push_shows_at_once_on_the_api(
    api: Api, builder: RepositoryBuilder, head: str
) -> None:
    """A commit made while the server runs moves the branch."""
    commit = builder.commit({"new.txt": b"new\n"}, "Push")
    assert api("/commits/main", accept=SHA).text == commit != head
    assert "new.txt" in [item["path"] for item in api("/git/trees/main").json()["tree"]]


def test_what_belongs_to_no_repository(
    server: GitHubServer, client: httpx.Client
) -> None:
    """The user, the versions, and everything unknown."""
    user = f"{server.api_url}/user"
    assert client.get(user).status_code == 401
    known = client.get(user, headers={"authorization": "Bearer good"})
    assert known.json()["login"] == "grace"
    assert "2026-03-10" in client.get(f"{server.api_url}/versions").json()
    for path in ("/", "/repos/Ada/Notes/", "/repos/Ada/Notes/issues", "/gists/1"):
        answer = client.get(server.api_url + path)
        assert answer.status_code == 404, path
        assert answer.json()["message"] == "Not Found"
