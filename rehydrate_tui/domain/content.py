"""Ids of what stands on disk, and whether that is what a manifest pins.

An id is the git blob id of a file, `lfs:` and the SHA-256 of a Git LFS object, or
`link:` and the blob id of a symlink's text.
"""

from __future__ import annotations

from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.manifest import LockedFile

_LFS = "lfs:"
_LINK = "link:"


def lfs_content(oid: str) -> str:
    """Return the content id of a Git LFS object."""
    return _LFS + oid


def is_lfs_content(content: str) -> bool:
    """Tell whether a content id is that of a Git LFS object."""
    return content.startswith(_LFS)


def link_content(text: bytes, *, like: str = "") -> str:
    """Return the content id of a symlink."""
    return _LINK + blob_oid(text, like=like)


def content_of(file: LockedFile) -> str:
    """Return the content id that `file` has in place; empty while unknown.

    Of a pointer whose object nobody looked up it is the id of the pointer.
    """
    if file.symlink is not None:
        return _LINK + (file.blob or "")
    return lfs_content(file.lfs.oid) if file.lfs else file.blob or ""


def pointer_text(oid: str, size: int) -> bytes:
    """Return the Git LFS pointer as git-lfs writes it."""
    return (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n"
    ).encode("ascii")


def pointer_blob(oid: str, size: int, *, like: str = "") -> str:
    """Return the blob id of the pointer of an object."""
    return blob_oid(pointer_text(oid, size), like=like)


def is_pinned_content(file: LockedFile, content: str, size: int) -> bool:
    """Tell whether `content` of `size` bytes is what `file` has in place.

    A manifest need not say that a blob is a pointer: whoever replays it gets the
    object, and the pointer of that object has the pinned id.
    """
    if not content:
        return False
    if content == content_of(file):
        return True
    if file.lfs or file.keep_pointer or not is_lfs_content(content):
        return False
    oid = content.removeprefix(_LFS)
    return pointer_blob(oid, size, like=file.blob or "") == file.blob
