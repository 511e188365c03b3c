"""Contents out of the shared cache, through the same check as those of the network."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar

from rehydrate_tui.errors import IntegrityError
from rehydrate_tui.storage.arrival import Arrival
from rehydrate_tui.storage.blob_cache import BlobCache

T = TypeVar("T")

_BLOCK = 2**18


def take_from_cache(
    cache: BlobCache,
    content: str,
    open_part: Callable[[], Arrival],
    conclude: Callable[[Arrival], T],
) -> T | None:
    """Fill a part file from the cache and return what `conclude` makes of it.

    An entry that is not what its name says is dropped; then, and without an entry, the
    answer is None and the network has to be asked.

    Raises:
        LocalError: the file cannot be written.
    """
    with cache.open(content) as entry:
        if entry is None:
            return None
        try:
            with open_part() as part:
                while block := _read(entry):
                    part.write(block)
                part.verify()
                return conclude(part)
        except IntegrityError:
            cache.drop(content)
            return None


def _read(entry: BinaryIO) -> bytes:
    """Return the next bytes; where the volume fails the entry ends, and is too short."""
    with suppress(OSError):
        return entry.read(_BLOCK)
    return b""
