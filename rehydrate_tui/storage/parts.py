"""The unfinished files of a destination: kept for a later try, or swept away."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.content import is_lfs_content
from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.atomic import part_stem
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.local_files import leads_through_link
from rehydrate_tui.storage.locks import Lock, lock
from rehydrate_tui.storage.receipts import PartNote, ReceiptIndex

STALE_SECONDS = 24 * 3600
"""Age from which on a part that nobody can be asked about is taken for abandoned."""

_PART = re.compile(r"\.(.*)\.[0-9a-f]{12}\.part", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Leftover:
    """An earlier part that a transfer may go on with."""

    name: str
    etag: str


class Parts:
    """The parts below one destination, as one run knows them.

    Args:
        destination: the folder that all targets are below.
        index: where notes about parts outlive the process; None: nowhere.
    """

    def __init__(self, destination: Path, index: ReceiptIndex | None) -> None:
        self._destination = destination
        self._root = Path(os.path.realpath(destination))
        self._index = index
        self._known: dict[str, tuple[str, PartNote]] = {}

    def sweep(self, targets: Collection[str], wanted: Mapping[str, str]) -> None:
        """Look for parts in the folders of this run, and remove abandoned ones.

        Args:
            targets: every target of the run, also those that are in place.
            wanted: content ids of the targets that are to be fetched.
        """
        notes = self._index.parts_below(self._root) if self._index else {}
        names: dict[str, set[str]] = {}
        for target in targets:
            above, _, name = target.rpartition("/")
            names.setdefault(above, set()).add(name)
        for above, here in names.items():
            with suppress(LocalError, OSError):
                self._sweep_folder(above, here, wanted, notes)
        if self._index:
            gone = [Path(path) for path in notes if not os.path.lexists(path)]
            self._index.forget_parts(gone)

    def leftover(self, target: str, content: str) -> Leftover | None:
        """Return an earlier part of `content` for `target`, if there is one."""
        known = self._known.get(target)
        if known is None or known[1].content != content:
            return None
        return Leftover(known[0], known[1].etag)

    def remember(self, target: str, name: str, note: PartNote) -> None:
        """Note of which answer the part of `target` is."""
        self._known[target] = (name, note)
        if self._index:
            self._index.remember_part(self._path(target, name), note)

    def forget(self, target: str) -> None:
        """Forget the part of a target that is in place or of no use, and remove it."""
        known = self._known.pop(target, None)
        if known is None:
            return
        with suppress(LocalError, OSError), Folder(self._destination, target) as folder:
            _remove_abandoned(folder, known[0], is_of_this_run=True)
        if self._index:
            self._index.forget_parts([self._path(target, known[0])])

    def _path(self, target: str, name: str) -> Path:
        return (self._root / target).with_name(name)

    def _sweep_folder(
        self,
        above: str,
        here: set[str],
        wanted: Mapping[str, str],
        notes: Mapping[str, PartNote],
    ) -> None:
        # A repository may itself hold a file of such a name.
        found = _parts_in(self._destination / above) - here
        some_target = _join(above, "x")
        if not found or leads_through_link(self._destination, some_target):
            return
        stems = {part_stem(name): _join(above, name) for name in here}
        with Folder(self._destination, some_target) as folder:
            folder.check()
            for name in sorted(found):
                target = stems.get(_stem_of(name), "")
                note = notes.get(str(self._path(some_target, name)))
                is_useful = (
                    note is not None
                    and target not in self._known
                    and _may_become(note.content, wanted.get(target, ""))
                )
                if note is not None and is_useful:
                    self._known[target] = (name, note)
                else:
                    _remove_abandoned(folder, name, is_of_this_run=bool(target))


def _join(above: str, name: str) -> str:
    return f"{above}/{name}" if above else name


def _parts_in(path: Path) -> set[str]:
    try:
        names = os.listdir(path)  # noqa: PTH208 - names are what is wanted
    except (FileNotFoundError, NotADirectoryError):
        return set()
    return {name for name in names if name.endswith(".part") and _PART.fullmatch(name)}


def _stem_of(name: str) -> str:
    match = _PART.fullmatch(name)
    return match[1] if match else ""


def _may_become(content: str, wanted: str) -> bool:
    """Tell whether a part of `content` may be what a target wants.

    Of a pointer nobody knows the object yet.
    """
    if not wanted:
        return False
    return content == wanted or (is_lfs_content(content) and not is_lfs_content(wanted))


def _remove_abandoned(folder: Folder, name: str, *, is_of_this_run: bool) -> None:
    """Remove a part that no process writes: at once if its place is ours, else later."""
    status = folder.status(name)
    if status is None:
        return
    is_stale = status.st_mtime + STALE_SECONDS < time.time()
    if not (is_of_this_run or is_stale):
        return
    state, descriptor = Lock.UNKNOWN, -1
    try:
        if stat.S_ISREG(status.st_mode):
            descriptor = folder.reopen(name)
            state = lock(descriptor)
        # A link cannot be locked; whoever is about to use this one makes another.
        is_free = state is Lock.HELD or stat.S_ISLNK(status.st_mode)
        if is_free or (state is Lock.UNKNOWN and is_stale):
            folder.remove(name)
    except OSError:
        # That of another user cannot be opened, and is none of our business.
        return
    finally:
        if descriptor >= 0:
            os.close(descriptor)
