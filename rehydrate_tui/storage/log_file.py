"""`--log FILE`: what was told and asked, line by line, without any secret.

The lines are made safe here once more: addresses in errors and names from outside pass
through the same two filters as those for a terminal.
"""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

from rehydrate_tui.domain.redact import redact
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import UsageError

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
_OWNER_ONLY = 0o600


class LogFile:
    """Appends to a file that only its owner can read.

    Each line is written in one piece, so that several processes can share the file.

    Raises:
        UsageError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, _APPEND, _OWNER_ONLY)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"The log “{strip_controls(str(path))}” cannot be written: {error}.",
                hint="Give the path of a file in a folder that you may write to.",
            ) from error

    def line(self, text: str) -> None:
        """Append one line; a full disk must not end a download."""
        now = datetime.now(tz=timezone.utc).isoformat(timespec="milliseconds")
        safe = " ".join(redact(word) for word in strip_controls(text).split(" "))
        data = f"{now} {safe}\n".encode("utf-8", "backslashreplace")
        try:
            os.write(self._descriptor, data)
        except OSError:
            return
