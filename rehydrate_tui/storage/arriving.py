"""The check of bytes while they arrive: their number, and their hash."""

from __future__ import annotations

import hashlib
from typing import final

from rehydrate_tui.domain.digest import MAX_POINTER_SIZE, BlobHasher
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import DigestMismatchError, SizeMismatchError


@final
class Arriving:
    """Bytes of one pinned content.

    Args:
        target: where they will go, for errors.
        size: how many are pinned.
        expected: their blob id, or with `is_lfs` their SHA-256.
    """

    def __init__(self, target: str, size: int, expected: str, *, is_lfs: bool) -> None:
        self._target = target
        self._expected = expected
        self._is_lfs = is_lfs
        self.size = size
        self.restart()

    def restart(self) -> None:
        """Forget what arrived."""
        self.head = b""
        """The first bytes, up to the size of a Git LFS pointer."""
        self.received = 0
        self._hash = (
            hashlib.sha256()
            if self._is_lfs
            else BlobHasher(self.size, like=self._expected)
        )
        self._is_verified = False

    def take(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            SizeMismatchError: they are more than was pinned.
        """
        self._hash.update(data)
        self._is_verified = False
        self.received += len(data)
        if self.received > self.size:
            raise self._size_mismatch("more than")
        if len(self.head) < MAX_POINTER_SIZE:
            self.head += data[: MAX_POINTER_SIZE - len(self.head)]

    def verify(self) -> None:
        """Check what arrived against what is pinned.

        Raises:
            IntegrityError: the bytes are not the pinned ones.
        """
        if self._is_verified:
            return
        if self.received != self.size:
            raise self._size_mismatch("other than")
        actual = self._hash.hexdigest()
        if actual != self._expected:
            raise DigestMismatchError(
                f"“{strip_controls(self._target)}”: the bytes that arrived are "
                f"{actual}, pinned is {self._expected}.",
                path=self._target,
                expected=self._expected,
                actual=actual,
            )
        self._is_verified = True

    def _size_mismatch(self, relation: str) -> SizeMismatchError:
        return SizeMismatchError(
            f"“{strip_controls(self._target)}”: {self.received:,} bytes arrived, "
            f"{relation} the {self.size:,} that are pinned.",
            path=self._target,
            expected=str(self.size),
            actual=str(self.received),
        )
