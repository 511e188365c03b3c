"""Releases and the files that hang on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAsset:
    """One file of a release."""

    id: int
    name: str
    """As GitHub has it; not safe to show or to write."""
    size: int
    content_type: str = ""
    sha256: str | None = None
    """Hex; None where GitHub gives none, as for uploads before June 2025."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release with its assets."""

    id: int
    tag: str
    """As git has it; not safe to show."""
    title: str
    """Safe to show; empty if the release has none."""
    published: datetime | None
    """None for a draft."""
    is_draft: bool
    is_prerelease: bool
    assets: tuple[ReleaseAsset, ...]


def sha256_of(digest: object) -> str | None:
    """Return the hex digits of a `digest` field; None for another algorithm or none."""
    match = _SHA256.fullmatch(digest) if isinstance(digest, str) else None
    return match[1] if match else None
