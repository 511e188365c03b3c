"""What tests of the archive transport share: expectations, and what was asked for."""

from __future__ import annotations

from collections import Counter

from rehydrate_tui.demo.builder import Gitlink
from rehydrate_tui.demo.server import GitHubServer
from tests.published import Published
from tests.trust.ground import on_disk

BY_ARCHIVE = ("--transport", "archive")


def expected(published: Published) -> dict[str, bytes | str]:
    """Return what is to be on disk."""
    found: dict[str, bytes | str] = {}
    for path, content in published.files.items():
        if not isinstance(content, Gitlink):
            found[path] = on_disk(content)
    return found


def asked(server: GitHubServer) -> Counter[str]:
    """Return how many requests each origin got."""
    return Counter(each.origin for each in server.requests)


def raw_paths(server: GitHubServer) -> set[str]:
    """Return the names of the files that the raw host was asked for."""
    return {
        each.path.split("/", 4)[4] for each in server.requests if each.origin == "raw"
    }
