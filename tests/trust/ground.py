"""What may be on disk, whatever happened: names, contents, edits, parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from rehydrate_tui.demo.builder import Content, Executable, LfsFile, Symlink

Tree = Mapping[str, bytes | str]

_PART = re.compile(r"(?:.*/)?\.[^/]*\.[0-9a-f]{12}\.part", re.DOTALL)
_BACKUP = re.compile(r"(.*)\.~[0-9]+~", re.DOTALL)


def is_part(name: str) -> bool:
    """Tell whether a name is that of an unfinished file."""
    return bool(_PART.fullmatch(name))


def on_disk(content: Content) -> bytes | str:
    """Return what a content is when it is in place, as `tree_of` shows it."""
    if isinstance(content, Symlink):
        return f"-> {content.target}"
    if isinstance(content, (Executable, LfsFile)):
        return content.data
    assert isinstance(content, bytes)
    return content


def finished(tree: Tree) -> dict[str, bytes | str]:
    """Return the tree without unfinished files."""
    return {name: data for name, data in tree.items() if not is_part(name)}


def check_interrupted(
    found: Tree, before: Tree, pinned: Tree, edits: Collection[bytes]
) -> None:
    """Check what a run left that ended at any instant.

    Under every final name is what was there before, or the pinned content; every edit
    is somewhere; further names are unfinished files and backups of edits.
    """
    for name, data in finished(found).items():
        allowed = [tree[name] for tree in (before, pinned) if name in tree]
        match = _BACKUP.fullmatch(name)
        if not allowed and match and match[1] in before:
            allowed = [before[match[1]]]
        assert data in allowed, f"{name} holds what it must not"
    missing = {name for name in before if not is_part(name)} - set(found)
    assert not missing, f"{missing} went away"
    check_edits(found, edits)


def check_edits(found: Tree, edits: Iterable[bytes]) -> None:
    """Check that every edit is still somewhere under a name or a backup."""
    there = set(finished(found).values())
    lost = [edit for edit in edits if edit not in there]
    assert lost == [], "an edit is lost"


def parts_in(folder: Path) -> list[Path]:
    """Return the unfinished files below a folder."""
    return [path for path in folder.rglob("*.part") if is_part(path.name)]


def received(folder: Path) -> int:
    """Return how many bytes are in unfinished files."""
    total = 0
    for path in parts_in(folder):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def check_whole(found: Tree, expected: Tree) -> None:
    """Check a tree after a run to the end: these files, and no others."""
    assert {name: _short(data) for name, data in found.items()} == {
        name: _short(data) for name, data in expected.items()
    }
    assert dict(found) == dict(expected)


def _short(data: bytes | str) -> str:
    return f"{data[:40]!r} of {len(data)}"
