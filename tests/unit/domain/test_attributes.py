"""Which paths attribute files hand to Git LFS."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.attributes import LfsRules

LINE = "*.bin filter=lfs diff=lfs merge=lfs -text\n"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (LINE, "a.bin", True),
        (LINE, "deep/er/a.bin", True),
        (LINE, "a.txt", False),
        ("data/*.csv filter=lfs\n", "data/a.csv", True),
        ("data/*.csv filter=lfs\n", "x/data/a.csv", False),
        (f"{LINE}keep.bin -filter\n", "keep.bin", False),
        (f"{LINE}keep.bin !filter\n", "sub/keep.bin", False),
        (f"{LINE}*.bin text\n", "a.bin", True),
        ("# *.bin filter=lfs\n", "a.bin", False),
        ("[attr]big filter=lfs\n", "[attr]big", False),
        ("!*.bin filter=lfs\n", "a.bin", False),
        ("*.bin filter=other\n", "a.bin", False),
        ("*.bin diff=lfs\n", "a.bin", False),
        ("\n\n   \n", "a.bin", False),
        ("", "a.bin", False),
        (f"{LINE}\r\n", "a.bin", True),
        ("my[[:space:]]file.bin filter=lfs\n", "my file.bin", True),
        ("my[[:space:]]file.bin filter=lfs\n", "myfile.bin", False),
        (f"[[:alpha:]].x filter=lfs\n{LINE}", "a.bin", True),
    ],
)
def test_lines_tell_what_is_kept_in_lfs(
    text: str,
    path: str,
    expected: bool,  # noqa: FBT001 - a table of values
) -> None:
    """The last word on `filter` counts; a line that is not understood spoils no other."""
    assert LfsRules({"": text}).matches(path) is expected


def test_a_file_below_rules_its_own_folder() -> None:
    """Patterns are relative to the folder of their attribute file."""
    rules = LfsRules({"data": "/raw/*.bin filter=lfs\n"})
    assert rules.matches("data/raw/a.bin")
    assert not rules.matches("raw/a.bin")
    assert not rules.matches("database/raw/a.bin")


def test_rules_of_several_folders_add_up() -> None:
    """A path that any file hands to LFS is worth a look."""
    rules = LfsRules({"": "*.npy filter=lfs\n", "data": "*.bin filter=lfs\n"})
    assert rules.matches("data/a.npy")
    assert rules.matches("data/a.bin")
    assert not rules.matches("a.bin")


def test_no_rules_are_false() -> None:
    """Without rules nothing has to be looked at."""
    assert not LfsRules({})
    assert not LfsRules({"": "*.txt text\n"})
    assert LfsRules({"": LINE})
