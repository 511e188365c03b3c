"""Final names: what is replaced is what was looked at, and what is moved is kept."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from rehydrate_tui.domain.plan import Stamp
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import ConflictError, LocalError
from rehydrate_tui.storage.atomic import part_name
from rehydrate_tui.storage.folder import Folder
from rehydrate_tui.storage.local_files import stamp_of
from rehydrate_tui.storage.translate import translating_os_errors


def appeared(target: str) -> ConflictError:
    """Return the error of a file that was not there when the plan was made."""
    return ConflictError(
        f"“{strip_controls(target)}” appeared during the run.",
        path=target,
        hint="It was left as it is.",
    )


def changed(target: str) -> ConflictError:
    """Return the error of a file that is not any more what it was."""
    return ConflictError(
        f"“{strip_controls(target)}” was changed during the run.",
        path=target,
        hint="It was left as it is.",
    )


def no_part_stays(target: str) -> LocalError:
    """Return the error of parts that vanish as soon as they are made."""
    return LocalError(
        f"“{strip_controls(target)}”: another program removes its parts.",
        path=target,
        hint="Run it again when nothing else works in that folder.",
    )


def check_unchanged(folder: Folder, target: str, expected: Stamp | None) -> None:
    """Make sure that the file that is about to be replaced is the expected one.

    No system offers to compare and rename in one step: what is written in the
    microseconds between the two is lost.

    Raises:
        ConflictError: it was changed.
    """
    if expected is None:
        return
    status = folder.status(target.rpartition("/")[2])
    if status is not None and not expected.agrees_with(stamp_of(status)):
        raise changed(target)


def put_in_place(
    folder: Folder, part: str, target: str, *, replace: bool, expected: Stamp | None
) -> None:
    """Give a verified part its final name, in one step.

    Args:
        folder: the folder of the target.
        part: the part's name in it.
        target: where the file goes.
        replace: whether a local file may be replaced.
        expected: the status of the file that may be replaced; any other stays.

    Raises:
        ConflictError: something else stands there.
    """
    name = target.rpartition("/")[2]
    if replace:
        check_unchanged(folder, target, expected)
        folder.rename(part, name)
        return
    if not folder.give_name(part, name):
        raise appeared(target)
    with suppress(OSError):
        folder.remove(part)


def make_executable(descriptor: int) -> None:
    """Set the executable bits of those who may read, where there are any."""
    if hasattr(os, "fchmod"):  # pragma: no branch - Windows has neither call nor bits
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        os.fchmod(descriptor, mode | (mode & 0o444) >> 2)


def write_symlink(
    destination: Path, target: str, text: str, *, expected: Stamp | None = None
) -> Stamp:
    """Make the symlink `target` with `text`, in one step.

    Args:
        destination: the folder that all targets are below.
        target: where the link goes.
        text: where the link leads.
        expected: the status of the file or link that may be replaced.

    Returns:
        The status of the link.

    Raises:
        ConflictError: something else stands there; it stays.
        LocalError: the platform or the folder refuses links.
    """
    with (
        Folder(destination, target) as folder,
        translating_os_errors(target, folder.path),
    ):
        folder.check()
        if expected is None:
            if not folder.symlink(text, folder.name):
                raise appeared(target)
        else:
            _replace_by_link(folder, target, text, expected)
        return stamp_of((destination / target).lstat())


def _replace_by_link(folder: Folder, target: str, text: str, expected: Stamp) -> None:
    while True:
        part = part_name(folder.name)
        folder.symlink(text, part)
        try:
            check_unchanged(folder, target, expected)
            folder.rename(part, folder.name)
        except FileNotFoundError:
            # Another run took it for abandoned, as a link cannot be locked.
            continue
        except BaseException:
            with suppress(OSError):
                folder.remove(part)
            raise
        return


def back_up(destination: Path, target: str) -> str:
    """Give the local file the further name `name.~1~`, never that of an older backup.

    Returns:
        Where it is now, below the destination.

    Raises:
        LocalError: it cannot be moved.
    """
    return back_up_file(destination, target)[0]


def back_up_file(destination: Path, target: str) -> tuple[str, Stamp | None]:
    """Do what `back_up` does; also return the status of what stands in the place.

    That is None where the file could only be moved, not named twice.
    """
    above, slash, name = target.rpartition("/")
    number = 1
    with Folder(destination, target) as folder, translating_os_errors(target):
        while True:
            backup = f"{name}.~{number}~"
            number += 1
            is_new = folder.give_name(name, backup)
            status, saved = folder.status(name), folder.status(backup)
            if is_new and status is None:
                return f"{above}{slash}{backup}", None
            # A run that was killed may have given this very name. And after it was
            # given, somebody may have put another file here: that one is saved too.
            if status and saved and os.path.samestat(status, saved):
                return f"{above}{slash}{backup}", stamp_of(status)
