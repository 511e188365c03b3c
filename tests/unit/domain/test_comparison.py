"""What one manifest brings and another does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehydrate_tui.domain.comparison import (
    Difference,
    DifferenceKind,
    compare_manifests,
)
from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath

ADA, BOB = RepoId("ada", "notes"), RepoId("bob", "other")


def file(path: str, blob: str = "a", size: int = 3, **more: object) -> LockedFile:
    """Return a pinned file."""
    return LockedFile(
        path=RepoPath(path),
        blob=ObjectId(blob * 40),
        size=size,
        **more,  # type: ignore[arg-type]
    )


def manifest(*files: LockedFile, repo: RepoId = ADA, into: str = "") -> Manifest:
    """Return a manifest of one source."""
    folder = RepoPath(into) if into else None
    return Manifest(sources=(Source(repository=repo, files=files, into=folder),))


def told(old: Manifest, new: Manifest) -> list[tuple[str, str]]:
    """Return kinds and places of all differences."""
    return [(each.kind.value, each.target) for each in compare_manifests(old, new)]


def test_equal_manifests_do_not_differ() -> None:
    """The same files at the same places are no difference, whatever the commit is."""
    one = manifest(file("a"), file("b", "b"))
    other = replace(one, sources=(replace(one.sources[0], commit=ObjectId("8" * 40)),))
    assert compare_manifests(one, other) == []


def test_what_came_went_and_changed_is_listed_by_place() -> None:
    """Added, removed and changed entries are told with their sizes."""
    old = manifest(file("gone"), file("same", "s"), file("text", "t", 5))
    new = manifest(file("fresh", "f", 9), file("same", "s"), file("text", "u", 6))
    assert compare_manifests(old, new) == [
        Difference(kind=DifferenceKind.ADDED, target="fresh", size=9),
        Difference(kind=DifferenceKind.REMOVED, target="gone", old_size=3),
        Difference(kind=DifferenceKind.CHANGED, target="text", old_size=5, size=6),
    ]


def test_another_place_is_a_move() -> None:
    """`to` and `into` move an entry: that is neither new nor gone."""
    old = manifest(file("a"), file("b", "b"))
    new = manifest(file("a"), file("b", "b", to=RepoPath("c")), into="in")
    moved = compare_manifests(old, new)
    assert [(each.old_target, each.target) for each in moved] == [
        ("a", "in/a"),
        ("b", "in/c"),
    ]
    assert {each.kind for each in moved} == {DifferenceKind.MOVED}


@pytest.mark.parametrize(
    "other",
    [
        file("a", executable=True),
        file("a", symlink="b"),
        file("a", keep_pointer=True),
    ],
)
def test_another_mode_is_a_change(other: LockedFile) -> None:
    """Mode, link and pointer belong to what an entry is."""
    assert told(manifest(file("a")), manifest(other)) == [("changed", "a")]


def test_without_ids_the_path_says_what_is_meant() -> None:
    """A hand-written entry of another repository is another content."""
    plain = LockedFile(path=RepoPath("a"))
    assert told(manifest(plain), manifest(plain)) == []
    assert told(manifest(plain), manifest(plain, repo=BOB)) == [("changed", "a")]
