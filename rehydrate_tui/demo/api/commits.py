"""Commits: what a ref means now, and the history behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import cast

from rehydrate_tui.demo.api.call import (
    NAMED_BY_REF,
    NAMED_BY_SHA,
    ApiError,
    Call,
    Reply,
    encode,
    json_reply,
    not_found,
    quoted,
    shown,
)
from rehydrate_tui.demo.api.moments import iso
from rehydrate_tui.demo.api.pages import paginate
from rehydrate_tui.demo.api.repositories import node_id, owner_payload
from rehydrate_tui.demo.changes import Change, changes_between
from rehydrate_tui.demo.objects import CommitInfo, Signature

_FILES_PER_PAGE = 300
_MOST_FILES = 3000
_MOST_COMMITS = 10_000
_MOST_COUNTED = 1_000_000
_UNSIGNED = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}


def get_commit(call: Call) -> Reply:
    """Show the commit that a ref leads to, or its bare id."""
    commit = resolve_commit(call, call.parameter("ref"))
    if call.media == "sha":
        return Reply(
            body=commit.oid.encode(),
            content_type="application/vnd.github.v3.sha; charset=utf-8",
            # recorded: a known id can be sent as If-None-Match without an earlier call
            etag=f'"{commit.oid}"',
            modified=commit.committer.seconds,
        )
    changes = changes_between(call.repository.objects, commit)[:_MOST_FILES]
    page = paginate(
        call,
        changes,
        f"/commits/{commit.oid}",
        default=_FILES_PER_PAGE,
        largest=_FILES_PER_PAGE,
    )
    files = [file_payload(call, commit, change) for change in page.items]
    added = sum(int(str(item["additions"])) for item in files)
    removed = sum(int(str(item["deletions"])) for item in files)
    payload = {
        **commit_payload(call, commit),
        "stats": {"total": added + removed, "additions": added, "deletions": removed},
        "files": files,
    }
    return Reply(
        body=encode(payload),
        headers=page.headers,
        modified=commit.committer.seconds,
        max_age=NAMED_BY_REF,
    )


def list_commits(call: Call) -> Reply:
    """List the history of a ref, newest first, along first parents."""
    head = resolve_commit(call, call.query.get("sha") or "HEAD")
    page = paginate(call, list(_history(call, head)), "/commits")
    payload = [commit_payload(call, commit) for commit in page.items]
    reply = json_reply(payload, modified=head.committer.seconds)
    return replace(reply, headers=page.headers)


def _history(call: Call, head: CommitInfo) -> Iterator[CommitInfo]:
    path = call.query.get("path", "").strip("/").encode("utf-8", "surrogateescape")
    objects = call.repository.objects
    commit = head
    for _ in range(_MOST_COMMITS):
        # a shallow clone names parents that it does not hold
        parents = [oid for oid in commit.parents[:1] if objects.kind(oid)]
        if not path or _touches(call, commit, parents, path):
            yield commit
        if not parents:
            return
        commit = objects.commit(parents[0])


def _touches(call: Call, commit: CommitInfo, parents: list[str], path: bytes) -> bool:
    after = call.repository.find(commit.oid, path)
    before = call.repository.find(parents[0], path) if parents else None
    return (after and after.entry) != (before and before.entry)


def resolve_commit(call: Call, ref: str) -> CommitInfo:
    """Find a commit by ref or id.

    Raises:
        ApiError: 409 for an empty repository, 422 for an unknown ref.
    """
    if call.repository.is_empty:
        raise ApiError(HTTPStatus.CONFLICT, "Git Repository is empty.")
    oid = call.repository.resolve(ref)
    if oid is None:
        raise ApiError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"No commit found for SHA: {ref}"
        )
    return call.repository.objects.commit(oid)


def commit_payload(call: Call, commit: CommitInfo) -> dict[str, object]:
    """Describe a commit without its files."""
    url = f"{call.api_url}/commits/{commit.oid}"
    return {
        "sha": commit.oid,
        "node_id": node_id("C", commit.oid),
        "commit": {
            "author": signature_payload(commit.author),
            "committer": signature_payload(commit.committer),
            "message": commit.message.rstrip("\n"),
            "tree": {
                "sha": commit.tree,
                "url": f"{call.api_url}/git/trees/{commit.tree}",
            },
            "url": f"{call.api_url}/git/commits/{commit.oid}",
            "comment_count": 0,
            "verification": _UNSIGNED,
        },
        "url": url,
        "html_url": f"{call.html_url}/commit/{commit.oid}",
        "comments_url": f"{url}/comments",
        "author": owner_payload(call),
        "committer": owner_payload(call),
        "parents": [
            {
                "sha": parent,
                "url": f"{call.api_url}/commits/{parent}",
                "html_url": f"{call.html_url}/commit/{parent}",
            }
            for parent in commit.parents
        ],
    }


def signature_payload(signature: Signature) -> dict[str, str]:
    """Describe an author, committer or tagger."""
    return {
        "name": signature.name,
        "email": signature.email,
        "date": iso(signature.seconds),
    }


def file_payload(call: Call, commit: CommitInfo, change: Change) -> dict[str, object]:
    """Describe one changed file."""
    added, removed = _count_lines(call, change)
    path = quoted(change.path)
    return {
        "sha": change.after or change.before,
        "filename": shown(change.path),
        "status": change.status,
        "additions": added,
        "deletions": removed,
        "changes": added + removed,
        "blob_url": f"{call.html_url}/blob/{commit.oid}/{path}",
        "raw_url": f"{call.html_url}/raw/{commit.oid}/{path}",
        "contents_url": f"{call.api_url}/contents/{path}?ref={commit.oid}",
    }


def _count_lines(call: Call, change: Change) -> tuple[int, int]:
    before = _lines(call, change.before)
    after = _lines(call, change.after)
    return sum((after - before).values()), sum((before - after).values())


def _lines(call: Call, oid: str | None) -> Counter[bytes]:
    objects = call.repository.objects
    if oid is None or objects.kind(oid) != "blob":
        return Counter()
    if objects.blob_size(oid) > _MOST_COUNTED:
        return Counter()
    data = objects.blob(oid)
    return Counter() if b"\0" in data else Counter(data.splitlines())


def get_git_commit(call: Call) -> Reply:
    """Show a commit as git has it, by its id."""
    oid = call.parameter("sha")
    if call.repository.is_empty:
        raise ApiError(HTTPStatus.CONFLICT, "Git Repository is empty.")
    if call.repository.objects.kind(oid) != "commit":
        raise not_found()
    commit = call.repository.objects.commit(oid)
    whole = commit_payload(call, commit)
    inner = cast("dict[str, object]", whole["commit"])
    names = ("author", "committer", "tree", "message", "verification")
    payload = {
        **{name: whole[name] for name in ("sha", "node_id", "html_url", "parents")},
        **{name: inner[name] for name in names},
        "url": inner["url"],
    }
    return json_reply(payload, modified=commit.committer.seconds, max_age=NAMED_BY_SHA)


ROUTES = (
    ("/git/commits/{sha}", get_git_commit),
    ("/commits", list_commits),
    ("/commits/{ref:path}", get_commit),
)
