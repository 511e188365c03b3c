"""Manifests as values: round trips, order, what counts as pinned."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rehydrate_tui.domain import manifest_reader
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.manifest_reader import check_targets, manifest_from_dict
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.paths import RepoPath, unsafe_reason
from rehydrate_tui.errors import ManifestValueError, UnsafePathError
from rehydrate_tui.storage.manifest_file import manifest_bytes, parse_manifest

COMMIT = ObjectId("8a34a4f653bdbdc01415a94dc20d4e9b97438965")
BLOB = ObjectId("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
REPO = RepoId("ada", "notes")

hexes = st.integers(0, 2**160 - 1).map(lambda n: ObjectId(f"{n:040x}"))
sizes = st.integers(0, 2**63 - 1)
texts = st.text(st.characters(codec="utf-8"), max_size=12)
paths = (
    st.lists(texts, min_size=1, max_size=3)
    .map("/".join)
    .filter(lambda path: not unsafe_reason(path))
    .map(RepoPath)
)
pointers = st.builds(
    LfsPointer, st.integers(0, 2**256 - 1).map(lambda n: f"{n:064x}"), sizes
)
plain_values = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["deep", "x y", "ü"]), inner, max_size=2),
    ),
    max_leaves=4,
)
extras = st.dictionaries(
    st.sampled_from(["colour", "mood", "a b", "ü", "priority"]),
    plain_values,
    max_size=2,
)


@st.composite
def locked_files(draw: st.DrawFn) -> LockedFile:
    """A file with any mixture of optional keys."""
    lfs = draw(st.none() | pointers)
    return LockedFile(
        path=draw(paths),
        blob=draw(st.none() | hexes),
        size=draw(st.none() | sizes),
        to=draw(st.none() | paths),
        executable=draw(st.booleans()),
        symlink=draw(st.none() | texts),
        lfs=lfs,
        keep_pointer=lfs is None and draw(st.booleans()),
        extra=draw(extras),
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Any manifest that the reader takes."""
    sources = draw(
        st.lists(
            st.builds(
                Source,
                repository=st.builds(
                    RepoId,
                    st.sampled_from(["ada", "a-b", "A_1"]),
                    st.sampled_from(["notes", "x.y", "_"]),
                    st.sampled_from(["github.com", "ghe.example.com", "host:8443"]),
                ),
                ref=st.none() | st.sampled_from(["main", "feature/ä", "v1.0"]),
                commit=st.none() | hexes,
                include=st.lists(texts, min_size=1, max_size=3).map(tuple),
                into=st.none() | paths,
                files=st.lists(locked_files(), max_size=4).map(tuple),
                extra=extras,
            ),
            min_size=1,
            max_size=3,
        )
    )
    try:
        check_targets(sources)
    except ManifestValueError:
        assume(False)  # noqa: FBT003 - hypothesis takes it so
    return Manifest(sources=tuple(sources), extra=draw(extras))


common = settings(
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    deadline=None,
)


@common
@given(manifests())
def test_what_is_written_is_read_again(manifest: Manifest) -> None:
    """To plain tables and to TOML and back: the same values, unknown keys included."""
    read = manifest_from_dict(manifest.to_dict())
    assert (read.sources, read.extra) == (manifest.sources, manifest.extra)
    data = manifest_bytes(manifest, "m.toml")
    parsed = parse_manifest(data, "m.toml")
    assert (parsed.sources, parsed.extra) == (manifest.sources, manifest.extra)


@common
@given(manifests(), st.randoms())
def test_two_saves_are_the_same_bytes(manifest: Manifest, random: Any) -> None:  # noqa: ANN401 - hypothesis gives no type
    """The order in which files were ticked does not show, and reading changes nothing."""
    data = manifest_bytes(manifest, "m.toml")
    shuffled: list[Source] = []
    for source in manifest.sources:
        files = list(source.files)
        random.shuffle(files)
        shuffled.append(_with_files(source, tuple(files)))
    again = Manifest(sources=tuple(shuffled), extra=manifest.extra)
    assert manifest_bytes(again, "m.toml") == data
    assert manifest_bytes(parse_manifest(data, "m.toml"), "m.toml") == data


def _with_files(source: Source, files: tuple[LockedFile, ...]) -> Source:
    return Source(
        repository=source.repository,
        ref=source.ref,
        commit=source.commit,
        include=source.include,
        into=source.into,
        files=files,
        extra=source.extra,
    )


def file(path: str, **keys: Any) -> LockedFile:  # noqa: ANN401 - any of its fields
    """Return a pinned file."""
    return LockedFile(**{"path": RepoPath(path), "blob": BLOB, "size": 0, **keys})


