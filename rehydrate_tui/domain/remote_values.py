"""What a remote host answers, as values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

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
    has_moved: bool = False
    """Whether the repository answers under another name than the one asked for."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The end of an earlier try: what is on disk, and of which answer it is."""

    offset: int
    """Bytes that are here."""
    etag: str
    """The strong ETag of the answer that they came with."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Some bytes of a file, for who does not need all of them."""

    offset: int
    length: int
    """At least 1; what lies behind the end of the file is not asked for."""

    @property
    def end(self) -> int:
        """Where the byte after the last one is."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Body:
    """The content of an answer while it arrives."""

    chunks: AsyncIterator[bytes]
    """Decoded bytes; raises `RemoteError`s when the transfer breaks."""
    size: int | None
    """Bytes that the server promised, None when it did not say."""
    etag: str = ""
    """The strong ETag; empty without one, and then nothing can be resumed."""
    offset: int = 0
    """Where in the content the chunks begin: other than 0 only as asked for."""
    travelled: Callable[[], int] | None = None
    """Tells how many bytes came over the network so far: fewer than the chunks have, if
    they were compressed. None: as many as the chunks have."""
    needed_token: bool = False
    """Whether the server gave it to the owner of a token only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LfsDownload:
    """Where one LFS object may be fetched, with the headers that the server gave."""

    pointer: LfsPointer
    href: str = field(repr=False)
    """Often signed, and then a secret, as the headers are."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    needed_token: bool = False
    """Whether the server named it to the owner of a token only."""
    expires_at: float | None = None
    """Seconds since the epoch; None if the server did not say."""
