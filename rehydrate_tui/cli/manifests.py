"""The modes that look at a manifest: `--status`, `--update`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from rehydrate_tui.cli.options import Options
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import OutputMode
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.local_manifests import (
    STANDARD_INPUT,
    expand_user,
    is_address,
    read_local,
)
from rehydrate_tui.headless.manifests import read_remote
from rehydrate_tui.headless.status import show_status
from rehydrate_tui.headless.update import Target, show_update

Call = Callable[[Session], Awaitable[ExitCode]]


def status_call(name: str, options: Options, _: OutputMode, console: Console) -> Call:
    """Return the call of `--status`."""
    arguments, destination = options.arguments, options.destination
    read = _reader(name, options)

    async def call(session: Session) -> ExitCode:
        return await show_status(
            session,
            await read(session),
            destination,
            console,
            remote=arguments.remote,
            is_json=arguments.json,
        )

    return call


def update_call(name: str, options: Options, _: OutputMode, console: Console) -> Call:
    """Return the call of `--update`.

    Raises:
        UsageError: the manifest is no file, and nobody said where the new one goes.
    """
    arguments = options.arguments
    target = Target(path=_update_target(name, options), always=bool(arguments.output))
    read = _reader(name, options)

    async def call(session: Session) -> ExitCode:
        return await show_update(
            session, await read(session), console, target=target, is_json=arguments.json
        )

    return call


def _update_target(name: str, options: Options) -> Path | None:
    arguments = options.arguments
    if arguments.dry_run:
        return None
    if arguments.output:
        return expand_user(arguments.output)
    if name == STANDARD_INPUT or is_address(name):
        raise UsageError(
            "--update cannot write the new manifest back to where it came from.",
            hint="Say where it goes with --output FILE, or use --dry-run.",
        )
    return expand_user(name)


def _reader(name: str, options: Options) -> Callable[[Session], Awaitable[Manifest]]:
    """Read a local manifest at once; one in a repository when there is a session."""
    if is_address(name):
        host = options.settings.host
        return lambda session: read_remote(session, name, host=host)
    manifest = read_local(name)

    async def give(_: Session) -> Manifest:
        return manifest

    return give
