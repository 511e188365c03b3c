"""The command palette, filled from the table of commands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from rehydrate_tui.tui.base import BaseScreen
from rehydrate_tui.tui.commands import Command, Place, commands_of


class CommandProvider(Provider):
    """Offers what the screen below the palette understands."""

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(
                _title(command), partial(self._run, command), help=command.explanation
            )

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            text = f"{_title(command)} {command.explanation}"
            score = matcher.match(text)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(_title(command)),
                    partial(self._run, command),
                    help=command.explanation,
                )

    def _commands(self) -> Iterator[Command]:
        screen = self.screen
        places = screen.PLACES if isinstance(screen, BaseScreen) else (Place.APP,)
        for place in places:
            yield from (each for each in commands_of(place) if each.in_palette)

    async def _run(self, command: Command) -> None:
        screen = self.screen
        if command.place is Place.APP:
            await self.app.run_action(command.action)
        elif isinstance(screen, BaseScreen):
            target = screen.target_of(command.place)
            await self.app.run_action(command.action, default_namespace=target)


def _title(command: Command) -> str:
    return f"{command.label} ({command.key_names})" if command.keys else command.label
