"""Turns a handler's reply into the response: conditions, compression, headers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.datastructures import Headers

from rehydrate_tui.demo.accounts import Account
from rehydrate_tui.demo.api.call import Reply
from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.negotiation import (
    compressed,
    http_date,
    is_unchanged_since,
    matches,
    tag_of,
    wants_gzip,
    weak,
)
from rehydrate_tui.demo.site import Site

_FIXED = {
    "access-control-expose-headers": "ETag, Link, Location, Retry-After, X-GitHub-OTP, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, "
    "X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, "
    "X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, "
    "X-GitHub-Request-Id, Deprecation, Sunset",
    "access-control-allow-origin": "*",
    "strict-transport-security": "max-age=31536000; includeSubdomains; preload",
    "x-frame-options": "deny",
    "x-content-type-options": "nosniff",
    "x-xss-protection": "0",
    "referrer-policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
    "content-security-policy": "default-src 'none'",
    "server": "github.com",
}
_SHARED_VARY = "Accept-Encoding, Accept, X-Requested-With"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known about a request beside its handler's reply."""

    site: Site
    headers: Headers
    account: Account | None = None
    version: str = ""
    media: str = ""


def conclude(reply: Reply, context: Context) -> PiecewiseResponse:
    """Apply conditions and compression, count the request, add the headers."""
    headers = {**_FIXED, **_account_headers(context), **reply.headers}
    body = reply.body
    if wants_gzip(context.headers.get("accept-encoding", ""), len(body)):
        body = compressed(body)
        headers["content-encoding"] = "gzip"
    if reply.status == HTTPStatus.OK:
        headers.update(_freshness(reply, context, is_compressed=body is not reply.body))
        if _is_unchanged(reply, context, headers["etag"]):
            return _unchanged(reply, context, headers)
    return _respond(replace(reply, body=body), context, headers)


def _account_headers(context: Context) -> dict[str, str]:
    param = f"param={context.media}" if context.media else "format=json"
    headers = {
        "x-github-request-id": request_id(),
        "x-github-media-type": f"github.v3; {param}",
    }
    if context.version:
        headers["x-github-api-version-selected"] = context.version
    if context.account is None:
        return {**headers, "vary": f"Accept,{_SHARED_VARY}", "accept-ranges": "bytes"}
    headers["vary"] = f"Accept, Authorization, Cookie, X-GitHub-OTP,{_SHARED_VARY}"
    if context.account.expires:
        headers["github-authentication-token-expiration"] = context.account.expires
    if context.account.scopes is None:
        headers["x-accepted-github-permissions"] = "contents=read"
    else:
        headers["x-oauth-scopes"] = ", ".join(context.account.scopes)
        headers["x-accepted-oauth-scopes"] = "repo"
    return headers


def request_id() -> str:
    """Make a request id in GitHub's shape."""
    sizes = (2, 3, 4, 4, 4)
    return ":".join(secrets.token_hex(size).upper() for size in sizes)


def _freshness(
    reply: Reply, context: Context, *, is_compressed: bool
) -> dict[str, str]:
    etag = reply.etag
    if etag is None:
        # entity tags differ between tokens, which is why caches must key by them
        identity = context.headers.get("authorization", "").encode("utf-8", "replace")
        etag = tag_of(identity, context.media.encode(), reply.body)
    scope = "public" if context.account is None else "private"
    headers = {
        "etag": weak(etag) if is_compressed else etag,
        "cache-control": f"{scope}, max-age={reply.max_age}, s-maxage={reply.max_age}",
    }
    if reply.max_age == 0:
        headers["cache-control"] = "no-cache"
    if reply.modified is not None:
        headers["last-modified"] = http_date(reply.modified)
    return headers


def _is_unchanged(reply: Reply, context: Context, etag: str) -> bool:
    condition = context.headers.get("if-none-match")
    if condition is not None:
        return matches(condition, etag)
    since = context.headers.get("if-modified-since")
    if since is None or reply.modified is None:
        return False
    return is_unchanged_since(since, reply.modified)


def _unchanged(
    reply: Reply, context: Context, headers: dict[str, str]
) -> PiecewiseResponse:
    headers.pop("content-encoding", None)
    # a 304 is free of charge for a known caller only
    counts = reply.counts and context.account is None
    bare = replace(reply, status=HTTPStatus.NOT_MODIFIED, body=b"", counts=counts)
    return _respond(bare, context, headers)


def _respond(
    reply: Reply, context: Context, headers: dict[str, str]
) -> PiecewiseResponse:
    quotas = context.site.quotas
    account, resource = context.account, reply.resource
    quota = (
        quotas.spend(account, resource=resource)
        if reply.counts
        else quotas.look(account, resource)
    )
    # what a handler says of the quota, as a refusal does, stands
    headers = {**quota.headers(), **headers}
    if reply.status != HTTPStatus.NOT_MODIFIED:
        headers["content-type"] = reply.content_type
    response = PiecewiseResponse(reply.body, status_code=reply.status, headers=headers)
    if context.account is not None and "content-encoding" in headers:
        # recorded: compressed answers to a token are chunked, anonymous ones are not
        del response.headers["content-length"]
    return response
