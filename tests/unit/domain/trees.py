"""Random trees, and what they look like to somebody who only counts by hand."""

from __future__ import annotations

from hypothesis import strategies as st

from rehydrate_tui.domain.objects import FileMode, ObjectId, TreeEntry

OID = ObjectId("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")

_FILE_MODES = [
    FileMode.REGULAR,
    FileMode.EXECUTABLE,
    FileMode.SYMLINK,
    FileMode.GITLINK,
]


def blob(path: str, size: int = 1, mode: FileMode = FileMode.REGULAR) -> TreeEntry:
    """Return the entry of a file."""
    return TreeEntry(path, mode, OID, size if mode.is_blob else 0)


def folder(path: str) -> TreeEntry:
    """Return the entry of a directory."""
    return TreeEntry(path, FileMode.TREE, OID, 0)


def folders_above(path: str) -> list[str]:
    """Return the directories above a path, the nearest first."""
    above: list[str] = []
    while "/" in path:
        path = path.rpartition("/")[0]
        above.append(path)
    return above


def is_below(path: str, above: str) -> bool:
    """Tell whether `path` is `above` or somewhere below it; all is below the top."""
    return not above or path == above or path.startswith(f"{above}/")


@st.composite
def entries(draw: st.DrawFn) -> list[TreeEntry]:
    """Leaves at random depth; some directories are listed, in any order."""
    names = st.sampled_from(["a", "b", "c", "a-b", "a.b", "é"])
    paths = draw(
        st.lists(st.lists(names, min_size=1, max_size=4).map("/".join), unique=True)
    )
    inner = {above for path in paths for above in folders_above(path)}
    leaves = [
        blob(path, draw(st.integers(0, 10**12)), draw(st.sampled_from(_FILE_MODES)))
        for path in paths
        if path not in inner
    ]
    listed = [folder(path) for path in sorted(inner) if draw(st.booleans())]
    return draw(st.permutations([*leaves, *listed]))
