"""One repository's files into a manifest that may hold others."""

from __future__ import annotations

from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.source_merging import find_source, put_source

OLD, NEW = ObjectId("1" * 40), ObjectId("2" * 40)
NOTES, DATA = RepoId("ada", "notes"), RepoId("ada", "data")


def test_a_new_repository_comes_last() -> None:
    """The others stay as they are."""
    one = Source(repository=DATA, commit=OLD)
    two = Source(repository=NOTES, commit=OLD)
    assert put_source(Manifest(sources=(one,)), two).sources == (one, two)


def test_the_old_files_of_a_repository_are_replaced_in_their_place() -> None:
    """Whatever the case of its name, as GitHub has it."""
    old = Source(repository=RepoId("Ada", "Notes"), commit=OLD)
    other = Source(repository=DATA, commit=OLD)
    new = Source(repository=NOTES, commit=NEW)
    made = put_source(Manifest(sources=(old, other)), new)
    assert made.sources == (new, other)


def test_of_several_the_commit_decides() -> None:
    """A manifest may pin a repository twice; without its commit it is the first."""
    old = Source(repository=NOTES, commit=OLD)
    new = Source(repository=NOTES, commit=NEW)
    assert find_source((old, new), NOTES, NEW) is new
    assert find_source((old, new), NOTES) is old
    assert find_source((old, new), DATA) is None
    changed = Source(repository=NOTES, commit=NEW, ref="main")
    assert put_source(Manifest(sources=(old, new)), changed).sources == (old, changed)
