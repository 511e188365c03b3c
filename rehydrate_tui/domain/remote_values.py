"""What a remote host answers, as values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedAddress:
    """Where an address leads: a commit, and the path to show first."""

    oid: ObjectId
    ref: str
    """As chosen, short form: a branch, a tag, or the commit id itself."""
    path: str = ""
    notes: tuple[str, ...] = ()
    """Sentences for the person, such as about a branch and a tag of one name."""


@dataclass(frozen=True, slots=True)
class Body:
    """The content of an answer while it arrives."""

    chunks: AsyncIterator[bytes]
    """Decoded bytes; raises `RemoteError`s when the transfer breaks."""
    size: int | None
    """Bytes that the server promised, None when it did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LfsDownload:
    """Where one LFS object may be fetched, with the headers that the server gave."""

    pointer: LfsPointer
    href: str
    headers: tuple[tuple[str, str], ...] = ()
