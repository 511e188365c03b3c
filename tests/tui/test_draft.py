"""A manifest before it is saved: places and warnings."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.errors import ManifestValueError, UnsafePathError
from rehydrate_tui.tui.chosen import Chosen
from rehydrate_tui.tui.draft import Places, compose, key_of


def source(repo: str, *paths: str) -> Source:
    """Return a pinned source."""
    owner, _, name = repo.partition("/")
    return Source(
        repository=RepoId(owner, name),
        commit=ObjectId("8" * 40),
        files=tuple(
            LockedFile(path=RepoPath(path), blob=ObjectId("a" * 40), size=1)
            for path in paths
        ),
    )


def chosen(*sources: Source) -> Chosen:
    """Return sources as if they were ticked."""
    return Chosen(workspaces=(), sources=sources)


def targets(manifest: Manifest) -> list[str]:
    """Return where the files go."""
    return [each.target(file) for each in manifest.sources for file in each.files]


ADA, BOB = source("ada/notes", "a", "data/b"), source("bob/other", "a")


def test_several_repositories_are_several_sources() -> None:
    """What is ticked comes after what the manifest had, in one manifest."""
    manifest = compose(
        chosen(ADA), Manifest(sources=(BOB,)), Places().with_into(key_of(BOB), "bob")
    )
    assert targets(manifest) == ["bob/a", "a", "data/b"]


def test_a_file_gets_another_name_and_its_own_back() -> None:
    """`to` replaces the local path; its own path takes `to` away."""
    places = Places().with_to(key_of(ADA), "data/b", " b.csv ")
    assert targets(compose(chosen(ADA), None, places)) == ["a", "b.csv"]
    back = places.with_to(key_of(ADA), "data/b", "data/b")
    assert targets(compose(chosen(ADA), None, back)) == ["a", "data/b"]


@pytest.mark.parametrize("folder", ["", ".", "/", " "])
def test_no_folder_is_the_destination(folder: str) -> None:
    """An empty folder and a dot mean the destination itself."""
    places = Places().with_into(key_of(ADA), folder)
    assert compose(chosen(ADA), None, places).sources[0].into is None


@pytest.mark.parametrize("folder", ["../up", "a//b", ".git", "x\x00"])
def test_a_folder_outside_is_refused(folder: str) -> None:
    """What replay would refuse cannot be saved."""
    with pytest.raises(UnsafePathError):
        compose(chosen(ADA), None, Places().with_into(key_of(ADA), folder))


def test_two_files_for_one_place_are_refused() -> None:
    """The same name from two repositories needs a folder for one of them."""
    with pytest.raises(ManifestValueError):
        compose(chosen(ADA, BOB), None, Places())
    places = Places().with_into(key_of(BOB), "bob")
    assert targets(compose(chosen(ADA, BOB), None, places))[-1] == "bob/a"
