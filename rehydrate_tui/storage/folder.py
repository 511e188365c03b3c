"""The folder of one target, held open: nobody can swap it for a link meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import final

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import WriteError
from rehydrate_tui.storage.translate import translating_os_errors

_CAN_HOLD = os.supports_dir_fd.issuperset(
    {os.open, os.mkdir, os.link, os.rename, os.unlink, os.symlink, os.stat}
)
# O_PATH needs no right to list the folder; only Linux has it.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
# A pipe that was put there meanwhile must not make us wait for its other end.
_AS_IT_IS = _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
READ = os.O_RDONLY | _AS_IT_IS
"""Flags to read what is there: no link is followed, no pipe waited for."""
_OLD_FILE = os.O_RDWR | _AS_IT_IS
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | getattr(os, "O_BINARY", 0)


@final
class Folder:
    """The folder above a target, as a context manager.

    The destination may be reached through links, since a person chose it; below it no
    link is followed. Where the platform has no descriptors of folders (Windows) names
    are used instead.

    Args:
        destination: the folder that all targets are below.
        target: the file that matters.
        makes: whether folders that are not there are made.

    Raises:
        WriteError: a link or a file stands where a folder is needed.
    """

    def __init__(self, destination: Path, target: str, *, makes: bool = True) -> None:
        *self._above, self.name = target.split("/")
        self._destination = destination
        self._target = target
        self._makes = makes
        self.path = destination.joinpath(*self._above)
        """Where it is, by name."""
        self._descriptor: int | None = None
        self._identity: tuple[int, int] | None = None

    def __enter__(self) -> Folder:
        self.open()
        return self

    def open(self) -> None:
        """Hold the folder until `close`."""
        with translating_os_errors(self._target, self._destination):
            if self._makes:
                self._destination.mkdir(parents=True, exist_ok=True)
            if _CAN_HOLD:
                self._hold()
            else:
                self._walk()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def create(self, name: str) -> int:
        """Make a new file and return its descriptor."""
        return os.open(self._at(name), _NEW_FILE, 0o666, dir_fd=self._descriptor)

    def reopen(self, name: str) -> int:
        """Open an existing file for reading and writing and return its descriptor."""
        return os.open(self._at(name), _OLD_FILE, dir_fd=self._descriptor)

    def read(self, name: str) -> int:
        """Open an existing file for reading and return its descriptor."""
        return os.open(self._at(name), READ, dir_fd=self._descriptor)

    def status(self, name: str) -> os.stat_result | None:
        """Return the status of a file or link; None if there is none."""
        try:
            return os.stat(
                self._at(name), dir_fd=self._descriptor, follow_symlinks=False
            )
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Remove a file or a link."""
        os.unlink(self._at(name), dir_fd=self._descriptor)

    def rename(self, name: str, new: str) -> None:
        """Rename a file in one step, over another one if need be."""
        here = self._descriptor
        os.replace(self._at(name), self._at(new), src_dir_fd=here, dst_dir_fd=here)

    def give_name(self, name: str, further: str) -> bool:
        """Give a file a further name unless that is taken; say whether it worked.

        With hard links the old name stays, so there is a whole file at every instant.
        """
        here = self._descriptor
        try:
            os.link(
                self._at(name),
                self._at(further),
                src_dir_fd=here,
                dst_dir_fd=here,
                follow_symlinks=False,
            )
        except FileExistsError:
            return False
        except OSError:
            # File systems without hard links, such as exFAT and some network mounts.
            if self.status(further) is not None:
                return False
            self.rename(name, further)
        return True

    def symlink(self, text: str, name: str) -> bool:
        """Make a link unless the name is taken; say whether it worked."""
        try:
            os.symlink(text, self._at(name), dir_fd=self._descriptor)
        except FileExistsError:
            return False
        return True

    def check(self) -> None:
        """Make sure that the path still leads to this folder.

        Raises:
            WriteError: the folder was moved away, or a link put in its place.
        """
        if self._descriptor is not None and not self.is_in_place():
            raise WriteError(
                f"“{strip_controls(self._target)}”: its folder was replaced during "
                "the run.",
                path=self._target,
                hint="Run it again when nothing else works in that folder.",
            )

    def is_in_place(self) -> bool:
        """Tell whether the path surely still leads to this folder."""
        if self._descriptor is None:
            return False
        look = os.lstat if self._above else os.stat
        try:
            there = look(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return (there.st_dev, there.st_ino) == self._identity

    def _at(self, name: str) -> str:
        return name if self._descriptor is not None else str(self.path / name)

    def _hold(self) -> None:
        self._descriptor = os.open(self._destination, _FOLDER)
        try:
            for segment in self._above:
                above = self._descriptor
                if self._makes:
                    with suppress(FileExistsError):
                        os.mkdir(segment, dir_fd=above)
                self._descriptor = self._step(segment, above)
                os.close(above)
            # What is held open keeps its number, so it need not be asked again.
            held = os.fstat(self._descriptor)
            self._identity = held.st_dev, held.st_ino
        except BaseException:
            self.close()
            raise

    def _step(self, segment: str, above: int) -> int:
        try:
            return os.open(segment, _FOLDER | _NO_FOLLOW, dir_fd=above)
        except OSError as error:
            if error.errno in {errno.ENOTDIR, errno.ELOOP}:
                raise self._no_folder(segment) from error
            raise

    def _walk(self) -> None:
        folder = self._destination
        for segment in self._above:
            folder /= segment
            if self._makes:
                with suppress(FileExistsError):
                    folder.mkdir()
            if not stat.S_ISDIR(folder.lstat().st_mode):
                raise self._no_folder(segment)

    def _no_folder(self, segment: str) -> WriteError:
        return WriteError(
            f"“{strip_controls(self._target)}”: “{strip_controls(segment)}” is no "
            "folder here.",
            path=self._target,
            hint="It is never followed or removed: move it away.",
        )
