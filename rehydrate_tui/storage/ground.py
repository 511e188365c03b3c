"""A destination as it is: the disk, and what is known of it from earlier runs."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehydrate_tui.domain.content import is_pinned_content
from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.plan import LocalFile, LocalState
from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.local_files import look
from rehydrate_tui.storage.receipts import PartNote, ReceiptIndex, Receipts

Place = tuple[str, LockedFile]
"""A target, and what is pinned for it."""

Found = LocalFile | LocalError
"""What stands there, or why it cannot be read."""

_MANY_BYTES = 8 * 2**20
_MOST_THREADS = 4
_SHORT = 255
"""Characters; a longer path may be too long for the system, which only it knows."""
_MISSING = LocalFile(state=LocalState.MISSING)
_BLOCKED = LocalFile(state=LocalState.BLOCKED)
# The receipts know their content and status, so nobody asks these for it.
_SAME = LocalFile(state=LocalState.SAME, is_executable=False)
_SAME_EXECUTABLE = LocalFile(state=LocalState.SAME, is_executable=True)


@dataclass(frozen=True, slots=True)
class Ground:
    """A destination with the receipts of everything below it."""

    destination: Path
    root: str
    """The same without links: what receipts are kept by."""
    receipts: Receipts
    parts: Mapping[str, PartNote]
    """Unfinished files that a run may go on with."""
    _below: str
    """What the path of a file here begins with."""
    _folders: dict[str, LocalFile | None] = field(
        default_factory=dict[str, "LocalFile | None"]
    )
    """What all files in a folder are because of it: missing, blocked; None: nothing."""

    @classmethod
    def survey(cls, destination: Path, index: ReceiptIndex | None) -> Ground:
        """Read the receipts; without an index there are none."""
        root, below = os.path.realpath(destination), str(destination)
        if index is None:
            return cls(destination, root, Receipts(), {}, below)
        folder = Path(root)
        receipts, parts = index.below(folder), index.parts_below(folder)
        return cls(destination, root, receipts, parts, below)

    def look_at_all(self, places: Iterable[Place]) -> list[Found]:
        """Compare many places with what is pinned for them, in their order.

        Folders are looked at once, and what the receipts vouch for is not read. What
        has to be read is read by several threads if it is much.
        """
        wanted = [*places]
        found: list[Found | None] = [self._without_reading(*each) for each in wanted]
        unread = [number for number, each in enumerate(found) if each is None]
        contents = self._read([wanted[number] for number in unread])
        for number, content in zip(unread, contents, strict=True):
            found[number] = content
        return [each for each in found if each is not None]

    def _without_reading(self, target: str, file: LockedFile) -> LocalFile | None:
        """Judge by status and receipt; None if that is not enough."""
        path = f"{self._below}/{target}"
        try:
            above = self._in_folder(target.rpartition("/")[0])
            if above is not None:
                return above if len(path) < _SHORT else None
            status = os.lstat(path)
        except FileNotFoundError:
            return _MISSING
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        content = self.receipts.content(f"{self.root}/{target}", status)
        if not content or not is_pinned_content(file, content, status.st_size):
            return None
        return _SAME_EXECUTABLE if status.st_mode & stat.S_IXUSR else _SAME

    def _in_folder(self, folder: str) -> LocalFile | None:
        if folder not in self._folders:
            self._folders[folder] = self._look_at_folder(folder)
        return self._folders[folder]

    def _look_at_folder(self, folder: str) -> LocalFile | None:
        # The destination itself may be a link, since a person chose it.
        above = self._in_folder(folder.rpartition("/")[0]) if folder else None
        if above is not None:
            return above
        try:
            path = f"{self._below}/{folder}"
            status = os.lstat(path) if folder else os.stat(path)  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return _MISSING
        return None if stat.S_ISDIR(status.st_mode) else _BLOCKED

    def _read(self, places: Sequence[Place]) -> list[Found]:
        size = sum(file.content_size for _, file in places)
        if size < _MANY_BYTES or len(places) == 1:
            return [self._look(*each) for each in places]
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as threads:
            return [*threads.map(self._look, *zip(*places, strict=True))]

    def _look(self, target: str, file: LockedFile) -> Found:
        try:
            receipt = self.receipts.get(f"{self.root}/{target}")
            return look(self.destination, target, file, receipt)
        except LocalError as error:
            return error
