"""Parts of files for who only wants to look: bounded, kept in memory, never retried."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial

from rehydrate_tui.domain.digest import MAX_POINTER_SIZE, LfsPointer
from rehydrate_tui.domain.objects import TreeEntry
from rehydrate_tui.domain.remote_values import Body, ByteRange, LfsDownload
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.errors import NotFoundError, PayloadError, RemoteError

MAX_KEPT = 16 * 2**20
"""Bytes of parts that stay in memory."""

MAX_API_BLOB = 2**20
"""Bytes of a file that may be looked at through the API, which counts every request."""

_Open = Callable[[], AbstractAsyncContextManager[Body]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """Some bytes of a file at a commit."""

    data: bytes
    offset: int
    size: int
    """Bytes of the whole file; for a Git LFS pointer those of its object."""
    lfs: LfsPointer | None = None
    """What the blob points to, if it is a pointer."""
    problem: RemoteError | None = None
    """Why `data` is the pointer's text and not its object."""

    @property
    def is_whole(self) -> bool:
        """Whether this is the whole file."""
        return self.offset == 0 and len(self.data) == self.size


class Parts:
    """Reads parts of files, from the raw host if it can be: no API quota, no token.

    The same part is not asked for twice, as long as it is among the last ones. Whoever
    no longer wants a part cancels; its connection is let go of.
    """

    def __init__(self, remote_of: Callable[[str], Remote]) -> None:
        self._remote_of = remote_of
        self._kept: OrderedDict[tuple[str, ByteRange], FilePart] = OrderedDict()
        self._bytes = 0

    async def read(
        self, opened: OpenRepository, node: int, part: ByteRange
    ) -> FilePart:
        """Return a part of a file; of a Git LFS pointer, a part of its object.

        Raises:
            RemoteError: it cannot be had.
        """
        entry = opened.tree.entry(node)
        key = (str(entry.oid), part)
        found = self._kept.get(key)
        if found is None:
            found = await self._read(opened, entry, part)
            self._keep(key, found)
        else:
            self._kept.move_to_end(key)
        return found

    async def _read(
        self, opened: OpenRepository, entry: TreeEntry, part: ByteRange
    ) -> FilePart:
        if entry.size < MAX_POINTER_SIZE:
            text = await self._blob(opened, entry, ByteRange(0, MAX_POINTER_SIZE))
            pointer = LfsPointer.parse(text)
            if pointer is not None:
                return await self._object(opened, pointer, text, part)
            data = text[part.offset : part.end]
        else:
            data = await self._blob(opened, entry, part)
        return FilePart(data=data, offset=part.offset, size=entry.size)

    async def _blob(
        self, opened: OpenRepository, entry: TreeEntry, part: ByteRange
    ) -> bytes:
        repository = opened.repository
        remote = self._remote_of(repository.id.host)
        part = ByteRange(part.offset, min(part.length, entry.size - part.offset))
        if part.length <= 0:
            return b""
        wanted = None if part.length == entry.size else part
        raw = partial(
            remote.open_raw,
            repository.id,
            opened.commit.oid,
            entry.path,
            part=wanted,
        )
        if not repository.is_private:
            try:
                return await _take(raw, part)
            except NotFoundError:
                if not remote.is_authenticated:
                    raise
        if entry.size > MAX_API_BLOB:
            raise NotFoundError(
                "The file is too large to be looked at through the API.",
                hint="The raw host, which gives parts of files, does not show it.",
            )
        return await _take(partial(remote.open_blob, repository.id, entry.oid), part)

    async def _object(
        self, opened: OpenRepository, pointer: LfsPointer, text: bytes, part: ByteRange
    ) -> FilePart:
        """Read an LFS object; if that fails, its pointer tells at least the size."""
        whole = FilePart(data=text, offset=0, size=pointer.size, lfs=pointer)
        repo = opened.repository.id
        remote = self._remote_of(repo.host)
        part = ByteRange(part.offset, min(part.length, pointer.size - part.offset))
        if part.length <= 0:
            return replace(whole, data=b"")
        try:
            [found] = await remote.locate_lfs(repo, [pointer])
            if not isinstance(found, LfsDownload):
                return replace(whole, problem=found)
            wanted = None if part.length == pointer.size else part
            data = await _take(partial(remote.open_lfs, found, part=wanted), part)
        except RemoteError as error:
            return replace(whole, problem=error)
        return replace(whole, data=data, offset=part.offset)

    def _keep(self, key: tuple[str, ByteRange], part: FilePart) -> None:
        if part.problem is not None:
            return
        self._kept[key] = part
        self._bytes += len(part.data)
        while self._bytes > MAX_KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.data)


async def _take(open_body: _Open, part: ByteRange) -> bytes:
    """Read until there is enough, whatever more the host would send.

    Raises:
        PayloadError: the host knows no ranges, and the part is not at the beginning.
        RemoteError: it cannot be had.
    """
    data = bytearray()
    async with open_body() as body:
        skipped = part.offset - body.offset
        if skipped > MAX_API_BLOB:
            raise PayloadError("The host gives no parts of files.")
        async for chunk in body.chunks:
            data += chunk
            if len(data) >= skipped + part.length:
                break
    return bytes(data[skipped : skipped + part.length])