def test_a_manifest_is_written_in_one_order() -> None:
    """The text of a whole manifest, as people will read it."""
    manifest = Manifest(
        sources=(
            Source(
                repository=RepoId("ada", "notes", "ghe.example.com"),
                ref="main",
                commit=COMMIT,
                include=("data/", "!*.zip"),
                into=RepoPath("in"),
                files=(
                    file("z.npy", lfs=LfsPointer("0" * 64, 5)),
                    file("b", symlink="a"),
                    file("a", to=RepoPath("c"), executable=True, extra={"new": 1}),
                    file("p", keep_pointer=True),
                ),
                extra={"later": True},
            ),
        ),
        extra={"title": "x"},
    )
    assert (
        manifest_bytes(manifest, "m.toml").decode()
        == f"""\
# rehydrate-tui --replay m.toml
version = 1
title = "x"

[[source]]
repository = "ada/notes"
host = "ghe.example.com"
ref = "main"
commit = "{COMMIT}"
include = [
    "data/",
    "!*.zip",
]
into = "in"
later = true

[[source.file]]
path = "a"
blob = "{BLOB}"
size = 0
to = "c"
executable = true
new = 1

[[source.file]]
path = "b"
blob = "{BLOB}"
size = 0
symlink = "a"

[[source.file]]
path = "p"
blob = "{BLOB}"
size = 0
lfs = false

[[source.file]]
path = "z.npy"
blob = "{BLOB}"
size = 0

[source.file.lfs]
oid = "{"0" * 64}"
size = 5
"""
    )


def test_what_must_not_be_written_is_not_saved() -> None:
    """Refused entries are for this run's report, not for the file."""
    refused = (UnsafePathError("“.git/x” is refused.", path=".git/x"),)
    source = Source(repository=REPO, files=(file("a"),), refused=refused)
    assert ".git" not in str(Manifest(sources=(source,)).to_dict())


@pytest.mark.parametrize(
    ("commit", "files", "is_pinned"),
    [
        (COMMIT, (file("a"),), True),
        (COMMIT, (file("a", lfs=LfsPointer("0" * 64, 5)),), True),
        (None, (file("a"),), False),
        (COMMIT, (), False),
        (COMMIT, (file("a"), file("b", blob=None)), False),
        (COMMIT, (file("a", size=None),), False),
    ],
)
def test_pinned_means_that_nothing_is_left_to_ask(
    commit: ObjectId | None,
    files: tuple[LockedFile, ...],
    is_pinned: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Commit, files, and blob and size of each: only then no API is needed."""
    source = Source(repository=REPO, commit=commit, files=files)
    assert source.is_pinned is is_pinned
    assert Manifest(sources=(source,)).is_pinned is is_pinned


def test_targets_follow_into_and_to() -> None:
    """`to` replaces the path, `into` stands in front of both."""
    source = Source(repository=REPO, into=RepoPath("in/x"))
    assert source.target(file("a/b")) == "in/x/a/b"
    assert source.target(file("a/b", to=RepoPath("c"))) == "in/x/c"
    assert Source(repository=REPO).target(file("a/b")) == "a/b"


def test_sizes_are_those_on_disk() -> None:
    """An LFS file counts as its object, an unknown size as nothing."""
    files = (
        file("a", size=130, lfs=LfsPointer("0" * 64, 5000)),
        file("b", size=7),
        file("c", size=None),
    )
    manifest = Manifest(sources=(Source(repository=REPO, files=files),))
    assert (manifest.content_size, manifest.file_count) == (5007, 3)


@pytest.mark.parametrize("into", [None, ".", ""])
def test_into_of_nothing_is_the_destination(into: str | None) -> None:
    """A dot, an empty text and no key mean the same."""
    table: dict[str, Any] = {"repository": "ada/notes", "include": ["*"]}
    if into is not None:
        table["into"] = into
    read = manifest_from_dict({"version": 1, "source": [table]})
    assert read.sources[0].into is None


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit, all sources together, nothing is downloaded."""
    monkeypatch.setattr(manifest_reader, "MAX_ENTRIES", 3)
    table = {"repository": "ada/notes", "file": [{"path": "a"}, {"path": "b"}]}
    other = {"repository": "ada/other", "into": "o", "file": table["file"]}
    with pytest.raises(ManifestValueError, match="more than 3 files"):
        manifest_from_dict({"version": 1, "source": [table, other]})


def test_warnings_name_every_unknown_key() -> None:
    """Each unknown key is named with its place, whatever characters it has."""
    data = {
        "version": 1,
        "new\x1b[0m": 1,
        "source": [
            {
                "repository": "ada/notes",
                "later": 2,
                "file": [
                    {"path": "a", "x": 3, "lfs": {"oid": "0" * 64, "size": 1, "y": 4}}
                ],
            }
        ],
    }
    assert sorted(manifest_from_dict(data).warnings) == [
        "new␛[0m: unknown key, ignored.",
        "source[0].file[0].lfs.y: unknown key, ignored.",
        "source[0].file[0].x: unknown key, ignored.",
        "source[0].later: unknown key, ignored.",
    ]
