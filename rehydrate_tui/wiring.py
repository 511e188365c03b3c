"""The one place where the engine meets the GitHub client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from rehydrate_tui.domain.progress import ProgressSink
from rehydrate_tui.domain.retry import RetryPolicy
from rehydrate_tui.domain.routing import AUTO, Routing
from rehydrate_tui.engine.offline import OfflineRemote
from rehydrate_tui.engine.ports import Clock, Remote
from rehydrate_tui.engine.session import Session
from rehydrate_tui.engine.throttle import Sleep
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.credentials import Token, find_token, withheld
from rehydrate_tui.storage.receipts import ReceiptIndex
from rehydrate_tui.storage.settings import DEFAULT_WAIT, Settings

TokenOf = Callable[[str, Mapping[str, str]], Token | None]
"""From a host and the environment to a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    """How a session reaches, or does not reach, the world."""

    wait: float = DEFAULT_WAIT
    """Seconds that one run may spend waiting for limits."""
    cache: BlobCache | None = None
    is_offline: bool = False
    log: Callable[[str], None] | None = None
    """Takes a line for each request and answer."""
    routing: Routing = AUTO
    watch: ProgressSink | None = None
    """Hears of waits for the API outside of runs; without one there are none."""


def open_session(  # noqa: PLR0913 - keyword-only options
    settings: Settings,
    *,
    jobs: int,
    connecting: Connecting = Connecting(),
    clock: Clock = time.time,
    sleep: Sleep = asyncio.sleep,
    token_of: TokenOf = find_token,
    index: ReceiptIndex | None = None,
) -> Session:
    """Return a session whose remotes are GitHub clients.

    The client and httpx are loaded when a remote is first needed: a replay with
    nothing to fetch starts without them, and one that is offline never loads them.

    Args:
        settings: hosts, endpoints and tokens.
        jobs: how many transfers run at once at most.
        connecting: how patient, with which cache, or not at all.
        clock: seconds since the epoch.
        sleep: waits a number of seconds.
        token_of: finds the token of a host when the API is first asked.
        index: the receipts, if they are open already; the session closes them.
    """

    def remote(host: str) -> Remote:
        if connecting.is_offline:
            return OfflineRemote()
        from rehydrate_tui.github import GitHubClient, HttpOptions

        hidden = () if settings.is_chosen(host) else withheld(host, settings.environ)
        environ = {
            key: text for key, text in settings.environ.items() if key not in hidden
        }
        client = GitHubClient(
            settings.endpoints(host),
            host=host,
            token=partial(token_of, host, environ),
            options=HttpOptions(clock=clock, sleep=sleep, log=connecting.log),
            # The embedded server lives for one session, on ports of no meaning.
            answers=None if token_of is no_token else settings.answers(),
        )
        if hidden:
            client.notes.append(
                f"{hidden[0]} is not sent to {host}: only the manifest names that host. "
                f"If it is yours, use --host {host}."
            )
        return client

    async def fetch(url: str, most: int) -> bytes:
        from rehydrate_tui.github import HttpOptions
        from rehydrate_tui.github.documents import fetch_document

        options = HttpOptions(clock=clock, sleep=sleep, log=connecting.log)
        return await fetch_document(url, most, options)

    return Session(
        remote,
        jobs=jobs,
        retry=RetryPolicy(wait_budget=connecting.wait),
        clock=clock,
        sleep=sleep,
        cache=connecting.cache,
        receipts=lambda: index or ReceiptIndex(settings.folders.state),
        watch=connecting.watch,
        fetch=fetch,
        is_offline=connecting.is_offline,
        routing=connecting.routing,
    )


def no_token(host: str, environ: Mapping[str, str]) -> None:
    """Find nothing: what the embedded server is asked with."""
    del host, environ
