"""Dates as the API writes them."""

from __future__ import annotations

from datetime import datetime, timezone

from rehydrate_tui.demo.repository import Repository

FOUNDED = 1_456_822_800


def iso(seconds: float) -> str:
    """Render a moment as the API does."""
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def head_seconds(repository: Repository) -> int:
    """Return when the default branch last changed."""
    head = repository.resolve("HEAD")
    return (
        FOUNDED if head is None else repository.objects.commit(head).committer.seconds
    )
