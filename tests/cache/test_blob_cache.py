"""The shared folder of contents: what goes in, what comes out, and who may look."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rehydrate_tui.engine.cached import take_from_cache
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.part_file import PartFile
from tests.published import blob_id, tree_of

A = b"a,b\n1,2\n" * 500
LFS = f"lfs:{hashlib.sha256(A).hexdigest()}"


@pytest.fixture
def cache(tmp_path: Path) -> BlobCache:
    """A cache whose folder does not exist yet."""
    return BlobCache(tmp_path / "hub" / "cache")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file that has arrived."""
    path = tmp_path / "a.csv"
    path.write_bytes(A)
    return path


def entry(cache: BlobCache, content: str) -> bytes | None:
    """Return the bytes of an entry."""
    with cache.open(content) as file:
        return None if file is None else file.read()


@pytest.mark.parametrize("content", [blob_id(A), LFS], ids=["blob", "lfs"])
def test_what_went_in_comes_out(cache: BlobCache, source: Path, content: str) -> None:
    """By blob id and by the SHA-256 of large objects; an absent one is none."""
    assert entry(cache, content) is None
    cache.put(content, source)
    assert entry(cache, content) == A
    cache.drop(content)
    assert entry(cache, content) is None


@pytest.mark.parametrize("content", [blob_id(b"other"), "lfs:" + "0" * 64])
def test_another_content_does_not_go_in(
    cache: BlobCache, source: Path, content: str
) -> None:
    """A file that was edited in the instant before it was copied poisons nothing."""
    cache.put(content, source)
    cache.put_bytes(content, A)
    assert entry(cache, content) is None
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "content",
    ["", "link:" + "0" * 40, "../../etc/passwd", "0" * 39, "lfs:../x", "A" * 40, "x:y"],
)
def test_what_is_no_id_has_no_place(
    cache: BlobCache, source: Path, content: str
) -> None:
    """Names of entries are hex digits and nothing else."""
    cache.put(content, source)
    cache.drop(content)
    assert entry(cache, content) is None
    assert not cache.folder.exists()


def test_links_and_pipes_are_no_entries(
    cache: BlobCache, source: Path, tmp_path: Path
) -> None:
    """A planted link is not followed, and a pipe makes nobody wait."""
    content = blob_id(A)
    cache.put(content, source)
    (place,) = (path for path in cache.folder.rglob("*") if path.is_file())
    place.unlink()
    place.symlink_to(source)
    assert entry(cache, content) is None
    place.unlink()
    os.mkfifo(place)
    assert entry(cache, content) is None
    link = tmp_path / "link"
    link.symlink_to(source)
    cache.drop(content)
    cache.put(content, link)
    assert entry(cache, content) is None


def test_a_cache_that_cannot_be_written_is_no_error(
    source: Path, tmp_path: Path
) -> None:
    """A file in the place of the folder, a full or read-only volume: misses only."""
    (tmp_path / "file").write_bytes(b"")
    cache = BlobCache(tmp_path / "file" / "cache")
    cache.put(blob_id(A), source)
    assert entry(cache, blob_id(A)) is None
    assert not cache.is_private


def test_rights_are_those_of_the_folder_above(tmp_path: Path, source: Path) -> None:
    """A volume that a hub made for a group stays one for the group."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2775)
    cache = BlobCache(shared)
    cache.put(blob_id(A), source)
    for folder in (path for path in shared.rglob("*") if path.is_dir()):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == 0o775


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(0o700, True), (0o750, False), (0o705, False), (0o777, False), (0o710, False)],
)
def test_who_may_look(tmp_path: Path, mode: int, expected: bool) -> None:  # noqa: FBT001 - a table of values
    """Private is a folder that nobody but its owner can enter or list."""
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(mode)
    assert BlobCache(folder).is_private is expected


def test_many_writers_at_once(cache: BlobCache, source: Path) -> None:
    """Threads that bring the same content end with one whole entry and no remains."""
    content = blob_id(A)
    start = threading.Barrier(8)
    seen: list[bytes | None] = []

    def bring() -> None:
        start.wait()
        cache.put(content, source)
        seen.append(entry(cache, content))

    threads = [threading.Thread(target=bring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [A] * 8
    files = [path for path in cache.folder.rglob("*") if path.is_file()]
    assert len(files) == 1


class Failing(io.BytesIO):
    """An entry whose volume fails after a while."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give what is left, then fail."""
        if data := super().read(size):
            return data
        raise OSError(errno.EIO, "Input/output error")


def test_an_entry_that_cannot_be_read_to_its_end_is_dropped(
    cache: BlobCache, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing volume is a miss like any other, and leaves nothing half-done."""
    content = blob_id(A)
    cache.put(content, source)

    @contextmanager
    def failing(_cache: BlobCache, _content: str) -> Generator[Failing]:
        yield Failing(A[:100])

    with monkeypatch.context() as patch:
        patch.setattr(BlobCache, "open", failing)
        taken = take_from_cache(
            cache,
            content,
            lambda: PartFile(tmp_path / "dest", "a", len(A), content),
            lambda part: part.commit(executable=False, replace=False),
        )
    assert taken is None
    assert tree_of(tmp_path / "dest") == {}
    assert entry(cache, content) is None
