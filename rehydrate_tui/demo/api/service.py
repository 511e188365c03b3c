"""Endpoints that belong to no repository: the quota, the user, the versions."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request

from rehydrate_tui.demo.api.call import (
    NEW_VERSION,
    OLD_VERSION,
    ApiError,
    Reply,
    json_reply,
)
from rehydrate_tui.demo.api.conclude import Context
from rehydrate_tui.demo.api.moments import FOUNDED, iso
from rehydrate_tui.demo.api.quota import check_quota, get_rate_limit
from rehydrate_tui.demo.api.repositories import user_payload
from rehydrate_tui.demo.site import Site

Answer = Callable[[Context, Request], Reply]


def get_user(context: Context, _request: Request) -> Reply:
    """Show who a token belongs to."""
    check_quota(context)
    account = context.account
    if account is None:
        raise ApiError(HTTPStatus.UNAUTHORIZED, "Requires authentication")
    if account.is_app:
        raise ApiError(HTTPStatus.FORBIDDEN, "Resource not accessible by integration")
    return json_reply(_profile(context.site, account.login))


def _profile(site: Site, login: str) -> dict[str, object]:
    owned = [r for r in site.repositories if r.owner.lower() == login.lower()]
    texts = ("company", "location", "email", "hireable", "bio", "twitter_username")
    return {
        **user_payload(site, login),
        "name": login,
        **dict.fromkeys(texts),
        "blog": "",
        "notification_email": None,
        "public_repos": sum(not repository.private for repository in owned),
        "public_gists": sum(gist.owner == login for gist in site.gists.values()),
        "followers": 0,
        "following": 0,
        "created_at": iso(FOUNDED),
        "updated_at": iso(FOUNDED),
    }


def get_versions(context: Context, _request: Request) -> Reply:
    """List the API versions."""
    check_quota(context)
    return json_reply([NEW_VERSION, OLD_VERSION])


def get_meta(context: Context, _request: Request) -> Reply:
    """Tell about the host itself; an Enterprise Server names its version here."""
    check_quota(context)
    return json_reply({"verifiable_password_authentication": False})


ROUTES: tuple[tuple[str, Answer], ...] = (
    ("/rate_limit", get_rate_limit),
    ("/user", get_user),
    ("/versions", get_versions),
    ("/meta", get_meta),
)
