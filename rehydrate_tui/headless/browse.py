"""`--list` and `--pick`: a repository's files without the TUI."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.domain.portability import windows_notes
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.engine.pinning import select_nodes
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import PayloadError
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.options import RunOptions
from rehydrate_tui.headless.replay import carry_out
from rehydrate_tui.headless.summary import count_files
from rehydrate_tui.storage.manifest_file import save_manifest

_SIZE_WIDTH = 10


async def list_files(
    session: Session,
    address: RepoAddress,
    patterns: Sequence[str],
    console: Console,
    *,
    is_json: bool,
) -> ExitCode:
    """Print paths with sizes, of all files or of those that match.

    Raises:
        RemoteError: the repository cannot be listed.
        UsageError: the patterns match nothing.
    """
    opened = await session.open(address)
    nodes = _select(opened, patterns)
    for note in opened.notes:
        console.say(note)
    if is_json:
        console.document("list", _list_document(opened, nodes))
    else:
        _print_files(opened.tree, nodes, console)
        _print_totals(opened, nodes, console)
    if not opened.tree.is_truncated:
        return ExitCode.COMPLETE
    console.complain(_too_large(opened))
    return ExitCode.INCOMPLETE


async def pick_files(
    session: Session,
    address: RepoAddress,
    patterns: Sequence[str],
    options: RunOptions,
    console: Console,
    *,
    save: Path | None,
) -> ExitCode:
    """Download what the patterns match; `save` is where the manifest goes.

    The manifest is written before the files arrive: it is what brings them back, also
    when this run is cut short.

    Raises:
        RehydrateError: the run is refused before anything was touched.
    """
    opened = await session.open(address)
    if opened.tree.is_truncated:
        raise _too_large(opened)
    nodes = _select(opened, patterns)
    locked = await session.lock(opened, nodes, tuple(patterns))
    for note in (*opened.notes, *locked.notes):
        console.say(note)
    manifest = Manifest(sources=(locked.source,))

    def keep() -> None:
        if save is not None:
            save_manifest(manifest, save)
            for note in windows_notes(locked.source.targets):
                console.say(note)
            console.say(f"saved {save}; next time: {_next_time(save, options)}")

    return await carry_out(
        session, manifest, options, console, command="pick", save=keep
    )


def _next_time(save: Path, options: RunOptions) -> str:
    """Return the command that brings the same files to the same place."""
    words = ["rehydrate-tui", "--replay", str(save)]
    if options.destination != Path():
        words += ["--dest", str(options.destination)]
    return shlex.join(words)


def _select(opened: OpenRepository, patterns: Sequence[str]) -> list[int]:
    """Return the matching files; without patterns those at or below the address."""
    if patterns:
        return select_nodes(opened.tree, PatternSet(patterns))
    return list(opened.tree.files(opened.tree.node(opened.path)))


def _too_large(opened: OpenRepository) -> PayloadError:
    return PayloadError(
        f"{opened.repository.id} is too large for GitHub to list whole: "
        f"{len(opened.tree) - 1:,} entries are known.",
        hint="Set GH_TOKEN for a larger quota, or open it in the TUI.",
    )


def _print_files(tree: RepoTree, nodes: Sequence[int], console: Console) -> None:
    for node in nodes:
        size = format_size(tree.size(node))
        console.result(f"{size:>{_SIZE_WIDTH}}  {tree.path(node)}")


def _print_totals(
    opened: OpenRepository, nodes: Sequence[int], console: Console
) -> None:
    total = format_size(sum(opened.tree.size(node) for node in nodes))
    repo, commit = opened.repository.id, opened.commit
    console.say(
        f"{count_files(len(nodes))}, {total} in {repo} at {commit.ref} "
        f"({commit.oid[:10]})"
    )


def _list_document(opened: OpenRepository, nodes: Sequence[int]) -> dict[str, Any]:
    entries = [opened.tree.entry(node) for node in nodes]
    return {
        "repository": str(opened.repository.id),
        "ref": opened.commit.ref,
        "commit": opened.commit.oid,
        "truncated": opened.tree.is_truncated,
        "files": [
            {
                "path": entry.path,
                "size": entry.size,
                "blob": entry.oid,
                "mode": entry.mode.value,
            }
            for entry in entries
        ],
    }
