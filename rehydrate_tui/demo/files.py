"""Sends whole files or ranges of them, as the raw and storage hosts do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers

from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.negotiation import (
    UnsatisfiableRangeError,
    matches,
    requested_span,
)


def send_file(
    body: bytes, etag: str, request_headers: Headers, headers: Mapping[str, str]
) -> PiecewiseResponse:
    """Answer with a body as it goes over the wire, or the part asked for."""
    headers = {**headers, "etag": etag, "accept-ranges": "bytes"}
    condition = request_headers.get("if-none-match")
    if condition is not None and matches(condition, etag):
        return PiecewiseResponse(
            b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers
        )
    try:
        span = requested_span(
            request_headers.get("range"),
            request_headers.get("if-range"),
            etag,
            len(body),
        )
    except UnsatisfiableRangeError:
        headers["content-range"] = f"bytes */{len(body)}"
        return PiecewiseResponse(
            b"",
            status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            headers=headers,
        )
    if span is None:
        return PiecewiseResponse(body, headers=headers)
    headers["content-range"] = span.content_range(len(body))
    return PiecewiseResponse(
        body[span.start : span.stop],
        status_code=HTTPStatus.PARTIAL_CONTENT,
        headers=headers,
    )
