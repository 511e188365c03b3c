"""Repositories opened lately, newest first, in this user's state folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.atomic import write_atomically

MAX_RECENT = 12
_FILE_NAME = "recent.json"


def load_recent(state: Path) -> list[str]:
    """Return the addresses; a missing or damaged file is an empty list."""
    try:
        found: Any = json.loads((state / _FILE_NAME).read_bytes())
    except (OSError, ValueError):
        return []
    if not isinstance(found, list):
        return []
    items: list[Any] = found  # pyright: ignore[reportUnknownVariableType] - from JSON
    return [item for item in items if isinstance(item, str)][:MAX_RECENT]


def remember_recent(state: Path, address: str, recent: Sequence[str]) -> None:
    """Put `address` first; a state folder that cannot be written is let be."""
    kept = [address, *(other for other in recent if other != address)]
    data = json.dumps(kept[:MAX_RECENT], indent=2).encode()
    try:
        state.mkdir(parents=True, exist_ok=True)
        write_atomically(state / _FILE_NAME, data)
    except (OSError, LocalError):
        # Sessions with a read-only home lose a convenience, not their work.
        return
