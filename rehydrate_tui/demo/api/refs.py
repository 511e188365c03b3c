"""Git references and tag objects."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from rehydrate_tui.demo.api.call import (
    ApiError,
    Call,
    Reply,
    json_reply,
    not_found,
    quoted,
)
from rehydrate_tui.demo.api.commits import signature_payload
from rehydrate_tui.demo.api.moments import head_seconds
from rehydrate_tui.demo.api.repositories import node_id

_POLL = {"x-poll-interval": "300"}


def list_matching(call: Call) -> Reply:
    """List the refs that begin so; all of them at once, whatever `per_page` says."""
    _refuse_empty(call)
    prefix = f"refs/{call.parameter('prefix')}"
    found = [
        (ref, oid)
        for ref, oid in sorted(call.repository.refs.copy().items())
        if ref.startswith(prefix)
    ]
    # thousands of refs may lead to a few objects
    kinds = {oid: call.repository.objects.kind(oid) for oid in {o for _, o in found}}
    payload = [_ref_payload(call, ref, oid, kinds[oid]) for ref, oid in found]
    reply = json_reply(payload, modified=head_seconds(call.repository))
    return replace(reply, headers=_POLL)


def get_ref(call: Call) -> Reply:
    """Show one ref by its exact name."""
    _refuse_empty(call)
    ref = f"refs/{call.parameter('ref')}"
    oid = call.repository.refs.get(ref)
    if oid is None:
        raise not_found()
    kind = call.repository.objects.kind(oid)
    reply = json_reply(
        _ref_payload(call, ref, oid, kind), modified=head_seconds(call.repository)
    )
    return replace(reply, headers=_POLL)


def get_tag(call: Call) -> Reply:
    """Show an annotated tag."""
    oid = call.parameter("sha")
    objects = call.repository.objects
    if objects.kind(oid) != "tag":
        raise not_found()
    tag = objects.tag(oid)
    return json_reply(
        {
            "node_id": node_id("TA", oid),
            "sha": oid,
            "url": f"{call.api_url}/git/tags/{oid}",
            "tagger": signature_payload(tag.tagger),
            "object": _object_payload(call, tag.target, tag.target_kind),
            "tag": tag.name,
            "message": tag.message,
            "verification": {
                "verified": False,
                "reason": "unsigned",
                "signature": None,
                "payload": None,
                "verified_at": None,
            },
        }
    )


def _refuse_empty(call: Call) -> None:
    if call.repository.is_empty:
        raise ApiError(HTTPStatus.CONFLICT, "Git Repository is empty.")


def _ref_payload(call: Call, ref: str, oid: str, kind: str | None) -> dict[str, object]:
    return {
        "ref": ref,
        "node_id": node_id("REF", f"{call.repository.id}:{ref}"),
        "url": f"{call.api_url}/git/{quoted(ref)}",
        "object": _object_payload(call, oid, kind or "commit"),
    }


def _object_payload(call: Call, oid: str, kind: str) -> dict[str, str]:
    return {"sha": oid, "type": kind, "url": f"{call.api_url}/git/{kind}s/{oid}"}


ROUTES = (
    ("/git/matching-refs/{prefix:path}", list_matching),
    ("/git/ref/{ref:path}", get_ref),
    ("/git/tags/{sha}", get_tag),
)
