"""A hand-over as a file of its own."""

from __future__ import annotations

from pathlib import Path

from rehydrate_tui.export.forms import Form
from rehydrate_tui.storage.atomic import write_atomically
from rehydrate_tui.storage.translate import translating_os_errors


def write_export(path: Path, text: str, form: Form) -> None:
    """Write `text` to `path`; a script may be executed.

    Raises:
        WriteError: the folder is missing or not writable, or the disk is full.
    """
    write_atomically(path, text.encode("utf-8"))
    if not form.is_for_notebooks:
        with translating_os_errors(str(path)):
            path.chmod(path.stat().st_mode | 0o111)
