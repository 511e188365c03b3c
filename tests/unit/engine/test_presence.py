"""What of a repository is in the folder already."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.manifest import LockedFile, Source
from rehydrate_tui.domain.objects import FileMode, ObjectId, RepoId, TreeEntry
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.engine import presence
from rehydrate_tui.engine.presence import find_present, locate
from rehydrate_tui.errors import UnsafePathError
from rehydrate_tui.storage.local_files import stamp_of
from rehydrate_tui.storage.receipts import ReceiptIndex

CONTENTS = {"README.md": b"read me", "data/a.csv": b"a,b\n", "data/raw/b.csv": b"b\n"}


def entry(path: str, data: bytes, mode: FileMode = FileMode.REGULAR) -> TreeEntry:
    """Return the entry of a file."""
    return TreeEntry(path, mode, ObjectId(blob_oid(data)), len(data))


TREE = RepoTree(
    [
        *(entry(path, data) for path, data in CONTENTS.items()),
        entry("data/latest", b"a.csv", FileMode.SYMLINK),
    ]
)


def write(folder: Path, path: str, data: bytes) -> Path:
    """Put a file into the folder."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


async def look(
    folder: Path, source: Source | None = None, index: ReceiptIndex | None = None
) -> dict[str, str]:
    """Return the states by path."""
    states: dict[int, FileState] = {}
    async for found in find_present(TREE, folder, source, index):
        states.update(found)
    return {TREE.path(node): state.value for node, state in states.items()}


async def test_an_empty_folder_has_nothing_to_say(tmp_path: Path) -> None:
    """Nothing is missing that nobody brought; the folder need not exist."""
    assert await look(tmp_path) == {}
    assert await look(tmp_path / "none") == {}


async def test_files_are_here_or_edited(tmp_path: Path) -> None:
    """The same bytes are here, others are an edit, and strangers do not matter."""
    write(tmp_path, "README.md", CONTENTS["README.md"])
    write(tmp_path, "data/raw/b.csv", b"mine\n")
    write(tmp_path, "data/stranger.csv", b"")
    (tmp_path / "data/latest").symlink_to("a.csv")
    assert await look(tmp_path) == {
        "README.md": "present",
        "data/raw/b.csv": "edited",
        "data/latest": "present",
    }


async def test_what_was_brought_is_outdated_or_missing(tmp_path: Path) -> None:
    """Receipts tell an older version from an edit, and know what was here."""
    index = ReceiptIndex(tmp_path / "state")
    folder = tmp_path / "files"
    older = write(folder, "data/a.csv", b"older\n")
    gone = write(folder, "README.md", CONTENTS["README.md"])
    index.record(
        [
            (older, blob_oid(b"older\n"), stamp_of(older.lstat())),
            (gone, blob_oid(CONTENTS["README.md"]), stamp_of(gone.lstat())),
        ]
    )
    gone.unlink()
    assert await look(folder, index=index) == {
        "data/a.csv": "outdated",
        "README.md": "missing",
    }
    index.close()


async def test_places_of_the_manifest_are_looked_at(tmp_path: Path) -> None:
    """`into` and `to` move files; what the manifest lists is missing when it is not there."""
    source = Source(
        repository=RepoId("ada", "notes"),
        into=RepoPath("sub"),
        files=(
            LockedFile(path=RepoPath("data/a.csv"), to=RepoPath("here.csv")),
            LockedFile(path=RepoPath("README.md")),
            LockedFile(path=RepoPath("gone.csv")),
        ),
    )
    write(tmp_path, "sub/here.csv", CONTENTS["data/a.csv"])
    write(tmp_path, "README.md", b"not below sub")
    assert await look(tmp_path, source) == {
        "data/a.csv": "present",
        "README.md": "missing",
    }
    target, file = locate(TREE, TREE.node("data/a.csv"), source)
    assert (target, file.path) == ("sub/here.csv", "data/a.csv")


async def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """A folder that is a link is not looked into."""
    write(tmp_path, "elsewhere/a.csv", CONTENTS["data/a.csv"])
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "data").symlink_to(tmp_path / "elsewhere")
    assert await look(folder) == {}


async def test_what_was_brought_elsewhere_or_is_gone_is_not_spoken_of(
    tmp_path: Path,
) -> None:
    """Receipts of other folders, of files that the tree has no more, or has as folders."""
    index = ReceiptIndex(tmp_path / "state")
    folder = tmp_path / "files"
    here = write(folder, "README.md", CONTENTS["README.md"])
    for place in (
        here,
        write(tmp_path, "other/README.md", CONTENTS["README.md"]),
        write(folder, "gone.csv", b"gone\n"),
    ):
        content = blob_oid(place.read_bytes())
        index.record([(place, content, stamp_of(place.lstat()))])
    index.record([(folder / "data", blob_oid(b""), stamp_of(here.lstat()))])
    assert await look(folder, index=index) == {"README.md": "present"}
    below = Source(repository=RepoId("ada", "notes"), into=RepoPath("sub"))
    assert await look(folder, below, index) == {}
    index.close()


async def test_a_manifest_may_name_what_became_a_folder(tmp_path: Path) -> None:
    """The tree has a folder there now: no file is missed."""
    source = Source(
        repository=RepoId("ada", "notes"),
        files=(LockedFile(path=RepoPath("data")),),
    )
    assert await look(tmp_path, source) == {}


async def test_what_goes_while_it_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found is told soon, and what is gone by then is not here."""
    monkeypatch.setattr(presence, "_SLICE_SECONDS", -1.0)
    for path, data in CONTENTS.items():
        write(tmp_path, path, data)
    found: list[str] = []
    async for states in find_present(TREE, tmp_path):
        found += [TREE.path(node) for node in states]
        (tmp_path / "data/a.csv").unlink(missing_ok=True)
    assert found == ["data/raw/b.csv", "README.md"]


async def test_an_unsafe_name_on_disk_is_passed_over(tmp_path: Path) -> None:
    """What must not be written is not looked at either, although it is there."""
    write(tmp_path, ".git/config", b"")
    tree = RepoTree([entry(".git/config", b"")])
    assert [states async for states in find_present(tree, tmp_path)] == []


def test_an_unsafe_name_has_no_place() -> None:
    """What must not be written is not looked for either."""
    tree = RepoTree([entry(".git/config", b"")])
    with pytest.raises(UnsafePathError):
        locate(tree, 2, None)
