"""Sinks that keep what they are told, and plans to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import ConflictPolicy, DownloadPlan
from rehydrate_tui.domain.progress import (
    ProgressEvent,
)
from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.manifest_file import parse_manifest
from tests.published import MANIFEST_VERSION, Published


class Watcher:
    """A sink that keeps events and may act on one."""

    def __init__(self) -> None:
        self.events: list[ProgressEvent] = []
        self.when: Callable[[ProgressEvent], bool] = lambda _: False
        self.then: Callable[[], object] = bool

    def emit(self, event: ProgressEvent) -> None:
        """Keep the event."""
        self.events.append(event)
        if self.when(event):
            self.then()


def manifest_of(notes: Published) -> Manifest:
    """Return the pinned manifest of all files."""
    return parse_manifest((MANIFEST_VERSION + notes.toml()).encode(), "m.toml")


async def planned(
    session: Session, notes: Published, dest: Path, policy: ConflictPolicy
) -> DownloadPlan:
    """Return the plan of the pinned manifest."""
    return await session.plan(manifest_of(notes), dest, policy)
