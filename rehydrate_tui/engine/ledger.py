"""What one run tells the receipts: beforehand all, afterwards in batches."""

from __future__ import annotations

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
        self._root = os.path.join(os.path.realpath(destination), "")  # noqa: PTH118 - keeps the separator
        self._index = index
        self._batch: list[tuple[str, str, Stamp]] = []
        self._flushed = time.monotonic()

    def open(self, plan: DownloadPlan) -> None:
        """Tell what the plan found, then what is about to be written.

        In this order: what an earlier run put here before it was killed must be known
        for ours when the next announcement takes the place of that run's.
        """
        if self._index is not None:
            self._index.record(self._found(plan))
            self._index.announce(
                (self._root + each.target, each.content) for each in plan.writing
            )

    def note(self, target: str, content: str, stamp: Stamp) -> None:
        """Note a file that is in place; it is told with the next batch."""
        self._batch.append((self._root + target, content, stamp))

    def take_due(self) -> list[tuple[str, str, Stamp]]:
        """Return a batch that is large or old enough to be told; empty if none is."""
        is_old = time.monotonic() - self._flushed > _BATCH_SECONDS
        if not self._batch or not (is_old or len(self._batch) >= _BATCH_FILES):
            return []
        batch, self._batch = self._batch, []
        return batch

    def close(self) -> None:
        """Tell the rest."""
        batch, self._batch = self._batch, []
        self.tell(batch)

    def tell(self, batch: list[tuple[str, str, Stamp]]) -> None:
        """Tell one batch."""
        if self._index is not None:
            self._index.record(batch)
        self._flushed = time.monotonic()

    def _found(self, plan: DownloadPlan) -> Iterator[tuple[str, str, Stamp]]:
        for planned in plan.files:
            local = planned.local
            if local is not None and local.is_news and local.stamp is not None:
                yield self._root + planned.target, local.content, local.stamp
