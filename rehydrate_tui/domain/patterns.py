"""Gitignore patterns over repository paths (`--pick`, `--list`, `include`)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence

from rehydrate_tui.domain.glob_cost import bounded
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import UsageError

_SPECIAL = re.compile(r"([\\*?\[])")
_POSIX_CLASS = re.compile(r"(?<!\\)\[[^\]\\]*\[:[a-z]+:\]")

# What `exact_pattern` writes; thousands of such lines must not cost a search each.
_LITERAL = re.compile(r"(!?)/((?:[^\\*?\[]|\\[^/])+)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

# The library's expressions take a line feed for an end of text. It is legal in names,
# so both sides use a stand-in that no valid text holds.
_LINE_FEED = "\udc0a"

_Glob = tuple[int, Callable[[str], object | None], bool]
"""Place of the line, what it matches, and whether that is wanted."""


class PatternSet:
    """Gitignore lines where a match means "wanted".

    The last line that matches a file, or a directory above it, decides. (Git lets a
    line for the file win over a later one for its directory; here `!data/` after
    `*.csv` drops what is below `data`.)
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        self._literals: dict[str, tuple[int, bool]] = {}
        globs: list[_Glob] = []
        for order, line in enumerate(self.lines):
            text = line.replace("\n", _LINE_FEED)
            literal = _literal(text)
            if literal is None:
                globs += _compile(text, order)
            else:
                wanted, path = literal
                self._literals[path] = (order, wanted)
        self._globs = globs[::-1]

    def matches(self, path: str) -> bool:
        """Tell whether the file at `path` is wanted."""
        text = path.replace("\n", _LINE_FEED)
        last, wanted = self._last_literal(text)
        for order, match, include in self._globs:
            if order < last:
                break
            if match(text) is not None:
                return include
        return wanted

    def _last_literal(self, path: str) -> tuple[int, bool]:
        """Return the last literal line that matches: its place, and what it says."""
        literals = self._literals
        found = literals.get(path, _NO_LINE)
        end = path.find("/") if literals else -1
        while end != -1:
            # `/a` stands for a file or directory of that name, `/a/` for the latter.
            for name in (path[:end], path[: end + 1]):
                found = max(found, literals.get(name, _NO_LINE))
            end = path.find("/", end + 1)
        return found

    def select(self, paths: Iterable[str]) -> list[str]:
        """Return the wanted ones of `paths`, in their order."""
        return [path for path in paths if self.matches(path)]


_NO_LINE = (-1, False)


def _literal(line: str) -> tuple[bool, str] | None:
    """Read a line without wildcards that is anchored at the top, if it is one."""
    match = _LITERAL.fullmatch(line)
    if match is None or line.startswith("//", len(match[1])) or "//" in match[2]:
        return None
    if line.endswith(" ") and not line.endswith("\\ "):
        return None
    return not match[1], _ESCAPED.sub(r"\1", match[2])


def _compile(line: str, order: int) -> list[_Glob]:
    # Replays of pinned files need no patterns, and the library takes a while to load.
    from pathspec import GitIgnoreSpec

    globs: list[_Glob] = []
    if _POSIX_CLASS.search(line):
        raise _pattern_error(line, "Write [0-9] or [a-z] for a class like this.")
    with warnings.catch_warnings():
        # `[[]` is a fine pattern; a future Python might read its expression otherwise.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            spec = GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error) as error:
            reason = f"The pattern library says: {strip_controls(str(error))}."
            raise _pattern_error(line, reason) from error
        for pattern in spec.patterns:
            library: re.Pattern[str] | None = pattern.regex  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - of str or bytes
            if pattern.include is not None and library is not None:
                globs.append((order, _quick(library, line), pattern.include))
    return globs


def _quick(library: re.Pattern[str], line: str) -> Callable[[str], object | None]:
    expression = bounded(library.pattern)
    if expression is None:
        raise _pattern_error(line, "It has too many stars; write it in several lines.")
    return re.compile(expression, library.flags).search


def _pattern_error(line: str, hint: str) -> UsageError:
    return UsageError(
        f"“{strip_controls(line)}” is a pattern that is not understood.", hint=hint
    )


def exact_pattern(path: str, *, is_directory: bool) -> str:
    """Write the pattern that matches this file, or all below this directory, only.

    The empty path is the top folder.
    """
    if not path:
        return "*"
    escaped = _SPECIAL.sub(r"\\\1", path)
    if is_directory:
        return f"/{escaped}/"
    if escaped.endswith(" "):
        # Gitignore cuts trailing spaces off unless they are escaped.
        escaped = f"{escaped[:-1]}\\ "
    return f"/{escaped}"
