"""What earlier runs left unfinished: whose it is, and what becomes of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rehydrate_tui.storage.locks import Lock, lock
from rehydrate_tui.storage.parts import Leftover, Parts
from rehydrate_tui.storage.receipts import PartNote, ReceiptIndex
from tests.published import tree_of

PART = ".a.txt.0123456789ab.part"
OTHER = ".b.txt.0123456789ab.part"
CONTENT = "8" * 40
NOTE = PartNote(CONTENT, '"tag"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A destination with a part of the manifest's file, and an old one of another."""
    dest = tmp_path / "dest"
    dest.mkdir()
    (dest / PART).write_bytes(b"half")
    (dest / OTHER).write_bytes(b"half")
    os.utime(dest / OTHER, (1, 1))
    return dest


def test_a_part_that_is_known_is_gone_on_with(folder: Path, tmp_path: Path) -> None:
    """Its note says of which answer it is, if that is still wanted."""
    index = ReceiptIndex(tmp_path / "state")
    for wanted, expected in (
        ({"a.txt": CONTENT}, Leftover(PART, '"tag"')),
        ({"a.txt": "9" * 40}, None),
        ({}, None),
    ):
        (folder / PART).write_bytes(b"half")
        index.remember_part(folder / PART, NOTE)
        parts = Parts(folder, index)
        parts.sweep(["a.txt"], wanted)
        assert parts.leftover("a.txt", CONTENT) == expected
        assert (folder / PART).exists() == bool(expected)
    index.close()


def test_without_an_index_nothing_is_known_later(folder: Path) -> None:
    """In one run a part is remembered and forgotten all the same."""
    parts = Parts(folder, None)
    parts.sweep(["a.txt"], {"a.txt": CONTENT})
    assert tree_of(folder) == {}
    (folder / PART).write_bytes(b"half")
    parts.remember("a.txt", PART, NOTE)
    assert parts.leftover("a.txt", CONTENT) == Leftover(PART, '"tag"')
    parts.forget("a.txt")
    parts.forget("a.txt")
    assert parts.leftover("a.txt", CONTENT) is None
    assert tree_of(folder) == {}


def test_a_part_that_has_gone_can_be_forgotten(folder: Path) -> None:
    """What another run removed needs no removing."""
    parts = Parts(folder, None)
    parts.remember("a.txt", PART, NOTE)
    (folder / PART).unlink()
    parts.forget("a.txt")
    assert parts.leftover("a.txt", CONTENT) is None


def test_what_another_process_writes_is_left(folder: Path) -> None:
    """Locked means in use, however old it looks."""
    with (folder / OTHER).open("rb") as other, (folder / PART).open("rb") as part:
        assert lock(other.fileno()) is lock(part.fileno()) is Lock.HELD
        Parts(folder, None).sweep(["a.txt"], {})
    assert set(tree_of(folder)) == {PART, OTHER}


def test_what_is_no_file_is_left_or_removed(folder: Path) -> None:
    """A link of that name is removed at once, a folder or a pipe never while young."""
    (folder / PART).unlink()
    (folder / PART).symlink_to("nowhere")
    os.utime(folder / PART, (1, 1), follow_symlinks=False)
    os.mkfifo(folder / ".a.txt.aaaaaaaaaaaa.part")
    (folder / ".a.txt.bbbbbbbbbbbb.part").mkdir()
    Parts(folder, None).sweep(["a.txt"], {})
    assert sorted(os.listdir(folder)) == [  # noqa: PTH208 - names are what is wanted
        ".a.txt.aaaaaaaaaaaa.part",
        ".a.txt.bbbbbbbbbbbb.part",
    ]


def test_what_cannot_be_opened_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of another user is none of our business."""

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("rehydrate_tui.storage.folder.Folder.reopen", refuse)
    Parts(folder, None).sweep(["a.txt"], {})
    assert set(tree_of(folder)) == {PART, OTHER}
