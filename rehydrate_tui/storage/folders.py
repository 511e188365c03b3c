"""The folders of one run, held open from one file to the next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from rehydrate_tui.storage.folder import Folder

MAX_HELD = 128
"""Folders held at once: well below what the strictest system lets a process open."""


class Folders:
    """Opens each folder once rather than once for each file in it.

    Every use makes sure that the path still leads to the folder that is held: one that
    was moved away, or that a link stands for by now, is opened anew, without following
    links. Threads take turns.

    Args:
        destination: the folder that all targets are below.
    """

    def __init__(self, destination: Path) -> None:
        self._destination = destination
        self._held: OrderedDict[str, Folder] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def above(self, target: str) -> Generator[Folder]:
        """Hold the folder of a target, made if needed.

        Raises:
            WriteError: a link or a file stands where a folder is needed.
        """
        with self._lock:
            yield self._above(target)

    def _above(self, target: str) -> Folder:
        path = target.rpartition("/")[0]
        folder = self._held.get(path)
        if folder is not None and folder.is_in_place():
            self._held.move_to_end(path)
            return folder
        self._drop(path)
        folder = Folder(self._destination, target)
        folder.open()
        self._held[path] = folder
        if len(self._held) > MAX_HELD:
            self._drop(next(iter(self._held)))
        return folder

    def close(self) -> None:
        """Let go of all of them."""
        while self._held:
            self._drop(next(iter(self._held)))

    def _drop(self, path: str) -> None:
        folder = self._held.pop(path, None)
        if folder is not None:
            folder.close()
