"""Lists that come in pages: one request a page, and only when it is wanted."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from rehydrate_tui.errors import PayloadError
from rehydrate_tui.github.answers import Answer, Missing, shown_url
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.auth import origin_of
from rehydrate_tui.github.http import parse_url

_NEXT = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="?next"?')
MOST_PAGES = 400
"""40,000 branches: a list that goes on longer is one that never ends."""


async def pages(
    api: Api, url: str, missing: Missing, *, most: int = MOST_PAGES
) -> AsyncIterator[Answer]:
    """Yield the answers of a list, following `Link` (contract: pagination).

    Raises:
        PayloadError: the next page would be on another host.
        RemoteError: a page cannot be had.
    """
    first = origin_of(parse_url(url))
    for _ in range(most):
        answer = await api.get(url, missing)
        yield answer
        match = _NEXT.search(answer.headers.get("link", ""))
        if match is None:
            return
        url = match[1]
        if origin_of(parse_url(url)) != first:
            raise PayloadError(
                f"{answer.host} says that its list goes on at “{shown_url(url)}”.",
                url=answer.url,
                status=answer.status,
            )
