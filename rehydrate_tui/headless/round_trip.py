"""`--demo` without a terminal: list, pick, save, lose, replay, verify."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import LocalState
from rehydrate_tui.engine.session import Session
from rehydrate_tui.headless.browse import pick_files
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import ProgressStyle
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.options import RunOptions
from rehydrate_tui.headless.replay import replay
from rehydrate_tui.storage.local_files import local_state, remove_file
from rehydrate_tui.storage.manifest_file import load_manifest

PATTERNS = ("notebooks/", "data/stations/", "figures/", "/README.md")


async def round_trip(
    session: Session,
    address: RepoAddress,
    console: Console,
    count_api_requests: Callable[[], int],
) -> ExitCode:
    """Show the whole main job on the embedded server, in a fresh folder.

    `count_api_requests` tells how many requests the server's API has had.

    Raises:
        RehydrateError: a step failed.
    """
    folder = Path(tempfile.mkdtemp(prefix="rehydrate-demo-"))
    options = RunOptions(destination=folder / "files", progress=ProgressStyle.LOG)
    saved = folder / "manifest.toml"
    console.say(f"1. Look into {address.repo}")
    opened = await session.open(address)
    tree = opened.tree
    console.say(f"   {tree.file_count(0):,} files, {format_size(tree.size(0))}")
    console.say(f"2. Pick {' '.join(PATTERNS)}, save the manifest")
    await pick_files(session, address, PATTERNS, options, console, save=saved)
    manifest = load_manifest(saved)
    console.say("3. The session ends: all files are lost")
    _lose_files(manifest, options.destination)
    console.say(f"4. A new session: rehydrate-tui --replay {saved}")
    before = count_api_requests()
    await replay(session, manifest, options, console)
    spent = count_api_requests() - before
    right = _count_right(manifest, options.destination)
    console.say(
        f"5. {right:,} of {manifest.file_count:,} files have the pinned content; "
        f"the replay made {spent} API requests"
    )
    is_good = right == manifest.file_count and not spent
    return ExitCode.COMPLETE if is_good else ExitCode.INCOMPLETE


def _lose_files(manifest: Manifest, destination: Path) -> None:
    for source in manifest.sources:
        for file in source.files:
            remove_file(destination, source.target(file))


def _count_right(manifest: Manifest, destination: Path) -> int:
    """Count the files whose content on disk is the pinned one."""
    return sum(
        local_state(destination, source.target(file), file) is LocalState.SAME
        for source in manifest.sources
        for file in source.files
    )
