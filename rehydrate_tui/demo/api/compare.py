"""GET /compare/{base}...{head}."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rehydrate_tui.demo.api.call import Call, Reply, json_reply, not_found
from rehydrate_tui.demo.api.commits import commit_payload, file_payload
from rehydrate_tui.demo.api.pages import paginate
from rehydrate_tui.demo.changes import changes_of_trees
from rehydrate_tui.demo.objects import CommitInfo

_MOST_FILES = 300
_MOST_COMMITS = 10_000


def get_comparison(call: Call) -> Reply:
    """Compare two refs from their merge base; files stand on the first page only."""
    base_ref, separator, head_ref = call.parameter("basehead").partition("...")
    base, head = _commit(call, base_ref), _commit(call, head_ref)
    if not separator or base is None or head is None:
        raise not_found()
    behind_of = {commit.oid: commit for commit in _ancestors(call, base)}
    ahead_of = {commit.oid: commit for commit in _ancestors(call, head)}
    shared = [commit for oid, commit in ahead_of.items() if oid in behind_of]
    if not shared:
        raise not_found()
    ahead = [commit for oid, commit in ahead_of.items() if oid not in behind_of]
    behind = len(behind_of) - len(shared)
    page = paginate(call, ahead[::-1], f"/compare/{base.oid}...{head.oid}")
    url = f"{call.api_url}/compare/{base_ref}...{head_ref}"
    html = f"{call.html_url}/compare/{base_ref}...{head_ref}"
    payload = {
        "url": url,
        "html_url": html,
        "permalink_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": commit_payload(call, base),
        "merge_base_commit": commit_payload(call, shared[0]),
        "status": _status(len(ahead), behind),
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
        "commits": [commit_payload(call, commit) for commit in page.items],
        "files": _files(call, shared[0], head),
    }
    return replace(json_reply(payload), headers=page.headers)


def _commit(call: Call, ref: str) -> CommitInfo | None:
    oid = call.repository.resolve(ref) if ref else None
    return None if oid is None else call.repository.objects.commit(oid)


def _ancestors(call: Call, start: CommitInfo) -> Iterator[CommitInfo]:
    """Go through a commit and all before it, each once, newest first."""
    objects = call.repository.objects
    waiting, seen = [start], {start.oid}
    while waiting and len(seen) < _MOST_COMMITS:
        waiting.sort(key=lambda commit: commit.committer.seconds)
        commit = waiting.pop()
        yield commit
        fresh: Iterable[str] = (oid for oid in commit.parents if oid not in seen)
        for oid in fresh:
            seen.add(oid)
            if objects.kind(oid):
                waiting.append(objects.commit(oid))


def _status(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


def _files(call: Call, base: CommitInfo, head: CommitInfo) -> list[dict[str, object]]:
    if call.query.get("page", "1") != "1":
        return []
    changes = changes_of_trees(call.repository.objects, base.tree, head.tree)
    return [file_payload(call, head, change) for change in changes[:_MOST_FILES]]


ROUTES = (("/compare/{basehead:path}", get_comparison),)
