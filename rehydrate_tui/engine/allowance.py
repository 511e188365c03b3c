"""What a run may still bring beyond its plan: objects whose size nobody knew."""

from __future__ import annotations

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.plan import DownloadPlan, PlannedFile
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import LimitExceededError, NoSpaceError


class Allowance:
    """Bytes that are left under `--max-size` and on the disk when the plan is done.

    A manifest need not say that a file is the pointer of an object in Git LFS; the
    object may be any size, and the limits hold for it as well.
    """

    def __init__(self, plan: DownloadPlan, limits: SizePolicy) -> None:
        self._limit = limits.max_total
        self._fetched = plan.bytes_to_fetch
        self._free = plan.free_bytes - limits.reserve - plan.bytes_to_write

    def take(self, place: PlannedFile, pointer: LfsPointer) -> None:
        """Count an object in that has come to light.

        Raises:
            LimitExceededError: it is more than `--max-size` allows.
            NoSpaceError: it does not fit on the disk.
        """
        shown = strip_controls(place.target)
        more = pointer.size - (place.file.size or 0)
        if self._limit is not None and self._fetched + more > self._limit:
            raise LimitExceededError(
                f"“{shown}” is a Git LFS object of {format_size(pointer.size)}: with it "
                f"more than the limit of {format_size(self._limit)} would be fetched.",
                path=place.target,
                hint="Raise --max-size, or write lfs = false to keep the pointer.",
            )
        if more > self._free:
            raise NoSpaceError(
                f"“{shown}” is a Git LFS object of {format_size(pointer.size)}, which "
                "does not fit on the disk.",
                path=place.target,
                hint="Free some space and run it again: what is whole stays.",
            )
        self._fetched += more
        self._free -= more
