"""Ids of contents as they are on disk."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.content import is_pinned_content, lfs_content, pointer_blob
from rehydrate_tui.domain.digest import LfsPointer, blob_oid
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.objects import ObjectId
from rehydrate_tui.domain.paths import RepoPath

OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER_BLOB = ObjectId(pointer_blob(OID, 5, like="0" * 40))
PLAIN = LockedFile(path=RepoPath("a"), blob=blob_oid(b"x"), size=1)
POINTER = LockedFile(path=RepoPath("a"), blob=POINTER_BLOB, size=127)
OBJECT = LockedFile(path=RepoPath("a"), blob=POINTER_BLOB, lfs=LfsPointer(OID, 5))
KEPT = LockedFile(path=RepoPath("a"), blob=POINTER_BLOB, keep_pointer=True)


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        (PLAIN, "", False),
        (PLAIN, PLAIN.blob, True),
        (PLAIN, lfs_content(OID), False),
        (POINTER, lfs_content(OID), True),
        (OBJECT, lfs_content(OID), True),
        (OBJECT, POINTER_BLOB, False),
        (KEPT, lfs_content(OID), False),
        (KEPT, POINTER_BLOB, True),
    ],
)
def test_what_is_in_place(file: LockedFile, content: str, expected: bool) -> None:  # noqa: FBT001 - a table of values
    """Blobs by their id, objects by theirs, also where only the pointer is pinned."""
    assert is_pinned_content(file, content, 5) is expected
