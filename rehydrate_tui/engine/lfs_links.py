"""Where the Git LFS objects of a run are: asked for a hundred at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.plan import PlannedFile
from rehydrate_tui.domain.remote_values import LfsDownload
from rehydrate_tui.engine.ports import Clock, Remote
from rehydrate_tui.errors import RemoteError

OBJECTS_AT_ONCE = 100
_MARGIN = 30.0


class LfsLinks:
    """Download links by object; a link that runs out is asked for again.

    Args:
        files: what the run will fetch; the pointers among them are asked for together.
        clock: seconds since the epoch.
    """

    def __init__(self, files: Iterable[PlannedFile], clock: Clock) -> None:
        self._clock = clock
        self._unasked: defaultdict[RepoId, dict[str, LfsPointer]] = defaultdict(dict)
        self._links: dict[tuple[RepoId, str], LfsDownload] = {}
        self._refusals: dict[tuple[RepoId, str], RemoteError] = {}
        self._used: set[tuple[RepoId, str]] = set()
        self._locks: defaultdict[RepoId, asyncio.Lock] = defaultdict(asyncio.Lock)
        for planned in files:
            if planned.file.lfs is not None:
                pointer = planned.file.lfs
                self._unasked[planned.repo][pointer.oid] = pointer

    async def find(
        self, remote: Remote, repo: RepoId, pointer: LfsPointer
    ) -> LfsDownload:
        """Return where an object is; the server is asked if nobody knows.

        Raises:
            RemoteError: the server does not answer, or will not give the object.
        """
        key = (repo, pointer.oid)
        async with self._locks[repo]:
            if not self._is_fresh(key) and key not in self._refusals:
                await self._ask(remote, repo, pointer)
            refusal = self._refusals.pop(key, None)
            if refusal is not None:
                raise refusal
            self._used.add(key)
            return self._links[key]

    def forget(self, repo: RepoId, pointer: LfsPointer) -> None:
        """Do not use a link again: the storage has refused it."""
        self._links.pop((repo, pointer.oid), None)

    def _is_fresh(self, key: tuple[RepoId, str]) -> bool:
        link = self._links.get(key)
        if link is None:
            return False
        return link.expires_at is None or self._clock() + _MARGIN < link.expires_at

    async def _ask(self, remote: Remote, repo: RepoId, pointer: LfsPointer) -> None:
        unasked = self._unasked[repo]
        self._put_back(repo)
        unasked.pop(pointer.oid, None)
        batch = [pointer, *list(unasked.values())[: OBJECTS_AT_ONCE - 1]]
        for asked, found in zip(
            batch, await remote.locate_lfs(repo, batch), strict=True
        ):
            unasked.pop(asked.oid, None)
            if isinstance(found, RemoteError):
                self._refusals[repo, asked.oid] = found
            else:
                self._links[repo, asked.oid] = found

    def _put_back(self, repo: RepoId) -> None:
        """Ask again, together, for the links that ran out before anybody used them."""
        for key in [*self._links]:
            if key[0] == repo and key not in self._used and not self._is_fresh(key):
                self._unasked[repo][key[1]] = self._links.pop(key).pointer
