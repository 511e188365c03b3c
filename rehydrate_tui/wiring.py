"""The one place where the engine meets the GitHub client."""

from __future__ import annotations

from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.credentials import find_token
from rehydrate_tui.storage.settings import Settings


def open_session(settings: Settings, *, jobs: int) -> Session:
    """Return a session whose remotes are GitHub clients.

    The client and httpx are loaded when a remote is first needed: a replay with
    nothing to fetch starts without them.
    """

    def remote(host: str) -> Remote:
        from rehydrate_tui.github import GitHubClient, HttpOptions

        return GitHubClient(
            settings.endpoints(host),
            host=host,
            token=find_token(host, settings.environ),
            options=HttpOptions(),
        )

    return Session(remote, jobs=jobs)
