"""How two manifests differ: what one would bring and the other would not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source


class DifferenceKind(Enum):
    """In which way an entry differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Other content, or another mode, at the same place."""
    MOVED = "moved"
    """The same entry at another place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One entry that is not in both, or not the same in both."""

    kind: DifferenceKind
    target: str
    """Below the destination folder, `/` between segments; of a moved one the new."""
    old_target: str = ""
    """Where a moved entry was."""
    old_size: int | None = None
    """Bytes on disk before; None for an added one."""
    size: int | None = None
    """Bytes on disk afterwards; None for a removed one."""


_Entry = tuple[str, LockedFile]
"""The repository in one case, and the file."""


def compare_manifests(old: Manifest, new: Manifest) -> list[Difference]:
    """List what differs, by place: what `new` adds, removes, changes and moves."""
    before, after = _by_target(old), _by_target(new)
    gone = {target: each for target, each in before.items() if target not in after}
    moved = _moves(gone, {t: each for t, each in after.items() if t not in before})
    found = [*_removed(gone, moved), *_others(before, after, moved)]
    return sorted(found, key=lambda each: each.target)


def _removed(
    gone: Mapping[str, _Entry], moved: Mapping[str, str]
) -> Iterator[Difference]:
    for target, (_, file) in gone.items():
        if target not in moved.values():
            yield Difference(
                kind=DifferenceKind.REMOVED, target=target, old_size=file.content_size
            )


def _others(
    before: Mapping[str, _Entry], after: Mapping[str, _Entry], moved: Mapping[str, str]
) -> Iterator[Difference]:
    for target, (repo, file) in after.items():
        size = file.content_size
        if target in moved:
            yield Difference(
                kind=DifferenceKind.MOVED,
                target=target,
                old_target=moved[target],
                old_size=size,
                size=size,
            )
        elif target not in before:
            yield Difference(kind=DifferenceKind.ADDED, target=target, size=size)
        elif _content(*before[target]) != _content(repo, file):
            yield Difference(
                kind=DifferenceKind.CHANGED,
                target=target,
                old_size=before[target][1].content_size,
                size=size,
            )


def _moves(gone: Mapping[str, _Entry], come: Mapping[str, _Entry]) -> dict[str, str]:
    """Return new places with the old ones of the same entry, each used once."""
    places: dict[tuple[str, str, object], list[str]] = {}
    for target, (repo, file) in gone.items():
        places.setdefault((repo, file.path, _content(repo, file)), []).append(target)
    moved: dict[str, str] = {}
    for target, (repo, file) in come.items():
        olds = places.get((repo, file.path, _content(repo, file)))
        if olds:
            moved[target] = olds.pop(0)
    return moved


def _by_target(manifest: Manifest) -> dict[str, _Entry]:
    return {
        source.target(file): (_name(source), file)
        for source in manifest.sources
        for file in source.files
    }


def _name(source: Source) -> str:
    return str(source.repository).casefold()


def _content(repo: str, file: LockedFile) -> tuple[object, ...]:
    # Without a blob id only the repository's own path says which content is meant.
    known = file.blob or (repo, file.path)
    return known, file.executable, file.symlink, file.keep_pointer
