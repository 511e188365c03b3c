"""Gitignore patterns over repository paths (`--pick`, `--list`, `include`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pathspec import GitIgnoreSpec

from rehydrate_tui.errors import UsageError

_SPECIAL = re.compile(r"([\\*?\[])")


class PatternSet:
    """Gitignore lines where a match means "wanted": the last matching line decides."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        try:
            self._spec = GitIgnoreSpec.from_lines(self.lines)
        except ValueError as error:
            raise UsageError(
                f"“{' '.join(self.lines)}” holds a pattern that gitignore does not know.",
                hint=f"The pattern library says: {error}.",
            ) from error

    def matches(self, path: str) -> bool:
        """Tell whether the file at `path` is wanted."""
        return self._spec.match_file(path)

    def select(self, paths: Iterable[str]) -> list[str]:
        """Return the wanted ones of `paths`, in their order."""
        return [path for path in paths if self._spec.match_file(path)]


def exact_pattern(path: str, *, is_directory: bool) -> str:
    """Write the pattern that matches this file, or all below this directory, only."""
    escaped = _SPECIAL.sub(r"\\\1", path)
    stripped = escaped.rstrip(" ")
    # Trailing spaces are cut off by gitignore unless each is escaped.
    escaped = stripped + "\\ " * (len(escaped) - len(stripped))
    return f"/{escaped}/" if is_directory else f"/{escaped}"
