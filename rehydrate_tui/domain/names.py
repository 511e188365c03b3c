"""Names that a file system takes for one, and the files that so have no place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRules:
    """How a file system compares names."""

    folds_case: bool = False
    """As on Windows and macOS: `A` is `a`."""
    folds_form: bool = False
    """As on macOS: one letter, composed or decomposed."""

    def key(self, path: str) -> str:
        """Return what two paths share that are one here."""
        if path.isascii():
            return path.lower() if self.folds_case else path
        if self.folds_form:
            path = unicodedata.normalize("NFD", path)
        if self.folds_case:
            path = path.casefold()
        return unicodedata.normalize("NFC", path) if self.folds_form else path


def clashing_targets(targets: Iterable[str], rules: NameRules) -> dict[str, str]:
    """Return the targets that an earlier one leaves no place for, with that one.

    Two folders simply become one; a file and a folder cannot.
    """
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    clashes: dict[str, str] = {}
    for target in targets:
        above = list(_folders_above(target))
        key = rules.key(target)
        other = files.get(key) or folders.get(key)
        for folder in above:
            other = other or files.get(rules.key(folder))
        if other is not None and other != target:
            clashes[target] = other
            continue
        files[key] = target
        for folder in above:
            folders.setdefault(rules.key(folder), target)
    return clashes


def _folders_above(target: str) -> Iterator[str]:
    folder = target.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
