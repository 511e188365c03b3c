"""GitHub's own refusals, as faults with the bodies and headers it sends."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from email.utils import formatdate

from rehydrate_tui.demo.faults import Fault

JSON = "application/json; charset=utf-8"
_DOCS = "https://docs.github.com/rest"
_LIMITS = f"{_DOCS}/using-the-rest-api/rate-limits-for-the-rest-api"
_SECONDARY = (
    "You have exceeded a secondary rate limit. "
    "Please wait a few minutes before you try again."
)
_UNICORN = b"""<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Unicorn! &middot; GitHub</title>
  </head>
  <body>
    <div class="container">
      <p><strong>No server is currently available to service your request.</strong></p>
      <p>Sorry about that. Please try refreshing and contact us if the problem
      persists.</p>
    </div>
  </body>
</html>
"""


def refusal(
    status: int,
    message: str,
    *,
    path: str = "*",
    times: int | None = None,
    headers: Mapping[str, str] | None = None,
    documentation_url: str = _DOCS,
    **more: object,
) -> Fault:
    """Build an answer in the shape of every API error."""
    payload = {
        "message": message,
        **more,
        "documentation_url": documentation_url,
        "status": str(status),
    }
    return Fault(
        origin="api",
        path=path,
        times=times,
        status=status,
        headers=dict(headers or {}),
        body=json.dumps(payload).encode(),
        content_type=JSON,
    )


def primary_limit(
    *,
    reset_in: float = 1800.0,
    status: int = 403,
    path: str = "*",
    times: int | None = None,
) -> Fault:
    """The hourly quota is used up."""
    return refusal(
        status,
        "API rate limit exceeded for 127.0.0.1. (But here's the good news: "
        "Authenticated requests get a higher rate limit. Check out the "
        "documentation for more details.)",
        path=path,
        times=times,
        headers=_quota_headers(remaining=0, reset_in=reset_in),
        documentation_url=_LIMITS,
    )


def secondary_limit(
    *,
    retry_after: int | None = None,
    retry_at: float | None = None,
    status: int = 403,
    path: str = "*",
    times: int | None = None,
) -> Fault:
    """Too much at once: with seconds, with an HTTP date, or without a word on when.

    Args:
        retry_after: Seconds for the `retry-after` header.
        retry_at: Unix time for a `retry-after` header that is an HTTP date.
        status: 403 or 429.
        path: The paths that it befalls.
        times: How many requests it befalls.
    """
    headers = _quota_headers(remaining=4321, reset_in=1800.0, limit=5000)
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    elif retry_at is not None:
        headers["retry-after"] = formatdate(retry_at, usegmt=True)
    return refusal(
        status,
        _SECONDARY,
        path=path,
        times=times,
        headers=headers,
        documentation_url=f"{_LIMITS}#about-secondary-rate-limits",
    )


def raw_throttle(
    *, path: str = "*", times: int | None = None, retry_after: int | None = None
) -> Fault:
    """The raw host has had enough: 429 as text, mostly without a time."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return Fault(
        origin="raw",
        path=path,
        times=times,
        status=429,
        headers=headers,
        body=b"429: Too Many Requests\n",
        content_type="text/plain; charset=utf-8",
    )


def unavailable(
    *, origin: str = "api", path: str = "*", times: int | None = None
) -> Fault:
    """503 with an HTML page where JSON is expected."""
    return Fault(
        origin=origin,
        path=path,
        times=times,
        status=503,
        body=_UNICORN,
        content_type="text/html; charset=utf-8",
    )


def server_error(*, path: str = "*", times: int | None = None) -> Fault:
    """502 with the short JSON of a call that took too long."""
    return Fault(
        origin="api",
        path=path,
        times=times,
        status=502,
        body=b'{"error":"Server Error"}',
        content_type=JSON,
    )


def legally_blocked(*, path: str = "*") -> Fault:
    """451: taken down after a notice."""
    return _block(451, "dmca", path)


def blocked(*, path: str = "*") -> Fault:
    """403: disabled for a violation of the terms."""
    return _block(403, "tos", path)


def sso_required(*, path: str = "*", organization: str = "rehydrate") -> Fault:
    """403: the token was not allowed for an organization with single sign-on."""
    url = f"https://github.com/orgs/{organization}/sso?authorization_request=AABBCC"
    return refusal(
        403,
        "Resource protected by organization SAML enforcement. You must grant your "
        "Personal Access token access to this organization.",
        path=path,
        headers={"x-github-sso": f"required; url={url}"},
        documentation_url="https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/",
    )


def token_too_weak(*, path: str = "*") -> Fault:
    """403: a fine-grained token without the permission."""
    return refusal(
        403,
        "Resource not accessible by personal access token",
        path=path,
        headers={"x-accepted-github-permissions": "contents=read"},
    )


def lfs_over_quota(*, status: int = 403, path: str = "*") -> Fault:
    """The owner's LFS bandwidth is spent."""
    payload = {
        "message": "This repository exceeded its LFS budget. The account responsible "
        "for the budget should increase it to restore access.",
        "documentation_url": "https://docs.github.com/billing/managing-billing-for-git-large-file-storage",
        "request_id": "8EDC:22ED00:1613AC:13DC0E:689F9075",
    }
    return Fault(
        origin="lfs",
        path=path,
        status=status,
        body=json.dumps(payload).encode(),
        content_type="application/vnd.git-lfs+json",
    )


def _block(status: int, reason: str, path: str) -> Fault:
    return refusal(
        status,
        "Repository access blocked",
        path=path,
        documentation_url="https://docs.github.com/articles/dmca-takedown-policy/",
        block={
            "reason": reason,
            "created_at": "2024-05-02T15:04:05Z",
            "html_url": f"https://github.com/{reason}",
        },
    )


def _quota_headers(
    *, remaining: int, reset_in: float, limit: int = 60
) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-used": str(limit - remaining),
        "x-ratelimit-resource": "core",
        "x-ratelimit-reset": str(int(time.time() + reset_in)),
    }
