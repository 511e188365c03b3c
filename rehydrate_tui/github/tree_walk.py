"""The whole tree of a commit: one request, or a walk when the list is cut."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from rehydrate_tui.domain.objects import FileMode, ObjectId, RepoId, TreeEntry
from rehydrate_tui.domain.tree import RepoTree
from rehydrate_tui.github.absence import Absence
from rehydrate_tui.github.api import Api
from rehydrate_tui.github.payloads import Listing, listing_from
from rehydrate_tui.github.routes import Routes

_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A tree to list: recursively, or its own entries only."""

    path: str
    oid: ObjectId
    is_recursive: bool


class TreeWalk:
    """Lists one commit.

    A cut answer is set aside and its directory is split: its own entries are listed,
    then each directory among them recursively, and so on.
    """

    def __init__(
        self,
        api: Api,
        routes: Routes,
        absence: Absence,
        *,
        repo: RepoId,
        commit: ObjectId,
    ) -> None:
        self._api = api
        self._routes = routes
        self._missing = absence.ref(repo, commit)
        self._repo = repo
        self._open = deque([_Question(path="", oid=commit, is_recursive=True)])
        self._whole: list[Sequence[TreeEntry]] = []
        self._cut: list[Sequence[TreeEntry]] = []
        self._is_complete = True

    async def run(self, *, max_requests: int) -> RepoTree:
        """Return the tree, truncated if `max_requests` were not enough.

        Raises:
            RemoteError: a request failed.
        """
        running: dict[asyncio.Task[Listing], _Question] = {}
        try:
            while self._open or running:
                while self._open and max_requests > 0 and len(running) < _AT_ONCE:
                    question = self._open.popleft()
                    running[asyncio.create_task(self._list(question))] = question
                    max_requests -= 1
                if not running:
                    break
                done, _ = await asyncio.wait(
                    running, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    self._take(running.pop(task), task.result())
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        return await asyncio.to_thread(self._build)

    async def _list(self, question: _Question) -> Listing:
        url = self._routes.tree(
            self._repo, question.oid, is_recursive=question.is_recursive
        )
        answer = await self._api.get(url, self._missing)
        # Megabytes of JSON: the event loop has to stay free for the screen.
        return await asyncio.to_thread(listing_from, answer, question.path)

    def _take(self, question: _Question, listing: Listing) -> None:
        if question.is_recursive and listing.is_truncated:
            self._cut.append(listing.entries)
            self._open.append(
                _Question(path=question.path, oid=question.oid, is_recursive=False)
            )
            return
        self._whole.append(listing.entries)
        if listing.is_truncated:
            self._is_complete = False
        if not question.is_recursive:
            self._open.extend(
                _Question(path=entry.path, oid=entry.oid, is_recursive=True)
                for entry in listing.entries
                if entry.mode is FileMode.TREE
            )

    def _build(self) -> RepoTree:
        """Put the listings together; cut ones only fill what nothing else tells."""
        is_truncated = bool(self._open) or not self._is_complete
        listings = [*self._whole, *(self._cut if is_truncated else ())]
        entries = [entry for listing in listings for entry in listing]
        return RepoTree(entries, is_truncated=is_truncated)
