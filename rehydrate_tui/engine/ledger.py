"""What one run tells the receipts: beforehand all, afterwards in batches."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

from rehydrate_tui.domain.plan import DownloadPlan, Stamp
from rehydrate_tui.storage.receipts import ReceiptIndex

_BATCH_FILES = 200
_BATCH_SECONDS = 0.5


class Ledger:
    """The receipts of one run.

    Args:
        destination: the folder that all targets are below.
        index: where they are kept; None: nowhere.
    """

    def __init__(self, destination: Path, index: ReceiptIndex | None) -> None:
        self._root = Path(os.path.realpath(destination))
        self._index = index
        self._batch: list[tuple[Path, str, Stamp]] = []
        self._flushed = time.monotonic()

    def open(self, plan: DownloadPlan) -> None:
        """Tell what the plan found, then what is about to be written.

        In this order: what an earlier run put here before it was killed must be known
        for ours when the next announcement takes the place of that run's.
        """
        if self._index is not None:
            self._index.record(self._found(plan))
            self._index.announce(
                (self._root / each.target, each.content) for each in plan.writing
            )

    def note(self, target: str, content: str, stamp: Stamp) -> None:
        """Note a file that is in place; it is told with the next batch."""
        self._batch.append((self._root / target, content, stamp))

    async def flush_if_due(self) -> None:
        """Tell a batch if it is large or old enough."""
        is_old = time.monotonic() - self._flushed > _BATCH_SECONDS
        if self._batch and (is_old or len(self._batch) >= _BATCH_FILES):
            batch, self._batch = self._batch, []
            await asyncio.to_thread(self._tell, batch)

    def close(self) -> None:
        """Tell the rest."""
        batch, self._batch = self._batch, []
        self._tell(batch)

    def _tell(self, batch: list[tuple[Path, str, Stamp]]) -> None:
        if self._index is not None:
            self._index.record(batch)
        self._flushed = time.monotonic()

    def _found(self, plan: DownloadPlan) -> Iterator[tuple[Path, str, Stamp]]:
        for planned in plan.files:
            local = planned.local
            if local is not None and local.is_news and local.stamp is not None:
                yield self._root / planned.target, local.content, local.stamp
