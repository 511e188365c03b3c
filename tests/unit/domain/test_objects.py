"""Git's nouns."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.objects import (
    FileMode,
    RepoId,
    is_host,
    is_object_id,
    is_owner,
    is_repository_name,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0" * 40, True),
        ("abcdef0123" * 4, True),
        ("0" * 64, True),
        ("0" * 39, False),
        ("0" * 41, False),
        ("0" * 63, False),
        ("A" * 40, False),
        ("g" * 40, False),
        ("0" * 40 + "\n", False),
        ("", False),
    ],
)
def test_object_ids(text: str, expected: bool) -> None:  # noqa: FBT001 - table
    """An object id is 40 or 64 lower-case hex digits, nothing around them."""
    assert is_object_id(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("octocat", True),
        ("-o-", True),
        ("o_corp", True),
        ("o" * 39, True),
        ("o" * 40, False),
        ("", False),
        ("o.o", False),
        ("ö", False),
        ("o/", False),
        ("o\n", False),
    ],
)
def test_owners(text: str, expected: bool) -> None:  # noqa: FBT001 - table
    """A login has letters, digits, hyphens and, for managed users, underscores."""
    assert is_owner(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r", True),
        (".github", True),
        ("a.b_c-D", True),
        ("r" * 100, True),
        ("r" * 101, False),
        ("", False),
        (".", False),
        ("..", False),
        (".git", False),
        ("a b", False),
        ("é", False),
    ],
)
def test_repository_names(text: str, expected: bool) -> None:  # noqa: FBT001 - table
    """A name has GitHub's alphabet and is none of the names that folders reserve."""
    assert is_repository_name(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.com", True),
        ("localhost", True),
        ("127.0.0.1:8000", True),
        ("ghe.example.com:443", True),
        ("h:65535", True),
        ("h:65536", False),
        ("h:0", False),
        ("h:", False),
        ("h:x", False),
        ("GitHub.com", False),
        ("a..b", False),
        ("-a", False),
        ("a-", False),
        ("a/b", False),
        ("user@h", False),
        ("https://h", False),
        ("", False),
        ("a" * 254, False),
    ],
)
def test_hosts(text: str, expected: bool) -> None:  # noqa: FBT001 - table
    """A host is lower-case, may carry a port, and nothing else."""
    assert is_host(text) is expected


def test_a_repository_says_its_host_only_if_it_is_another() -> None:
    """github.com goes without saying."""
    assert str(RepoId("o", "r")) == "o/r"
    assert str(RepoId("o", "r", "ghe.example.com")) == "ghe.example.com/o/r"
    assert RepoId("o", "r", "ghe.example.com").full_name == "o/r"


@pytest.mark.parametrize(
    ("text", "mode", "is_blob"),
    [
        ("100644", FileMode.REGULAR, True),
        ("100664", FileMode.REGULAR, True),
        ("100755", FileMode.EXECUTABLE, True),
        ("120000", FileMode.SYMLINK, True),
        ("040000", FileMode.TREE, False),
        ("40000", FileMode.TREE, False),
        ("160000", FileMode.GITLINK, False),
    ],
)
def test_modes_in_all_spellings(
    text: str,
    mode: FileMode,
    is_blob: bool,  # noqa: FBT001 - table
) -> None:
    """The API's modes, git's own spelling, and what old trees hold are understood."""
    assert FileMode.from_git(text) is mode
    assert mode.is_blob is is_blob


@pytest.mark.parametrize("text", ["", "100600", "644", "0100644"])
def test_other_modes_are_refused(text: str) -> None:
    """A mode that git does not have is an error, not a guess."""
    with pytest.raises(ValueError, match="is not a valid FileMode"):
        FileMode.from_git(text)
