"""Refusing callers whose window is used up, and showing them the windows."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request

from rehydrate_tui.demo.api.call import NEW_VERSION, ApiError, Reply, encode
from rehydrate_tui.demo.api.conclude import Context
from rehydrate_tui.demo.quota import CORE, SEARCH, Quota

_OTHER_RESOURCES = {
    "graphql": 5000,
    "integration_manifest": 5000,
    "source_import": 100,
    "code_scanning_upload": 1000,
    "actions_runner_registration": 10_000,
    "scim": 15_000,
    "dependency_snapshots": 100,
    "code_search": 10,
}


def check_quota(context: Context, resource: str = CORE) -> None:
    """Refuse a caller who has used up the window."""
    quota = context.site.quotas.look(context.account, resource)
    if quota.remaining:
        return
    if context.account is None:
        message = (
            "API rate limit exceeded for 127.0.0.1. (But here's the good news: "
            "Authenticated requests get a higher rate limit. Check out the "
            "documentation for more details.)"
        )
    else:
        message = f"API rate limit exceeded for user {context.account.login}."
    raise ApiError(HTTPStatus.FORBIDDEN, message, resource=resource)


def get_rate_limit(context: Context, _request: Request) -> Reply:
    """Show the caller's quotas, free of charge."""
    core = context.site.quotas.look(context.account)
    search = context.site.quotas.look(context.account, SEARCH)
    resources = {"core": core.as_json(), "search": search.as_json()}
    for name, limit in _OTHER_RESOURCES.items():
        resources[name] = Quota(limit=limit, used=0, reset=core.reset).as_json()
    payload: dict[str, object] = {"resources": resources}
    if context.version != NEW_VERSION:
        payload["rate"] = core.as_json()
    return Reply(body=encode(payload), max_age=0, counts=False)
