"""How fast the last download was, in this user's state folder: for the next estimate."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.atomic import write_atomically

_FILE_NAME = "rate.json"
_KEY = "bytes_per_second"


def load_rate(state: Path) -> float | None:
    """Return bytes a second; None without a run, or if the file is damaged."""
    try:
        found: Any = json.loads((state / _FILE_NAME).read_bytes())
        rate = float(found[_KEY])
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None
    return rate if math.isfinite(rate) and rate > 0 else None


def remember_rate(state: Path, rate: float) -> None:
    """Keep bytes a second; a state folder that cannot be written is let be."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        write_atomically(state / _FILE_NAME, json.dumps({_KEY: rate}).encode())
    except (OSError, LocalError):
        # Sessions with a read-only home lose a convenience, not their work.
        return
