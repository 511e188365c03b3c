"""One document from anywhere on the web: a manifest that somebody published.

Asked for without a token, whatever its address; redirects as everywhere: at most five,
and never to what is not encrypted, except inside this machine.
"""

from __future__ import annotations

from rehydrate_tui.errors import NotFoundError, PayloadError, RemoteError
from rehydrate_tui.github.answers import Answer, is_html, shown_url
from rehydrate_tui.github.auth import is_private_channel
from rehydrate_tui.github.bodies import read_answer
from rehydrate_tui.github.http import (
    Connections,
    HttpOptions,
    HttpRequest,
    parse_url,
    send,
)
from rehydrate_tui.github.retrying import retrying
from rehydrate_tui.github.statuses import (
    FIRST_SERVER_ERROR,
    NOT_FOUND,
    OK,
    server_error,
    web_page_error,
)

_GONE = 410


async def fetch_document(url: str, most: int, options: HttpOptions) -> bytes:
    """Return the bytes behind an address.

    Raises:
        NotFoundError: there is nothing.
        PayloadError: the address is not safe, or it is a web page, or has more than
            `most` bytes.
        RemoteError: it cannot be had.
    """
    parsed = parse_url(url)
    if not is_private_channel(parsed):
        raise PayloadError(
            f"“{shown_url(url)}” is not encrypted.",
            url=shown_url(url),
            hint="Use an https address; http is for this machine only.",
        )
    if parsed.userinfo:
        raise PayloadError(
            f"The address “{shown_url(url)}” carries a name or a password.",
            url=shown_url(url),
            hint="Download the manifest by hand and give its path.",
        )
    connections = Connections(options)

    async def attempt() -> bytes:
        request = HttpRequest(url=url, headers={"Accept": "application/toml, */*"})
        response = await send(connections.content, request)
        pace = connections.pace(response.url)
        if response.status_code != OK:
            raise _refusal(await read_answer(response, pace=pace))
        if is_html(response.headers):
            raise web_page_error(await read_answer(response, limit=most, pace=pace))
        return (await read_answer(response, limit=most, pace=pace)).body

    try:
        return await retrying(attempt, options)
    finally:
        await connections.aclose()


def _refusal(answer: Answer) -> RemoteError:
    if answer.status in {NOT_FOUND, _GONE}:
        return NotFoundError(
            f"There is nothing at “{answer.url}”.",
            url=answer.url,
            status=answer.status,
            hint="Check the address.",
        )
    if answer.status >= FIRST_SERVER_ERROR:
        return server_error(answer)
    return RemoteError(
        f"{answer.host} answered with status {answer.status}.",
        url=answer.url,
        status=answer.status,
        hint="Manifests are asked for without a token; download it by hand.",
    )
