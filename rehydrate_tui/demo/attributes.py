"""The .gitattributes of a commit, as far as they change an archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from dulwich.attrs import AttributeValue, Pattern, parse_git_attributes

from rehydrate_tui.demo.repository import Repository

try:
    from dulwich.wildmatch import (
        MalformedPattern,  # pyright: ignore[reportAssignmentType] - the class below stands in for it
    )
except ImportError:  # releases before 1.2.16 take every pattern

    class MalformedPattern(Exception):  # type: ignore[no-redef]  # noqa: N818 - dulwich's name
        """A pattern that git takes to match nothing."""


_NAME = b".gitattributes"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a .gitattributes, and the folder whose paths it speaks of."""

    folder: bytes
    pattern: Pattern
    values: Mapping[bytes, AttributeValue]

    def matches(self, path: bytes) -> bool:
        return self.pattern.match(path.removeprefix(self.folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRules:
    """What an archive does to one path."""

    is_ignored: bool = False
    is_substituted: bool = False
    has_crlf: bool = False


_UNTOUCHED = ExportRules()


class CommitAttributes:
    """Attributes of every path in one commit."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._commit = commit
        self._lines: dict[bytes, list[_Line]] = {}

    def rules(self, path: bytes) -> ExportRules:
        """Return what the archive of the commit does to a path."""
        lines = self._in_force(path.rpartition(b"/")[0])
        if not lines:
            return _UNTOUCHED
        found: dict[bytes, AttributeValue] = {}
        for line in lines:
            if line.matches(path):
                found.update(line.values)
        return ExportRules(
            is_ignored=found.get(b"export-ignore") is True,
            is_substituted=found.get(b"export-subst") is True,
            has_crlf=found.get(b"eol") == b"crlf" and found.get(b"text") is not False,
        )

    def _in_force(self, directory: bytes) -> list[_Line]:
        """Collect the lines from the root down; later ones win."""
        known = self._lines.get(directory)
        if known is None:
            above = self._in_force(directory.rpartition(b"/")[0]) if directory else []
            known = self._lines[directory] = above + list(self._load(directory))
        return known

    def _load(self, directory: bytes) -> Iterator[_Line]:
        folder = directory + b"/" if directory else b""
        found = self._repository.find(self._commit, folder + _NAME)
        if found is None or found.entry.kind != "blob" or found.entry.is_link:
            return
        data = self._repository.objects.blob(found.entry.oid)
        for text, values in parse_git_attributes(BytesIO(data)):
            pattern = _compiled(text)
            if pattern is not None:
                yield _Line(folder, pattern, values)


def _compiled(text: bytes) -> Pattern | None:
    """Compile a pattern; git takes a malformed one to match nothing."""
    try:
        return Pattern(text)
    except MalformedPattern:
        return None
