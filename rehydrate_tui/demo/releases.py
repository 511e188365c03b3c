"""Releases of a repository: a tag, words, and files that git does not hold."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

_FOUNDED = 1_456_822_800


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file of a release."""

    name: str
    size: int
    make: Callable[[], bytes] = field(repr=False)
    content_type: str = "application/octet-stream"
    has_digest: bool = True
    """False for uploads from before June 2025, of which GitHub gives none."""
    state: str = "uploaded"
    """`open` while the upload goes on, or was given up."""

    @classmethod
    def of(
        cls,
        name: str,
        data: bytes,
        *,
        has_digest: bool = True,
        content_type: str = "application/octet-stream",
        state: str = "uploaded",
    ) -> Asset:
        """Make an asset of some bytes."""
        return cls(
            name=name,
            size=len(data),
            make=lambda: data,
            content_type=content_type,
            has_digest=has_digest,
            state=state,
        )

    def digest(self) -> str | None:
        """Return what the API shows as `digest`."""
        if not self.has_digest:
            return None
        return f"sha256:{hashlib.sha256(self.make()).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release."""

    tag: str
    name: str = ""
    body: str = ""
    draft: bool = False
    prerelease: bool = False
    published: int = _FOUNDED
    assets: tuple[Asset, ...] = ()

    @property
    def id(self) -> int:
        """A number as the API has one."""
        return zlib.crc32(f"release {self.tag}".encode()) | 0x1000_0000

    def asset_id(self, asset: Asset) -> int:
        """Return the number of one of its assets."""
        return zlib.crc32(f"{self.tag} {asset.name}".encode()) | 0x1000_0000
