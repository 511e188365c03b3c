"""GET /git/blobs/{sha}."""

from __future__ import annotations

import base64
import re
from http import HTTPStatus

from rehydrate_tui.demo.api.call import (
    NAMED_BY_SHA,
    ApiError,
    Call,
    Reply,
    json_reply,
    not_found,
)
from rehydrate_tui.demo.api.repositories import node_id
from rehydrate_tui.demo.texts import is_text

_SHA = re.compile(r"[0-9a-f]{40}")
_WRAP = 60


def get_blob(call: Call) -> Reply:
    """Send a blob as JSON, or its bytes under the raw media type."""
    oid = call.parameter("sha")
    if not _SHA.fullmatch(oid):
        raise ApiError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The sha parameter must be exactly 40 characters and contain only "
            "[0-9a-f].",
        )
    if call.repository.objects.kind(oid) != "blob":
        raise not_found()
    refuse_large(call, oid)
    data = call.repository.objects.blob(oid)
    if call.media == "raw":
        # recorded: a charset that says nothing about the bytes
        kind = "text/plain" if is_text(data) else "application/octet-stream"
        content_type = f"{kind}; charset=iso-8859-1"
        return Reply(body=data, content_type=content_type, max_age=NAMED_BY_SHA)
    return json_reply(
        {
            "sha": oid,
            "node_id": node_id("B", oid),
            "size": len(data),
            "url": f"{call.api_url}/git/blobs/{oid}",
            "content": wrapped(data),
            "encoding": "base64",
        },
        max_age=NAMED_BY_SHA,
    )


def refuse_large(call: Call, oid: str) -> None:
    """Refuse what the API does not hand out in any form."""
    if call.repository.objects.blob_size(oid) > call.site.limits.blob_bytes:
        raise too_large("The requested blob is too large to fetch via the API.")


def too_large(message: str) -> ApiError:
    """Build the refusal of a large file."""
    error = {"resource": "Blob", "field": "data", "code": "too_large"}
    return ApiError(HTTPStatus.FORBIDDEN, message, errors=[error])


def wrapped(data: bytes) -> str:
    """Encode base64 as the API does: lines of 60, each ending in a newline."""
    text = base64.b64encode(data).decode("ascii")
    lines = (text[start : start + _WRAP] for start in range(0, len(text), _WRAP))
    return "".join(f"{line}\n" for line in lines)


ROUTES = (("/git/blobs/{sha}", get_blob),)
