"""Gitignore patterns as a choice of files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from rehydrate_tui.domain import patterns
from rehydrate_tui.domain.patterns import PatternSet, exact_pattern
from rehydrate_tui.errors import UsageError

AWKWARD = "ab !#[]\\*?^-\t\n\u00a0\u3000$.(){}~é"
segments = st.text(AWKWARD, min_size=1, max_size=4).filter(
    lambda text: text not in {".", ".."}
)
file_paths = st.lists(segments, min_size=1, max_size=3).map("/".join)

AWKWARD_FILES = [
    "plain.csv",
    "with space",
    " leading",
    "trailing ",
    "trailing  ",
    "tab\t",
    "no-break\u00a0",
    "!bang",
    "#hash",
    "\\",
    "back\\slash",
    "back\\ ",
    "end\\",
    "star*",
    "what?",
    "[ab]",
    "a",
    "b",
    "[[:alpha:]]",
    "a-b",
    "**",
    "dir/**/x",
    "dir/y/x",
    "dir/plain.csv",
    "new\nline",
    "end\n",
    "end",
    "$HOME",
    "é",
]


@pytest.mark.parametrize(
    ("lines", "wanted", "unwanted"),
    [
        ([], [], ["a", "a/b"]),
        (["/a  ", "/b\\ "], ["a", "b "], ["a ", "b"]),
        (["/a\t"], ["a\t"], ["a"]),
        (["", "# note", "   "], [], ["a", "# note"]),
        (["*.csv"], ["a.csv", "d/e/a.csv"], ["a.csv.gz"]),
        (["/a.csv"], ["a.csv"], ["d/a.csv"]),
        (["d/a.csv"], ["d/a.csv"], ["x/d/a.csv"]),
        (["data/"], ["data/a", "x/data/b/c"], ["data"]),
        (["data"], ["data", "data/a"], ["data2"]),
        (["d/**/a"], ["d/a", "d/x/y/a"], ["d/xa"]),
        (["*"], ["a", "a/b"], []),
        (["[0-9]?"], ["1x"], ["x1", "1/x"]),
        (["[[]x"], ["[x"], ["x"]),
        (["\\#a", "\\!b"], ["#a", "!b"], ["a", "b"]),
        (
            ["notebooks/data/", "!*.zip", "*.csv"],
            ["notebooks/data/births.csv", "other/x.csv"],
            ["notebooks/data/a.zip", "other/a.zip"],
        ),
        (["data/", "!data/raw/"], ["data/x"], ["data/raw/x"]),
        (["data/", "!/data/raw", "/data/raw/x"], ["data/raw/x"], ["data/raw/y"]),
        (["*.csv", "!data/"], ["x.csv"], ["data/x.csv"]),
        (["!*.zip", "data/"], ["data/a.zip"], ["a.zip"]),
        (["/data/x.csv", "!/data/"], [], ["data/x.csv"]),
        (["!/data/", "/data/x.csv"], ["data/x.csv"], ["data/y.csv"]),
        (["!/a", "a"], ["a", "b/a"], []),
        (["a", "!/a"], ["b/a"], ["a", "a/b"]),
        (["/a", "//"], ["a", "a/b"], ["b"]),
    ],
)
def test_the_last_matching_line_decides(
    lines: list[str], wanted: list[str], unwanted: list[str]
) -> None:
    """Lines are read in order, `!` takes away, and directories cover what is below."""
    chosen = PatternSet(lines)
    assert chosen.select([*wanted, *unwanted]) == wanted
    assert chosen.lines == tuple(lines)


@pytest.mark.parametrize("line", ["!", "end\\", "[z-a]", "[[:digit:]]*", "a\\/b"])
def test_a_pattern_that_is_not_understood_is_named(line: str) -> None:
    """A broken pattern stops the call and is quoted in the error."""
    with pytest.raises(UsageError, match="is not understood") as caught:
        PatternSet(["*.csv", line])
    assert line in str(caught.value)
    assert "*.csv" not in str(caught.value)


def test_the_error_shows_no_control_characters() -> None:
    """A pattern from a manifest cannot write to the terminal through the error."""
    with pytest.raises(UsageError) as caught:
        PatternSet(["\x1b2J\\"])
    assert "\x1b" not in str(caught.value)


@given(st.lists(file_paths, min_size=1, max_size=6), st.data())
def test_an_exact_pattern_matches_that_file_only(
    given_paths: list[str], data: st.DataObject
) -> None:
    """Whatever a file is called, its pattern matches it and no other file."""
    path = data.draw(st.sampled_from(given_paths))
    pattern = exact_pattern(path, is_directory=False)
    # A file cannot be a folder as well, so what lies below it does not exist.
    others = {each for each in given_paths if not each.startswith(f"{path}/")}
    assert set(PatternSet([pattern]).select(others)) == {path}


@given(st.lists(file_paths, min_size=1, max_size=6), st.data())
def test_an_exact_pattern_of_a_directory_matches_all_below(
    given_paths: list[str], data: st.DataObject
) -> None:
    """The pattern of a directory matches what is below it, and nothing else."""
    folder = data.draw(st.sampled_from(given_paths))
    pattern = exact_pattern(folder, is_directory=True)
    inside = {f"{folder}/{each}" for each in given_paths}
    chosen = PatternSet([pattern]).select({*inside, *given_paths})
    below = {each for each in given_paths if each.startswith(f"{folder}/")}
    assert set(chosen) == inside | below


def test_the_exact_pattern_of_the_top_folder_matches_everything() -> None:
    """Ticking the whole repository is one line."""
    assert PatternSet([exact_pattern("", is_directory=True)]).select(["a", "b/c"])


@pytest.mark.parametrize("path", AWKWARD_FILES)
def test_exact_patterns_of_awkward_names(path: str) -> None:
    """Among awkward names each pattern picks its own."""
    pattern = exact_pattern(path, is_directory=False)
    assert PatternSet([pattern]).select(AWKWARD_FILES) == [path]


# The library cuts off tabs and other white space at the end, git only spaces.
plain_paths = file_paths.filter(lambda path: path[-1] == " " or not path[-1].isspace())


@given(
    st.lists(
        st.one_of(
            plain_paths.map(lambda path: exact_pattern(path, is_directory=False)),
            plain_paths.map(lambda path: exact_pattern(path, is_directory=True)),
            st.sampled_from(["*", "a*", "/a", "b/", "a/b", "/a/b"]),
        ).flatmap(lambda line: st.sampled_from([line, f"!{line}"])),
        max_size=6,
    ),
    st.lists(file_paths, max_size=6),
)
def test_literal_lines_mean_what_the_library_makes_of_them(
    lines: list[str], given_paths: list[str]
) -> None:
    """The short cut for lines without wildcards changes no answer."""

    def by_library(path: str) -> bool:
        answers = [
            pattern.include
            for line in lines
            for pattern in GitIgnoreSpec.from_lines(
                [line.replace("\n", "\udc0a")]
            ).patterns
            if pattern.match_file(path.replace("\n", "\udc0a")) is not None
        ]
        return bool(answers and answers[-1])

    assert PatternSet(lines).select(given_paths) == [*filter(by_library, given_paths)]


def test_exact_patterns_need_no_search() -> None:
    """Thousands of ticked files are looked up, not searched one by one."""
    chosen = PatternSet(
        [exact_pattern(f"d/{i}*", is_directory=False) for i in range(9)]
    )
    assert chosen._globs == []
    assert patterns._literal("/a*") is None


def run_git(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    """Return what git prints in `folder` when it is given `data`."""
    command = ["git", "-C", str(folder), *arguments]
    answer = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True)  # noqa: S603 - fixed arguments
    return answer.stdout


def test_git_reads_exact_patterns_alike(tmp_path: Path) -> None:
    """Git's own matcher takes each exact pattern for that file and no other."""
    run_git(tmp_path, "init", "-q")
    # A line feed cannot stand in a file of patterns.
    names = [name for name in AWKWARD_FILES if "\n" not in name]
    for name in names:
        pattern = exact_pattern(name, is_directory=False)
        (tmp_path / ".gitignore").write_text(f"{pattern}\n", encoding="utf-8")
        check = ("check-ignore", "-z", "--stdin", "--no-index")
        answer = run_git(tmp_path, *check, data="\0".join(names).encode())
        assert answer.decode() == f"{name}\0"
