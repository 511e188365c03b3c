"""Git blob ids and Git LFS pointers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from rehydrate_tui.domain.objects import ObjectId

_SHA256_HEX_LENGTH = 64


class BlobHasher:
    r"""Computes the id git gives to a blob: a hash of `blob <size>\0` and the bytes.

    The size must be known beforehand, because it is hashed first. The algorithm
    follows from the length of the expected id (40 hex digits: SHA-1, 64: SHA-256).
    """

    def __init__(self, size: int, *, like: str = "") -> None:
        algorithm = hashlib.sha256 if len(like) == _SHA256_HEX_LENGTH else hashlib.sha1
        self._hash = algorithm(b"blob %d\0" % size, usedforsecurity=False)
        self.received = 0
        """Bytes seen so far."""

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(data)
        self.received += len(data)

    def hexdigest(self) -> str:
        """Return the id of the bytes seen so far, as `hashlib` calls it."""
        return self._hash.hexdigest()

    def oid(self) -> ObjectId:
        """Return the id of the bytes seen so far."""
        return ObjectId(self.hexdigest())


def blob_oid(data: bytes, *, like: str = "") -> ObjectId:
    """Return the git blob id of `data`."""
    hasher = BlobHasher(len(data), like=like)
    hasher.update(data)
    return hasher.oid()


MAX_POINTER_SIZE = 1024
"""A pointer is smaller than this, says the Git LFS specification."""

# Like git-lfs itself, this takes lines that an editor has ended with CRLF and a last
# line without an end: such blobs become the real file in everybody's checkout.
_POINTER = re.compile(
    rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v1\r?\n"
    rb"(?:ext-[^\r\n]+\r?\n)*"
    rb"oid sha256:([0-9a-f]{64})\r?\n"
    rb"size ([0-9]{1,18})(?:\r?\n)?"
)


@dataclass(frozen=True, slots=True)
class LfsPointer:
    """What a Git LFS pointer file stands for."""

    oid: str
    """SHA-256 of the real content, 64 hex digits."""
    size: int
    """Bytes of the real content."""

    @classmethod
    def parse(cls, data: bytes) -> LfsPointer | None:
        """Read a pointer; None if `data` is anything else."""
        if len(data) >= MAX_POINTER_SIZE:
            return None
        match = _POINTER.fullmatch(data)
        return cls(match[1].decode("ascii"), int(match[2])) if match else None
