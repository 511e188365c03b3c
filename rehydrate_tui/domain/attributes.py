"""Which paths `.gitattributes` files hand to Git LFS (gitattributes manual)."""

from __future__ import annotations

from collections.abc import Mapping

from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.errors import UsageError

ATTRIBUTES_NAME = ".gitattributes"


class LfsRules:
    """The `filter=lfs` lines of all attribute files of a tree.

    Args:
        texts: content of each file by the directory that holds it, `""` for the top.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._rules = {
            directory: rules
            for directory, text in texts.items()
            if (rules := _lfs_patterns(text)) is not None
        }

    def __bool__(self) -> bool:
        return bool(self._rules)

    def matches(self, path: str) -> bool:
        """Tell whether a file at `path` is expected to be an LFS pointer."""
        for directory, rules in self._rules.items():
            prefix = f"{directory}/" if directory else ""
            if path.startswith(prefix) and rules.matches(path[len(prefix) :]):
                return True
        return False


def _lfs_patterns(text: str) -> PatternSet | None:
    lines: list[str] = []
    for line in text.splitlines():
        pattern, *attributes = line.split() or [""]
        if not pattern or pattern.startswith(("#", "!", "[attr]")):
            continue
        # `git lfs track` writes this class for a space; patterns know no classes.
        pattern = pattern.replace("[[:space:]]", "?")
        if "filter=lfs" in attributes:
            lines.append(pattern)
        elif "-filter" in attributes or "!filter" in attributes:
            lines.append(f"!{pattern}")
    usable = [line for line in lines if _is_usable(line)]
    return PatternSet(usable) if usable else None


def _is_usable(line: str) -> bool:
    """Tell whether the line can be matched; one that cannot spoils no other.

    Attributes only tell where to look: content decides what is a pointer.
    """
    try:
        PatternSet([line])
    except UsageError:
        return False
    return True
