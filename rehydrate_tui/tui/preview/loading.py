"""Gets what a preview needs of the repository, no more than it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TypeVar

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.remote_values import ByteRange
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.engine.parts import FilePart
from rehydrate_tui.errors import PathNotFoundError, RemoteError
from rehydrate_tui.preview.links import path_in_repository
from rehydrate_tui.preview.models import Body, Code, Facts, Notebook, Preview, Prose
from rehydrate_tui.preview.read import read
from rehydrate_tui.preview.sample import HEAD, TAIL, Sample, bytes_to_read
from rehydrate_tui.tui.preview.markdown import picture_links

T = TypeVar("T")

MAX_PICTURES = 6
"""Pictures of one Markdown text that are fetched."""
MAX_PICTURE = 512 * 2**10
"""Bytes of such a picture."""

ReadPart = Callable[[int, ByteRange], Awaitable[FilePart]]
"""Reads some bytes of a node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was read of a node, and what it shows."""

    node: int
    preview: Preview
    read: int = 0
    """Bytes that were read from the beginning on."""
    size: int = 0
    """Bytes of the whole file."""
    lfs: LfsPointer | None = None

    @property
    def is_whole(self) -> bool:
        """Whether there is no more to read."""
        return self.read >= self.size


class Loader:
    """Loads previews of one repository.

    Args:
        tree: the repository.
        read_part: reads bytes of a node.
        executor: where work is done that takes long.
    """

    def __init__(self, tree: RepoTree, read_part: ReadPart, executor: Executor) -> None:
        self._tree = tree
        self._read_part = read_part
        self._executor = executor

    async def run(self, work: Callable[[], T]) -> T:
        """Do work away from the event loop; cancelled before it began, it never does."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def load(self, node: int, most: int = HEAD) -> Loaded:
        """Return what a node shows when up to `most` bytes of it are read.

        Raises:
            RemoteError: it cannot be read.
        """
        if self._tree.is_directory(node):
            return await self._load_directory(node)
        entry = self._tree.entry(node)
        if entry.mode is FileMode.GITLINK:
            body = Facts(pairs=(("Commit", entry.oid),))
            notes = ("Its files are in another repository.",)
            return Loaded(
                node=node, preview=Preview(kind="Submodule", body=body, notes=notes)
            )
        return await self._load_file(node, most)

    async def pictures(self, loaded: Loaded) -> Mapping[str, bytes]:
        """Return the pictures of a text that are in the repository, by their links."""
        found: dict[str, bytes] = {}
        for link, node in await self.run(lambda: [*self._pictures(loaded)]):
            size = self._tree.size(node)
            try:
                part = await self._read_part(node, ByteRange(0, min(size, MAX_PICTURE)))
            except RemoteError:
                continue
            if part.is_whole:
                found[link] = part.data
        return found

    async def _load_file(self, node: int, most: int) -> Loaded:
        path, size = self._tree.path(node), self._tree.size(node)
        if not size:
            return Loaded(node=node, preview=read(Sample(path=path, data=b"", size=0)))
        # What is small may point to an object whose size is not known yet.
        wanted = most if size < HEAD else bytes_to_read(path, size, most=most)
        part = await self._read_part(node, ByteRange(0, wanted))
        if part.lfs is not None and part.problem is None:
            more = bytes_to_read(path, part.size, most=most)
            if more > len(part.data):
                part = await self._read_part(node, ByteRange(0, more))
        if part.problem is not None:
            return _without_object(node, part)
        sample = Sample(path=path, data=part.data, size=part.size)
        if sample.wants_tail:
            start = max(len(part.data), part.size - TAIL)
            tail = await self._read_part(node, ByteRange(start, part.size - start))
            sample = replace(sample, tail=tail.data)
        preview = await self.run(lambda: read(sample))
        if self._tree.entry(node).mode is FileMode.SYMLINK:
            target = part.data.decode("utf-8", "replace")
            preview = Preview(kind="Symbolic link", body=Code(text=f"→ {target}"))
        return Loaded(
            node=node,
            preview=preview,
            read=len(part.data),
            size=part.size,
            lfs=part.lfs,
        )

    async def _load_directory(self, node: int) -> Loaded:
        readme = self._readme(node)
        if readme is None:
            return Loaded(node=node, preview=Preview(kind="Directory", body=Facts()))
        loaded = await self._load_file(readme, HEAD)
        shown = replace(loaded.preview, kind=self._tree.name(readme))
        return replace(loaded, node=node, preview=shown)

    def _readme(self, node: int) -> int | None:
        for child in self._tree.children(node):
            name = self._tree.name(child).lower()
            if self._tree.entry(child).mode.is_blob and name.startswith("readme"):
                return child
        return None

    def _pictures(self, loaded: Loaded) -> Iterator[tuple[str, int]]:
        """Yield links and nodes of the first pictures that can be shown."""
        directory = self._directory_of(loaded)
        links = dict.fromkeys(
            link for text in _texts(loaded.preview.body) for link in picture_links(text)
        )
        left = MAX_PICTURES
        for link in links:
            path = path_in_repository(link, directory)
            node = self._node(path) if path else None
            if node is not None and left:
                left -= 1
                yield link, node

    def _directory_of(self, loaded: Loaded) -> str:
        path = self._tree.path(loaded.node)
        is_directory = self._tree.is_directory(loaded.node)
        return path if is_directory else path.rpartition("/")[0]

    def _node(self, path: str) -> int | None:
        try:
            node = self._tree.node(path)
        except PathNotFoundError:
            return None
        is_file = self._tree.entry(node).mode.is_blob
        return node if is_file and self._tree.size(node) <= MAX_PICTURE else None


def _texts(body: Body) -> Iterator[str]:
    if isinstance(body, Prose):
        yield body.text
    if isinstance(body, Notebook):
        yield from (each.source for each in body.cells if each.kind == "markdown")


def _without_object(node: int, part: FilePart) -> Loaded:
    text = part.data.decode("utf-8", "replace")
    reason = part.problem.message if part.problem else ""
    preview = Preview(
        kind="Git LFS pointer",
        body=Code(text=text),
        notes=(f"Its object was not read: {reason}",),
    )
    return Loaded(node=node, preview=preview, size=part.size, lfs=part.lfs)
