"""Small blobs that planning needs to read: link texts, LFS pointers, attributes."""

from __future__ import annotations

from functools import partial

from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.objects import ObjectId, RepoId, TreeEntry
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.engine.retrying import Retrying
from rehydrate_tui.errors import DigestMismatchError

MAX_SMALL_BLOB = 2**20
"""Bytes; what is larger is no attributes file, link text or pointer."""


class SmallBlobs:
    """Reads blobs of one commit from the raw host, verified: no API quota."""

    def __init__(
        self, remote: Remote, repo: RepoId, commit: ObjectId, retrying: Retrying
    ) -> None:
        self._remote = remote
        self._repo = repo
        self._commit = commit
        self._retrying = retrying

    async def read(self, entry: TreeEntry) -> bytes:
        """Return the bytes of a small blob.

        Raises:
            RemoteError: it cannot be had.
            DigestMismatchError: something else arrived.
        """
        return await self._retrying.run(entry.path, partial(self._read, entry))

    async def _read(self, entry: TreeEntry) -> bytes:
        data = bytearray()
        async with self._remote.open_raw(self._repo, self._commit, entry.path) as body:
            async for chunk in body.chunks:
                data += chunk
                if len(data) > entry.size:
                    break
        actual = blob_oid(bytes(data), like=entry.oid)
        if actual != entry.oid:
            raise DigestMismatchError(
                f"“{strip_controls(entry.path)}”: the bytes that arrived are {actual}, "
                f"the tree says {entry.oid}.",
                path=entry.path,
                expected=entry.oid,
                actual=actual,
            )
        return bytes(data)
