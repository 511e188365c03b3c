"""A destination as it is: the disk, and what is known of it from earlier runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.manifest import LockedFile
from rehydrate_tui.domain.plan import LocalFile
from rehydrate_tui.storage.local_files import look
from rehydrate_tui.storage.receipts import PartNote, Receipt, ReceiptIndex


@dataclass(frozen=True, slots=True)
class Ground:
    """A destination with the receipts of everything below it."""

    destination: Path
    root: Path
    """The same without links: what receipts are kept by."""
    receipts: Mapping[str, Receipt]
    parts: Mapping[str, PartNote]
    """Unfinished files that a run may go on with."""

    @classmethod
    def survey(cls, destination: Path, index: ReceiptIndex | None) -> Ground:
        """Read the receipts; without an index there are none."""
        root = Path(os.path.realpath(destination))
        if index is None:
            return cls(destination, root, {}, {})
        return cls(destination, root, index.below(root), index.parts_below(root))

    def look(self, target: str, file: LockedFile) -> LocalFile:
        """Compare one place with what is pinned for it.

        Raises:
            WriteError: what is there cannot be read.
        """
        receipt = self.receipts.get(str(self.root / target))
        return look(self.destination, target, file, receipt)
