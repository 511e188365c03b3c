"""Lists of repositories: of an owner, and by search, which has a quota of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus

from starlette.requests import Request

from rehydrate_tui.demo.api.call import (
    ApiError,
    Call,
    Reply,
    json_reply,
    not_found,
)
from rehydrate_tui.demo.api.conclude import Context
from rehydrate_tui.demo.api.languages import languages_of
from rehydrate_tui.demo.api.moments import head_seconds
from rehydrate_tui.demo.api.pages import paginate_at
from rehydrate_tui.demo.api.quota import check_quota
from rehydrate_tui.demo.api.repositories import repository_payload, user_id
from rehydrate_tui.demo.quota import SEARCH
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.site import may_read

_QUALIFIER = re.compile(r"(\w+):(\S+)")
_LONGEST_QUERY = 256
_MOST_FOUND = 1000


def list_of_owner(context: Context, request: Request) -> Reply:
    """List the public repositories of a user or organisation."""
    check_quota(context)
    login = request.path_params["login"].lower()
    owned = [r for r in context.site.repositories if r.owner.lower() == login]
    if not owned:
        raise not_found()
    public = [repository for repository in owned if not repository.private]
    public.sort(key=head_seconds, reverse=True)
    api = context.site.addresses.api
    page = paginate_at(request, public, f"{api}/user/{user_id(login)}/repos")
    reply = json_reply(_payloads(context, request, page.items))
    return replace(reply, headers=page.headers)


def search_repositories(context: Context, request: Request) -> Reply:
    """Find repositories by words of name and description, and by qualifiers."""
    check_quota(context, SEARCH)
    text = request.query_params.get("q", "").strip()
    if not text or len(text) > _LONGEST_QUERY:
        code = "invalid" if text else "missing"
        problem = {"resource": "Search", "field": "q", "code": code}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        raise ApiError(status, "Validation Failed", resource=SEARCH, errors=[problem])
    visible = (r for r in context.site.repositories if may_read(context.account, r))
    found = [repository for repository in visible if _fits(repository, text)]
    shown = found[:_MOST_FOUND]
    url = f"{context.site.addresses.api}/search/repositories"
    page = paginate_at(request, shown, url)
    payload = {
        "total_count": len(found),
        "incomplete_results": False,
        "items": [
            {**item, "score": 1.0} for item in _payloads(context, request, page.items)
        ],
    }
    return replace(
        json_reply(payload, max_age=0), headers=page.headers, resource=SEARCH
    )


def _fits(repository: Repository, text: str) -> bool:
    qualifiers = dict(_QUALIFIER.findall(text.lower()))
    words = _QUALIFIER.sub("", text.lower()).split()
    checks: dict[str, Callable[[str], bool]] = {
        "user": lambda value: repository.owner.lower() == value,
        "org": lambda value: repository.owner.lower() == value,
        "repo": lambda value: repository.full_name.lower() == value,
        "language": lambda value: (
            value in {name.lower() for name in languages_of(repository)}
        ),
    }
    described = f"{repository.name} {repository.description}".lower()
    return all(word in described for word in words) and all(
        checks[key](value) for key, value in qualifiers.items() if key in checks
    )


def _payloads(
    context: Context, request: Request, repositories: Sequence[Repository]
) -> list[dict[str, object]]:
    calls = (
        Call(
            site=context.site,
            request=request,
            repository=repository,
            account=context.account,
            version=context.version,
            media=context.media,
        )
        for repository in repositories
    )
    return [repository_payload(call) for call in calls]


ROUTES = (
    ("/users/{login}/repos", list_of_owner),
    ("/orgs/{login}/repos", list_of_owner),
    ("/search/repositories", search_repositories),
)
