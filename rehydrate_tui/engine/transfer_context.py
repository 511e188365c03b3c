"""What all transfers of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.domain.progress import ProgressSink
from rehydrate_tui.engine.allowance import Allowance
from rehydrate_tui.engine.ledger import Ledger
from rehydrate_tui.engine.lfs_links import LfsLinks
from rehydrate_tui.engine.pausing import Pause
from rehydrate_tui.engine.retrying import Retrying
from rehydrate_tui.engine.width import Width
from rehydrate_tui.storage.blob_cache import BlobCache
from rehydrate_tui.storage.folders import Folders
from rehydrate_tui.storage.parts import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferContext:
    """What all transfers of one run share."""

    destination: Path
    policy: ConflictPolicy
    sink: ProgressSink
    retrying: Retrying
    links: LfsLinks
    ledger: Ledger
    parts: Parts
    folders: Folders
    width: Width
    allowance: Allowance
    cache: BlobCache | None = None
    pause: Pause = field(default_factory=Pause)
    """On while the run is paused."""
    cached: list[int] = field(default_factory=list[int])
    """Bytes of each content that came from the cache."""
