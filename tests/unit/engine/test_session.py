"""The use cases against a real server: opening, locking, running, cancelling."""

from __future__ import annotations

import random

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content, LfsFile, Symlink
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.engine import locking
from rehydrate_tui.errors import (
    PathNotFoundError,
    PayloadError,
    RefNotFoundError,
)
from rehydrate_tui.storage.manifest_file import parse_manifest
from tests.conftest import Serve
from tests.published import MANIFEST_VERSION, blob_of, publish
from tests.unit.engine.conftest import Connect
from tests.unit.engine.watching import manifest_of

ADA = RepoId("ada", "notes")
# Nothing that compression could make small.
A = random.Random(1).randbytes(3000)
FILES: dict[str, Content] = {"a.txt": A, "b.txt": b"b\n", "c.txt": b"c\n"}


async def test_a_repository_opens_with_its_quota(
    connect: Connect, serve: Serve
) -> None:
    """Commit, tree, path, and how many requests are left afterwards."""
    notes = publish(FILES)
    serve(notes)
    session = connect()
    assert session.quota("github.com") is None
    opened = await session.open(RepoAddress(repo=ADA, ref="main", path="a.txt"))
    assert (opened.commit.oid, opened.commit.ref) == (notes.commit, "main")
    assert opened.path == "a.txt"
    assert opened.tree.file_count(0) == 3
    quota = session.quota("github.com")
    assert quota is not None
    assert quota.remaining == 57


async def test_an_unknown_ref_is_no_default_branch(
    connect: Connect, serve: Serve
) -> None:
    """A typing error does not silently open something else."""
    serve(publish(FILES))
    with pytest.raises(RefNotFoundError):
        await connect().open(RepoAddress(repo=ADA, ref="mainx"))


async def test_files_are_locked_with_what_only_their_content_tells(
    connect: Connect, serve: Serve
) -> None:
    """Link texts and LFS pointers are read from the raw host, not from the API."""
    notes = publish(
        {
            ".gitattributes": b"*.npy filter=lfs\n",
            "sub/model.npy": LfsFile(b"m" * 5000),
            "link": Symlink("sub/model.npy"),
            "plain.txt": b"x" * 130,
        }
    )
    server = serve(notes)
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    server.clear_requests()
    locked = await session.lock(opened, opened.tree.files(), ["*"])
    by_path = {file.path: file for file in locked.source.files}
    model = by_path[RepoPath("sub/model.npy")]
    assert model.lfs is not None
    assert model.lfs.size == 5000
    assert by_path[RepoPath("link")].symlink == "sub/model.npy"
    assert by_path[RepoPath("plain.txt")].lfs is None
    assert locked.source.include == ("*",)
    assert locked.notes == ()
    asked = [(each.origin, each.path.rpartition("/")[2]) for each in server.requests]
    assert sorted(asked) == [
        ("raw", ".gitattributes"),
        ("raw", "link"),
        ("raw", "model.npy"),
    ]


async def test_pointers_that_cannot_be_read_are_a_note(
    connect: Connect, serve: Serve
) -> None:
    """Sizes may then be wrong before the download; that is said, and no error."""
    notes = publish(
        {".gitattributes": b"*.npy filter=lfs\n", "m.npy": LfsFile(b"m" * 5000)}
    )
    server = serve(notes)
    server.add_fault(
        Fault(origin="raw", path="*/.gitattributes", status=404, body=b"x")
    )
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert all(file.lfs is None for file in locked.source.files)
    assert "Whether Git LFS files are among them is not known" in locked.notes[0]


@pytest.mark.parametrize("extra", [b"", b"more", b"longer" * 1000])
async def test_a_small_blob_is_verified(
    connect: Connect, serve: Serve, extra: bytes
) -> None:
    """A pointer that is not the tree's own is not believed, however long it is."""
    notes = publish(
        {".gitattributes": b"*.npy filter=lfs\n", "m.npy": LfsFile(b"m" * 5000)}
    )
    server = serve(notes)
    other = blob_of(LfsFile(b"other" * 1000)) + extra
    server.add_fault(Fault(origin="raw", path="*/m.npy", body=other))
    server.add_fault(Fault(origin="api", path="*/git/blobs/*", body=other))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert "the bytes that arrived are" in locked.notes[0]
    assert all(file.lfs is None for file in locked.source.files)


async def test_a_small_blob_comes_from_the_api_if_need_be(
    connect: Connect, serve: Serve
) -> None:
    """A throttled raw host does not hide what a link points to, or how large files are."""
    notes = publish(
        {
            ".gitattributes": b"*.npy filter=lfs\n",
            "m.npy": LfsFile(b"m" * 5000),
            "link": Symlink("m.npy"),
        }
    )
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=3600))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    by_path = {str(file.path): file for file in locked.source.files}
    assert by_path["link"].symlink == "m.npy"
    assert by_path["m.npy"].content_size == 5000
    assert locked.notes == ()


