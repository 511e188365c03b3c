"""What the command line hands to the terminal user interface."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.objects import DEFAULT_HOST
from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.storage.settings import Settings


def _forget(_what: object) -> None:
    """Save nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How the app starts."""

    address: RepoAddress | None = None
    """What to open at once; None: the start screen asks."""
    destination: Path = field(default_factory=Path)
    manifest_path: Path | None = None
    """Ticks are taken from it and saved to it."""
    limits: SizePolicy = field(default_factory=SizePolicy)
    policy: ConflictPolicy = ConflictPolicy.KEEP
    host: str = DEFAULT_HOST
    """The host that `owner/repo` means."""
    command: str = "rehydrate-tui"
    """How the program is called in the lines to paste."""
    is_ascii: bool = False
    """Whether the screens may hold nothing but ASCII."""
    recent: Sequence[str] = ()
    """Addresses opened lately, newest first."""
    suggestions: Sequence[str] = ()
    """Addresses to try."""
    save_recent: Callable[[str], None] = _forget
    rate: float | None = None
    """Bytes a second of the last download; None: nobody knows."""
    save_rate: Callable[[float], None] = _forget
    settings: Settings = field(default_factory=lambda: Settings.load(os.environ))
    """Where the hosts answer: exports carry that."""
