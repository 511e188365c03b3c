"""What a headless call was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.domain.limits import DEFAULT_LIMITS, SizePolicy
from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.headless.environment import ProgressStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Options that `--replay` and `--pick` share."""

    destination: Path
    policy: ConflictPolicy = ConflictPolicy.KEEP
    limits: SizePolicy = DEFAULT_LIMITS
    is_dry_run: bool = False
    is_json: bool = False
    progress: ProgressStyle = ProgressStyle.LOG
