"""The limits of the stand-in: GitHub's own numbers unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every number that GitHub enforces and a test may want smaller."""

    anonymous_calls: int = 60
    """API requests of an anonymous caller within one window."""
    token_calls: int = 5000
    """API requests of a logged-in caller within one window."""
    window_seconds: int = 3600
    """Length of the window in which API requests are counted."""
    anonymous_searches: int = 10
    """Searches of an anonymous caller within their window."""
    token_searches: int = 30
    """Searches of a logged-in caller within their window."""
    search_window_seconds: int = 60
    """Length of the window in which searches are counted."""
    truncate_entries: int = 100_000
    """Entries after which a tree listing is truncated."""
    truncate_bytes: int = 7_000_000
    """Size after which a tree listing is truncated: its JSON with GitHub's URLs."""
    contents_entries: int = 1000
    """Entries after which a contents listing is cut without a word."""
    contents_bytes: int = MEBIBYTE
    """Largest file whose content the contents endpoint puts into JSON."""
    blob_bytes: int = 100 * MEBIBYTE
    """Largest file that the API hands out at all."""
    gist_bytes: int = MEBIBYTE
    """Bytes after which a file of a gist is cut, and marked so."""
    gist_files: int = 300
    """Files after which a gist is cut, and marked so."""
    raw_cache_seconds: float = 300.0
    """How long the raw host goes on serving what a branch name meant."""
    download_token_seconds: float = 300.0
    """Life of the token in a private download or archive address."""
    lfs_seconds: int = 3600
    """Life of an LFS download action."""
