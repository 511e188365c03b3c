"""GET /git/trees/{sha-or-ref}, with GitHub's two limits and its quirks."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from rehydrate_tui.demo.api.call import (
    NAMED_BY_REF,
    NAMED_BY_SHA,
    ApiError,
    Call,
    Reply,
    encode,
    not_found,
    shown,
)
from rehydrate_tui.demo.objects import FULL_HEX
from rehydrate_tui.demo.repository import Found

_GITHUB_API = "https://api.github.com"


def get_tree(call: Call) -> Reply:
    """List a tree; any value of `recursive` makes it recursive, even `0`."""
    if call.repository.is_empty:
        raise ApiError(HTTPStatus.CONFLICT, "Git Repository is empty.")
    asked = call.parameter("ref")
    # the live service names the commit on top when asked by ref or commit
    top, tree = _top(call, asked)
    items, truncated = _limited(call, _entries(call, tree))
    head = encode({"sha": top, "url": f"{call.api_url}/git/trees/{top}"})
    flag = b"true" if truncated else b"false"
    body = b"".join(
        (head[:-1], b',"tree":[', b",".join(items), b'],"truncated":', flag, b"}")
    )
    return Reply(
        body=body, max_age=NAMED_BY_SHA if len(asked) == FULL_HEX else NAMED_BY_REF
    )


def _top(call: Call, asked: str) -> tuple[str, str]:
    objects = call.repository.objects
    if len(asked) == FULL_HEX and objects.kind(asked) == "tree":
        return asked, asked
    commit = call.repository.resolve(asked)
    if commit is None:
        raise not_found()
    return commit, objects.commit(commit).tree


def _entries(call: Call, tree: str) -> Iterator[Found]:
    if "recursive" in call.query:
        return call.repository.walk(tree)
    return (Found(entry.name, entry) for entry in call.repository.objects.tree(tree))


def _limited(call: Call, entries: Iterator[Found]) -> tuple[list[bytes], bool]:
    limits = call.site.limits
    # the limit holds for GitHub's addresses: a local port must not move it
    longer = len(call.site.addresses.api) - len(_GITHUB_API)
    rendered: list[bytes] = []
    total = 1
    for found in entries:
        item = encode(_entry_payload(call, found))
        total += len(item) + 1 - (longer if b'"url":' in item else 0)
        if len(rendered) >= limits.truncate_entries or total > limits.truncate_bytes:
            return rendered, True
        rendered.append(item)
    return rendered, False


def _entry_payload(call: Call, found: Found) -> dict[str, object]:
    entry = found.entry
    payload: dict[str, object] = {
        "path": shown(found.path),
        "mode": entry.mode_text,
        "type": entry.kind,
        "sha": entry.oid,
    }
    if entry.kind == "blob":
        payload["size"] = call.repository.objects.blob_size(entry.oid)
    if entry.kind != "commit":
        payload["url"] = f"{call.api_url}/git/{entry.kind}s/{entry.oid}"
    return payload


ROUTES = (("/git/trees/{ref:path}", get_tree),)
