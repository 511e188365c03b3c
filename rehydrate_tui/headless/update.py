"""`--update`: show what moved on since the pin, write the new pins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehydrate_tui.domain.changes import ChangeKind, FileChange, ManifestUpdate
from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.engine.session import Session
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.storage.manifest_file import save_manifest

_WIDTH = max(len(kind.value) for kind in ChangeKind)
_SHORT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where new pins go."""

    path: Path | None
    """None writes nothing."""
    always: bool = False
    """Write also when nothing changed; a file would lose its comments for nothing."""


def write_pins(found: ManifestUpdate, target: Target) -> str:
    """Write the new manifest; return where it is, or nothing if it was not written.

    Raises:
        LocalError: it cannot be written; the old file is as it was.
    """
    if target.path is None or not (found.is_changed or target.always):
        return ""
    save_manifest(found.manifest, target.path)
    return str(target.path)


async def show_update(
    session: Session,
    manifest: Manifest,
    console: Console,
    *,
    target: Target,
    is_json: bool,
) -> ExitCode:
    """Print the difference, then write the new manifest. Downloads nothing.

    Raises:
        RehydrateError: a repository cannot be asked, or nothing of a source is left;
            the manifest is as it was.
    """
    found = await session.update(manifest)
    saved = write_pins(found, target)
    if is_json:
        console.document("update", update_document(found, saved))
        return ExitCode.COMPLETE
    for line in update_lines(found):
        console.result(line)
    for note in found.notes:
        console.say(note)
    console.say(update_summary(found, saved))
    return ExitCode.COMPLETE


def update_lines(found: ManifestUpdate) -> Iterator[str]:
    """Yield the new commits, then a line for each entry that changes."""
    for source in found.sources:
        old, new = source.old.commit, source.new.commit
        if old != new:
            before = old[:_SHORT] if old else "not pinned"
            after = (new or "")[:_SHORT]
            yield f"{source.new.repository} {source.new.ref}: {before} -> {after}"
        for change in source.changes:
            yield f"{change.kind.value:<{_WIDTH}}  {change.target} ({_remark(change)})"


def _remark(change: FileChange) -> str:
    if change.kind is ChangeKind.REMOVED:
        return f"{change.reason}; what is on disk stays"
    size = format_size(change.size or 0)
    if change.kind is ChangeKind.CHANGED and change.old_size is not None:
        return f"{format_size(change.old_size)} -> {size}"
    return size


def update_summary(found: ManifestUpdate, saved: str) -> str:
    """Return the counts in one line; `saved` is where the pins were written."""
    if not found.is_changed:
        return f"nothing changed; saved {saved}" if saved else "nothing changed"
    counts = ", ".join(f"{found.count(kind):,} {kind.value}" for kind in ChangeKind)
    return f"{counts}; " + (f"saved {saved}" if saved else "nothing was written")


def update_document(found: ManifestUpdate, saved: str) -> dict[str, Any]:
    """Return the JSON form of an update; `saved` is where it was written."""
    return {
        "changed": found.is_changed,
        "saved": saved or None,
        "totals": {kind.value: found.count(kind) for kind in ChangeKind},
        "notes": list(found.notes),
        "sources": [
            {
                "repository": str(source.new.repository),
                "ref": source.new.ref,
                "old_commit": source.old.commit,
                "commit": source.new.commit,
            }
            for source in found.sources
        ],
        "files": [
            {
                "repository": str(source.new.repository),
                "path": change.path,
                "target": change.target,
                "change": change.kind.value,
                "old_size": change.old_size,
                "size": change.size,
                "reason": change.reason or None,
            }
            for source in found.sources
            for change in source.changes
        ],
    }
