"""GET /repos/{owner}/{repo} and /repositories/{id}."""

from __future__ import annotations

import base64
import hashlib
import zlib

from rehydrate_tui.demo.api.call import NEW_VERSION, Call, Reply, json_reply
from rehydrate_tui.demo.api.moments import FOUNDED, head_seconds, iso
from rehydrate_tui.demo.site import Site

_LINKS = (
    "forks",
    "teams",
    "hooks",
    "events",
    "tags",
    "languages",
    "stargazers",
    "contributors",
    "subscribers",
    "subscription",
    "merges",
    "downloads",
    "deployments",
)
_TEMPLATES = {
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "issue_events_url": "/issues/events{/number}",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "archive_url": "/{archive_format}{/ref}",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
}
_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def get_repository(call: Call) -> Reply:
    """Describe the repository."""
    return json_reply(repository_payload(call), modified=head_seconds(call.repository))


def repository_payload(call: Call) -> dict[str, object]:
    """Describe the repository of a call."""
    pushed = head_seconds(call.repository)
    payload = {
        **_names(call),
        **_addresses(call),
        **_figures(call),
        "created_at": iso(FOUNDED),
        "updated_at": iso(pushed),
        "pushed_at": iso(pushed),
        "default_branch": call.repository.default_branch,
    }
    if call.account is not None:
        payload["permissions"] = _permissions(call)
    if call.version == NEW_VERSION:
        del payload["has_downloads"]
    return payload


def _permissions(call: Call) -> dict[str, bool]:
    owns = call.account is not None and call.account.login == call.repository.owner
    writes = dict.fromkeys(("admin", "maintain", "push", "triage"), owns)
    return {**writes, "pull": True}


def _names(call: Call) -> dict[str, object]:
    repository = call.repository
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.full_name),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
        "owner": owner_payload(call),
        "html_url": call.html_url,
        "description": repository.description or None,
        "fork": False,
        "url": call.api_url,
    }


def _addresses(call: Call) -> dict[str, object]:
    full_name = call.repository.full_name
    web = call.site.addresses.lfs
    host = web.partition("://")[2]
    return {
        **{f"{name}_url": f"{call.api_url}/{name}" for name in _LINKS},
        **{name: f"{call.api_url}{suffix}" for name, suffix in _TEMPLATES.items()},
        "git_url": f"git://{host}/{full_name}.git",
        "ssh_url": f"git@{host}:{full_name}.git",
        "clone_url": f"{web}/{full_name}.git",
        "svn_url": call.html_url,
        "homepage": None,
        "mirror_url": None,
    }


def _figures(call: Call) -> dict[str, object]:
    return {
        "size": call.repository.kilobytes(),
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None if call.repository.is_empty else "Python",
        "has_issues": True,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "has_pull_requests": True,
        "pull_request_creation_policy": "all",
        "forks_count": 0,
        "archived": False,
        "disabled": False,
        "open_issues_count": 0,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "visibility": "private" if call.repository.private else "public",
        "forks": 0,
        "open_issues": 0,
        "watchers": 0,
        "temp_clone_token": None,
        "network_count": 0,
        "subscribers_count": 0,
    }


def owner_payload(call: Call) -> dict[str, object]:
    """Describe the owner of the repository."""
    return user_payload(call.site, call.repository.owner)


def user_id(login: str) -> int:
    """Make the number of a user."""
    return zlib.crc32(login.lower().encode())


def user_payload(site: Site, login: str) -> dict[str, object]:
    """Describe a user."""
    user_url = f"{site.addresses.api}/users/{login}"
    return {
        "login": login,
        "id": user_id(login),
        "node_id": node_id("U", login),
        "avatar_url": f"{site.addresses.lfs}/{login}.png",
        "gravatar_id": "",
        "url": user_url,
        "html_url": f"{site.addresses.lfs}/{login}",
        **{name: f"{user_url}{suffix}" for name, suffix in _USER_LINKS.items()},
        "type": "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def node_id(kind: str, subject: str) -> str:
    """Make a stable id in the shape of GitHub's global node ids."""
    digest = hashlib.sha256(subject.encode("utf-8", "surrogateescape")).digest()[:12]
    return f"{kind}_{base64.urlsafe_b64encode(digest).decode()}"


ROUTES = (("", get_repository),)
