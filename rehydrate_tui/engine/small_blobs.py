"""Small blobs that planning needs to read: link texts, LFS pointers, attributes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.objects import ObjectId, RepoId, TreeEntry
from rehydrate_tui.domain.remote_values import Body
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.engine.retrying import Retrying
from rehydrate_tui.engine.transports import may_differ_elsewhere
from rehydrate_tui.errors import DigestMismatchError, IntegrityError, RemoteError

MAX_SMALL_BLOB = 2**20
"""Bytes; what is larger is no attributes file, link text or pointer."""


MAX_API_CALLS = 200
"""API requests that reading small blobs may cost, when the raw host does not help."""

Opener = Callable[[], AbstractAsyncContextManager[Body]]


class SmallBlobs:
    """Reads blobs of one commit, verified.

    From the raw host, which costs no API quota; what that does not give, as with a
    private repository, comes from the API, as far as a small part of the quota goes.
    """

    def __init__(
        self, remote: Remote, repo: RepoId, commit: ObjectId, retrying: Retrying
    ) -> None:
        self._remote = remote
        self._repo = repo
        self._commit = commit
        self._retrying = retrying
        self._api_calls = MAX_API_CALLS

    async def read(self, entry: TreeEntry) -> bytes:
        """Return the bytes of a small blob.

        Raises:
            RemoteError: it cannot be had.
            DigestMismatchError: something else arrived.
        """
        raw = partial(
            self._remote.open_raw,
            self._repo,
            self._commit,
            entry.path,
            size=entry.size,
        )
        try:
            return await self._run(entry, raw, "raw files")
        except (IntegrityError, RemoteError) as error:
            if not self._api_calls or not may_differ_elsewhere(error, self._remote):
                raise
        self._api_calls -= 1
        blob = partial(self._remote.open_blob, self._repo, entry.oid)
        return await self._run(entry, blob, "API")

    async def _run(self, entry: TreeEntry, opener: Opener, way: str) -> bytes:
        return await self._retrying.run(
            entry.path, partial(self._read, entry, opener), way=way
        )

    async def _read(self, entry: TreeEntry, opener: Opener) -> bytes:
        data = bytearray()
        async with opener() as body:
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
