"""What is ticked in one repository or in several, pinned. Knows no widget."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rehydrate_tui.domain.include_rule import include_rule
from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.engine.session import Session
from rehydrate_tui.tui.merging import is_same_repository
from rehydrate_tui.tui.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The ticked files of some repositories, each pinned to its commit."""

    workspaces: tuple[Workspace, ...]
    sources: tuple[Source, ...]
    """One for each workspace, in the same order."""
    notes: tuple[str, ...] = ()
    """Sentences about what could not be pinned."""

    @property
    def manifest(self) -> Manifest:
        """The manifest that brings them."""
        return Manifest(sources=self.sources)

    def mark_saved(self) -> None:
        """Remember that all these ticks are in safety."""
        for space in self.workspaces:
            space.mark_saved()


def ticked_with(current: Workspace, others: Iterable[Workspace]) -> list[Workspace]:
    """Return `current` and the other repositories with ticks.

    A repository is brought at one commit: of several that are open, the current one.
    """
    found = [current]
    for space in others:
        repo = space.opened.repository.id
        known = [each.opened.repository.id for each in found]
        if not any(is_same_repository(repo, each) for each in known):
            found.append(space)
    return [space for space in found if space.selection.count()]


async def pin_ticked(session: Session, workspaces: Sequence[Workspace]) -> Chosen:
    """Pin what is ticked; what a manifest says of places is kept.

    Raises:
        RemoteError: the text of a symlink cannot be had.
    """
    sources: list[Source] = []
    notes: list[str] = []
    for space in workspaces:
        include = await asyncio.to_thread(include_rule, space.selection)
        locked = await session.lock(
            space.opened, list(space.selection.ticked_files()), include
        )
        sources.append(space.adopt(locked.source))
        notes += locked.notes
    return Chosen(
        workspaces=tuple(workspaces), sources=tuple(sources), notes=tuple(notes)
    )
