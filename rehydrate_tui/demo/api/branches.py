"""Branches and tags."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from rehydrate_tui.demo.api.call import ApiError, Call, Reply, json_reply, quoted
from rehydrate_tui.demo.api.commits import commit_payload
from rehydrate_tui.demo.api.moments import head_seconds
from rehydrate_tui.demo.api.pages import paginate
from rehydrate_tui.demo.api.repositories import node_id

_NO_CHECKS: dict[str, object] = {
    "enforcement_level": "off",
    "contexts": [],
    "checks": [],
}
_NO_PROTECTION = {"enabled": False, "required_status_checks": _NO_CHECKS}


def list_branches(call: Call) -> Reply:
    """List the branches; none of them is protected."""
    branches = call.repository.refs_under("refs/heads/")
    if call.query.get("protected") == "true":
        branches = []
    page = paginate(call, branches, "/branches")
    payload = [
        {
            "name": name,
            "commit": {"sha": oid, "url": f"{call.api_url}/commits/{oid}"},
            **_protection(call, name),
        }
        for name, oid in page.items
    ]
    reply = json_reply(payload, modified=head_seconds(call.repository))
    return replace(reply, headers=page.headers)


def _protection(call: Call, name: str) -> dict[str, object]:
    return {
        "protected": False,
        "protection": _NO_PROTECTION,
        "protection_url": f"{call.api_url}/branches/{quoted(name)}/protection",
    }


def get_branch(call: Call) -> Reply:
    """Show one branch with its whole commit."""
    name = call.parameter("branch")
    oid = call.repository.refs.get(f"refs/heads/{name}")
    if oid is None:
        raise ApiError(HTTPStatus.NOT_FOUND, "Branch not found")
    commit = call.repository.objects.commit(oid)
    url = f"{call.api_url}/branches/{quoted(name)}"
    payload = {
        "name": name,
        "commit": commit_payload(call, commit),
        "_links": {"self": url, "html": f"{call.html_url}/tree/{quoted(name)}"},
        **_protection(call, name),
    }
    return json_reply(payload, modified=commit.committer.seconds)


def list_tags(call: Call) -> Reply:
    """List the tags, names descending; each with the commit it leads to."""
    tags = [
        (name, commit)
        for name, oid in reversed(call.repository.refs_under("refs/tags/"))
        if (commit := call.repository.peel(oid)) is not None
    ]
    page = paginate(call, tags, "/tags")
    payload = [
        {
            "name": name,
            "zipball_url": f"{call.api_url}/zipball/refs/tags/{quoted(name)}",
            "tarball_url": f"{call.api_url}/tarball/refs/tags/{quoted(name)}",
            "commit": {"sha": commit, "url": f"{call.api_url}/commits/{commit}"},
            "node_id": node_id("REF", f"{call.repository.id}:refs/tags/{name}"),
        }
        for name, commit in page.items
    ]
    reply = json_reply(payload, modified=head_seconds(call.repository))
    return replace(reply, headers=page.headers)


ROUTES = (
    ("/branches", list_branches),
    ("/branches/{branch:path}", get_branch),
    ("/tags", list_tags),
)
