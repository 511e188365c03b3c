"""Which names a file system takes for one: asked of the file system itself."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from rehydrate_tui.domain.names import NameRules

# The letter stands in its composed form, as almost all programs write it.
_STEM = "Rehydr\u00e1te"
_OTHER_CASE = "rEHYDR\u00c1TE"
_OTHER_FORM = "Rehydra\u0301te"


def probe_names(folder: Path) -> NameRules:
    """Make a file for a moment and look whether it has other names, too.

    Where no file can be made nothing is known, and names are taken to be apart.
    """
    head, tail = ".", f".{os.urandom(6).hex()}.part"
    path = folder / f"{head}{_STEM}{tail}"
    try:
        path.open("xb").close()
    except OSError:
        return NameRules()
    try:
        return NameRules(
            folds_case=os.path.lexists(folder / f"{head}{_OTHER_CASE}{tail}"),
            folds_form=os.path.lexists(folder / f"{head}{_OTHER_FORM}{tail}"),
        )
    finally:
        with suppress(OSError):
            path.unlink()
