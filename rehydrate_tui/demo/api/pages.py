"""Pagination: `per_page`, `page` and the Link header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from rehydrate_tui.demo.api.call import Call

Item = TypeVar("Item")
DEFAULT_SIZE = 30
LARGEST_SIZE = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list, and the header that leads to the others."""

    items: Sequence[Item]
    headers: dict[str, str]


def paginate(
    call: Call,
    items: Sequence[Item],
    path: str,
    *,
    default: int = DEFAULT_SIZE,
    largest: int = LARGEST_SIZE,
) -> Page[Item]:
    """Cut out the page that is asked for.

    The links lead through `/repositories/{id}`, not to the address asked for,
    and there is no header when everything fits on one page.
    """
    url = f"{call.numbered_url}{path}"
    return paginate_at(call.request, items, url, default=default, largest=largest)


def paginate_at(
    request: Request,
    items: Sequence[Item],
    url: str,
    *,
    default: int = DEFAULT_SIZE,
    largest: int = LARGEST_SIZE,
) -> Page[Item]:
    """Cut out the page that is asked for; the links lead to pages of `url`."""
    query = request.query_params
    size = min(_number(query, "per_page", default), largest)
    page = _number(query, "page", 1)
    last = max(1, -(-len(items) // size))
    links = [
        f'<{url}?{urlencode({**query, "page": str(number)})}>; rel="{name}"'
        for name, number in _neighbours(page, last)
    ]
    shown = items[(page - 1) * size : page * size]
    return Page(shown, {"link": ", ".join(links)} if links else {})


def _neighbours(page: int, last: int) -> list[tuple[str, int]]:
    before = [("prev", min(page - 1, last))] if page > 1 else []
    after = [("next", page + 1), ("last", last)] if page < last else []
    return before + after + ([("first", 1)] if page > 1 else [])


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() and int(text) > 0 else default
