"""One repository's files into a manifest that may hold others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rehydrate_tui.domain.manifest import Manifest, Source
from rehydrate_tui.domain.objects import ObjectId, RepoId


def is_same_repository(one: RepoId, other: RepoId) -> bool:
    """Tell whether GitHub takes both for the same repository."""
    return str(one).casefold() == str(other).casefold()


def find_source(
    sources: Sequence[Source], repo: RepoId, commit: ObjectId | None = None
) -> Source | None:
    """Return what a manifest says of a repository; `commit` decides between several."""
    same = [each for each in sources if is_same_repository(each.repository, repo)]
    exact = [each for each in same if each.commit == commit]
    return next(iter((*exact, *same)), None)


def put_source(manifest: Manifest, source: Source) -> Manifest:
    """Return the manifest with `source` in the place of the repository's old one."""
    old = find_source(manifest.sources, source.repository, source.commit)
    if old is None:
        return replace(manifest, sources=(*manifest.sources, source))
    sources = tuple(source if each is old else each for each in manifest.sources)
    return replace(manifest, sources=sources)
