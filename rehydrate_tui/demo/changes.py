"""What differs between two trees, and what a commit changed."""

from __future__ import annotations

from dataclasses import dataclass

from rehydrate_tui.demo.objects import CommitInfo, Entry, ObjectSource


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs; `before` and `after` are blob ids."""

    path: bytes
    before: str | None
    after: str | None

    @property
    def status(self) -> str:
        """The word that the API uses."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "modified"


def changes_between(objects: ObjectSource, commit: CommitInfo) -> list[Change]:
    """List what a commit changed, in path order; equal subtrees are not entered."""
    parents = [oid for oid in commit.parents[:1] if objects.kind(oid)]
    before = objects.commit(parents[0]).tree if parents else None
    return changes_of_trees(objects, before, commit.tree)


def changes_of_trees(
    objects: ObjectSource, before: str | None, after: str
) -> list[Change]:
    """List what differs between two trees, in path order."""
    found: list[Change] = []
    _compare(objects, b"", before, after, found)
    return found


def _compare(
    objects: ObjectSource,
    prefix: bytes,
    before: str | None,
    after: str | None,
    found: list[Change],
) -> None:
    if before == after:
        return
    old = _children(objects, before)
    new = _children(objects, after)
    for name in sorted(old.keys() | new.keys()):
        path = prefix + name
        was, now = old.get(name), new.get(name)
        _compare(objects, path + b"/", _tree_id(was), _tree_id(now), found)
        files = _file_id(was), _file_id(now)
        if files[0] != files[1]:
            found.append(Change(path, *files))


def _children(objects: ObjectSource, tree: str | None) -> dict[bytes, Entry]:
    if tree is None:
        return {}
    return {entry.name: entry for entry in objects.tree(tree)}


def _tree_id(entry: Entry | None) -> str | None:
    return entry.oid if entry is not None and entry.kind == "tree" else None


def _file_id(entry: Entry | None) -> str | None:
    return entry.oid if entry is not None and entry.kind != "tree" else None
