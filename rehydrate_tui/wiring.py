"""The one place where the engine meets the GitHub client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from rehydrate_tui.engine.ports import Clock, Remote
from rehydrate_tui.engine.session import Session
from rehydrate_tui.engine.throttle import Sleep
from rehydrate_tui.storage.credentials import Token, find_token
from rehydrate_tui.storage.settings import Settings

TokenOf = Callable[[str, Mapping[str, str]], Token | None]
"""From a host and the environment to a token."""


def open_session(
    settings: Settings,
    *,
    jobs: int,
    clock: Clock = time.time,
    sleep: Sleep = asyncio.sleep,
    token_of: TokenOf = find_token,
) -> Session:
    """Return a session whose remotes are GitHub clients.

    The client and httpx are loaded when a remote is first needed: a replay with
    nothing to fetch starts without them.

    Args:
        settings: hosts, endpoints and tokens.
        jobs: how many transfers run at once.
        clock: seconds since the epoch.
        sleep: waits a number of seconds.
        token_of: finds the token of a host when a remote is first needed.
    """

    def remote(host: str) -> Remote:
        from rehydrate_tui.github import GitHubClient, HttpOptions

        return GitHubClient(
            settings.endpoints(host),
            host=host,
            token=token_of(host, settings.environ),
            options=HttpOptions(clock=clock, sleep=sleep),
        )

    return Session(remote, jobs=jobs, clock=clock, sleep=sleep)