async def test_small_blobs_use_a_part_of_the_quota_only(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of pointers behind a closed raw host do not cost thousands of calls."""
    monkeypatch.setattr("rehydrate_tui.engine.small_blobs.MAX_API_CALLS", 3)
    files: dict[str, Content] = {f"{n}.npy": LfsFile(b"%d" % n) for n in range(9)}
    server = serve(publish({".gitattributes": b"*.npy filter=lfs\n", **files}))
    server.add_fault(refusals.raw_throttle(retry_after=3600))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert "is not known" in locked.notes[0]
    blobs = [each for each in server.requests if "/git/blobs/" in each.path]
    assert len(blobs) <= 3


async def test_very_many_pointers_are_not_all_looked_up(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit the sizes show while the files arrive, and that is said."""
    monkeypatch.setattr(locking, "MAX_LOOKUPS", 2)
    files: dict[str, Content] = {f"{n}.npy": LfsFile(b"%d" % n) for n in range(5)}
    serve(publish({".gitattributes": b"*.npy filter=lfs\n", **files}))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    locked = await session.lock(opened, opened.tree.files())
    assert sum(file.lfs is not None for file in locked.source.files) == 2
    assert locked.notes == ("3 more Git LFS files are not counted in.",)


async def test_attribute_files_of_other_folders_are_not_read(
    connect: Connect, serve: Serve
) -> None:
    """Only the folders at or above a possible pointer can say anything about it."""
    notes = publish(
        {
            "a/.gitattributes": b"*.npy filter=lfs\n",
            "a/b/m.npy": LfsFile(b"m"),
            "c/.gitattributes": b"*.npy filter=lfs\n",
        }
    )
    server = serve(notes)
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA))
    tree = opened.tree
    locked = await session.lock(opened, [tree.node("a/b/m.npy")])
    assert locked.source.files[0].lfs is not None
    raw = [each.path for each in server.requests if each.origin == "raw"]
    assert not any("/c/" in path for path in raw)


async def test_a_pinned_manifest_is_not_looked_up(
    connect: Connect, serve: Serve
) -> None:
    """Pinning what is pinned gives the same object, without a request."""
    notes = publish(FILES)
    server = serve(notes)
    manifest = manifest_of(notes)
    assert await connect().pin(manifest) is manifest
    assert server.requests == []


async def test_what_a_person_wrote_stands(connect: Connect, serve: Serve) -> None:
    """Pinning fills gaps only: places, modes and unknown keys stay as written."""
    notes = publish(FILES)
    other = publish({"x": b"x"}, name="other")
    serve(notes, other)
    text = f"""\
{MANIFEST_VERSION}
[[source]]
repository = "ada/notes"
into = "in"
mood = "good"
[[source.file]]
path = "a.txt"
to = "first"
executable = true
colour = "red"
[[source.file]]
path = "b.txt"
size = 2
lfs = false
{other.toml()}
"""
    manifest = parse_manifest(text.encode(), "m.toml")
    pinned = await connect().pin(manifest)
    assert pinned.is_pinned
    first, second = pinned.sources
    assert second == manifest.sources[1]
    assert (first.commit, first.ref, first.into) == (notes.commit, "main", "in")
    assert first.extra == {"mood": "good"}
    a, b = first.files
    assert (a.to, a.executable, a.extra, a.size) == (
        "first",
        True,
        {"colour": "red"},
        3000,
    )
    assert (b.keep_pointer, b.lfs, b.size) == (True, None, 2)


async def test_a_pinned_commit_is_what_is_listed(
    connect: Connect, serve: Serve
) -> None:
    """A commit without blobs is resolved at that commit, not at the newest one."""
    notes = publish(FILES)
    notes.builder.commit({"a.txt": b"newer\n"})
    serve(notes)
    source = Source(
        repository=ADA, commit=manifest_of(notes).sources[0].commit, include=("a.txt",)
    )
    pinned = await connect().pin(Manifest(sources=(source,)))
    assert pinned.sources[0].commit == notes.commit
    assert pinned.sources[0].files[0].size == len(A)


async def test_no_more_is_read_than_was_allowed(connect: Connect, serve: Serve) -> None:
    """A file that is too large is not asked for."""
    notes = publish({"a.txt": A})
    server = serve(notes)
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA, path="a.txt"))
    server.clear_requests()
    with pytest.raises(PayloadError, match="larger than 10 bytes"):
        await session.read(opened, most=10)
    assert server.requests == []
    assert await session.read(opened, most=len(A)) == A


async def test_a_file_is_read_by_its_path(connect: Connect, serve: Serve) -> None:
    """Of an open repository, and as often as wanted; a folder is no file."""
    serve(publish({"sub/a.txt": A, "b.txt": b"b\n"}))
    session = connect()
    opened = await session.open(RepoAddress(repo=ADA, path="b.txt"))
    assert await session.read(opened, most=10_000) == b"b\n"
    assert await session.read(opened, most=10_000, path="sub/a.txt") == A
    with pytest.raises(PathNotFoundError, match="no file"):
        await session.read(opened, most=10_000, path="sub")
