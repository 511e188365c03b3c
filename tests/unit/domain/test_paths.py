"""Which paths may be written, where symlinks may point, which names collide."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from posixpath import normpath

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from rehydrate_tui.domain import paths
from rehydrate_tui.domain.paths import (
    check_repo_path,
    collision_key,
    find_collisions,
    symlink_escapes,
    unsafe_reason,
    windows_reason,
)
from rehydrate_tui.errors import UnsafePathError

names = st.one_of(
    st.sampled_from(
        [".git", ".GIT", "git~1", ".", "..", "", "a", "b.txt", "CON", "a.", "a ", "é"]
    ),
    st.text("abGgIiTt.~1 \\:\u200c\u212a", max_size=8),
    st.text(max_size=8),
)
any_paths = st.lists(names, max_size=5).map("/".join)


@pytest.mark.parametrize(
    "path",
    [
        "a",
        "a/b.csv",
        ".github/workflows/x.yml",
        ".gitignore",
        ".gitmodules",
        ".git.txt",
        ".gitx",
        "git",
        "git~x",
        "git~",
        "x.git",
        "git~1x",
        "...",
        "a..b/c..",
        "with space /trailing. ",
        "back\\slash",
        "C:/x",
        "C:\\x",
        "con/nul.txt",
        "naïve/日本語",
        "a\u202eb",
        "\u2028",
        "-rf",
        "~/x",
        "$HOME",
        ".g\u0131t",
        "x" * 255,
        "é" * 127,
        "/".join(["x" * 255] * 15 + ["x" * 240]),
    ],
)
def test_takes_what_git_checks_out(path: str) -> None:
    """Whatever git itself writes on a POSIX file system may be written."""
    assert unsafe_reason(path) == ""
    assert check_repo_path(path) == path


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "is empty"),
        ("/", "absolute"),
        ("/etc/passwd", "absolute"),
        ("a//b", "an empty segment"),
        ("a/", "an empty segment"),
        (".", "a segment “.”"),
        ("..", "a segment “..”"),
        ("a/../b", "a segment “..”"),
        ("a/./b", "a segment “.”"),
        ("a\0b", "control characters"),
        ("a\nb", "control characters"),
        ("a\n", "control characters"),
        ("a\x7f", "control characters"),
        ("a\x9bb", "control characters"),
        ("a\ud800", "not valid text"),
        ("x" * 256, "a name in it is longer than 255 bytes"),
        ("é" * 128, "a name in it is longer than 255 bytes"),
        ("/".join(["x" * 255] * 16 + ["y"]), "longer than 4096 bytes"),
        ("/".join(["a"] * 2049), "longer than 4096 bytes"),
    ],
)
def test_refuses_what_leaves_the_folder_or_harms(path: str, reason: str) -> None:
    """Absolute paths, dots, control characters and over-long names are refused."""
    assert reason in unsafe_reason(path)
    with pytest.raises(UnsafePathError, match="is refused") as caught:
        check_repo_path(path)
    assert caught.value.path == path
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".GIT",
        ".Git",
        ".git ",
        ".git.",
        ".git. . ",
        "git~1",
        "GIT~1",
        "git~2",
        "git~1.",
        "git~1 ",
        ".git::$INDEX_ALLOCATION",
        ".git:stream",
        ".git :x",
        "git~1:$DATA",
        ".g\u200cit",
        ".git\u200d",
        "\ufeff.git",
        "\u202e.GIT\u206f",
        ".git\\config",
        "a\\.git",
        "a\\git~1\\hooks",
    ],
)
@pytest.mark.parametrize(
    "frame", ["{}", "a/{}", "{}/config", "a/{}/hooks/post-checkout"]
)
def test_refuses_the_folder_of_git_in_every_spelling(name: str, frame: str) -> None:
    """`.git` is refused at any depth in all spellings some file system takes for it."""
    assert "git keeps its own data" in unsafe_reason(frame.format(name))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a:b", "one of its characters"),
        ("C:", "one of its characters"),
        ("a\\b", "one of its characters"),
        ("what?", "one of its characters"),
        ("a*", "one of its characters"),
        ('"a"', "one of its characters"),
        ("<a>", "one of its characters"),
        ("a|b", "one of its characters"),
        ("a.", "trailing dot or space"),
        ("a ", "trailing dot or space"),
        ("...", "trailing dot or space"),
        ("con", "device"),
        ("NUL", "device"),
        ("aux.c", "device"),
        ("prn .txt", "device"),
        ("Com1.tar.gz", "device"),
        ("lpt9", "device"),
        ("COM\u00b9", "device"),
        ("conin$", "device"),
        ("CONOUT$.x", "device"),
    ],
)
def test_names_that_windows_cannot_hold(name: str, reason: str) -> None:
    """They are refused on Windows, in every segment, and written elsewhere."""
    assert reason in windows_reason(name)
    assert reason in unsafe_reason(f"a/{name}/b", windows=True)
    assert unsafe_reason(f"a/{name}/b") == ""


@pytest.mark.parametrize("name", ["cons", "xcon", "com", "com10", "a.con", " a", "é"])
def test_names_that_windows_can_hold(name: str) -> None:
    """Names that merely resemble devices are fine on Windows."""
    assert windows_reason(name) == ""
    assert unsafe_reason(f"a/{name}", windows=True) == ""


@given(any_paths)
@example("a" * 101)
@example("a\n")
@example("a/b\n")
def test_the_fast_path_accepts_nothing_that_the_slow_one_refuses(path: str) -> None:
    """The regular expression for plain paths is only a short cut."""
    if paths._PLAIN.fullmatch(path):
        assert paths._unsafe_whole(path) == ""
        assert not any(paths._unsafe_segment(each) for each in path.split("/"))


@given(st.from_regex(paths._PLAIN, fullmatch=True))
def test_all_that_the_fast_path_accepts_is_safe(path: str) -> None:
    """Whatever the short cut lets through passes the long way as well."""
    assert paths._unsafe_whole(path) == ""
    assert not any(paths._unsafe_segment(each) for each in path.split("/"))


@given(any_paths)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_accepted_paths_stay_inside(path: str) -> None:
    """A path that passes is relative, normal, and below whatever it is joined to."""
    assume(not unsafe_reason(path))
    joined = PurePosixPath("/dest/folder") / path
    assert normpath(joined) == str(joined) == f"/dest/folder/{path}"
    assert ".git" not in path.lower().split("/")


@given(any_paths)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_accepted_paths_stay_inside_on_windows(path: str) -> None:
    """The same with the rules of Windows, whose paths have drives and backslashes."""
    assume(not unsafe_reason(path, windows=True))
    assert unsafe_reason(path) == ""
    joined = PureWindowsPath("C:/dest") / path
    assert joined.parts == ("C:\\", "dest", *path.split("/"))


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("a", "b"),
        ("a", "./b/"),
        ("a", "."),
        ("a/b", "../c"),
        ("a/b", ".."),
        ("a/b/c", "../../d/e"),
        ("a/b", "c/d"),
        ("a", "b c:d"),
        ("a", "..."),
    ],
)
def test_symlinks_that_stay(link: str, target: str) -> None:
    """A target below the top folder is fine, also when it climbs first."""
    assert not symlink_escapes(link, target)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("a", ""),
        ("a", "/etc/passwd"),
        ("a", ".."),
        ("a", "../x"),
        ("a/b", "../../x"),
        ("a/b", "./.././../x"),
        ("a/b", "../a/../../x"),
        ("a/b", "link/../x"),
        ("a", "C:/x"),
        ("a", "c:x"),
        ("a", "..\\x"),
        ("a", "\\\\server\\share"),
        ("a", "b\nc"),
        ("a", "b\0"),
        ("a", "\udc80"),
        ("a", ".git/config"),
        ("a/b", "../.GIT"),
        ("a", "x" * 256),
        ("a", "/".join(["x"] * 3000)),
    ],
)
def test_symlinks_that_may_leave(link: str, target: str) -> None:
    """Absolute or climbing targets, those into `.git`, and non-text are reported."""
    assert symlink_escapes(link, target)


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
    st.lists(st.sampled_from(["..", ".", "", "a", "b"]), min_size=1, max_size=8),
)
def test_a_symlink_that_stays_resolves_inside(
    link: list[str], target: list[str]
) -> None:
    """The text of an accepted target, resolved from the link, never leaves the top."""
    text = "/".join(target)
    assume(not symlink_escapes("/".join(link), text))
    resolved = normpath("/".join(["/dest", *link[:-1], text]))
    assert resolved == "/dest" or resolved.startswith("/dest/")


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_symlink_text_is_judged(link: str, target: str) -> None:
    """No text of a symlink makes the check fail."""
    assert symlink_escapes(link, target) in {True, False}


@pytest.mark.parametrize(
    ("given_paths", "expected"),
    [
        (["a", "b"], []),
        (["a", "a"], []),
        (["a/x", "A/y"], []),
        (["A", "a"], [("A", "a")]),
        (["a/X", "b", "a/x", "A/X"], [("a/X", "a/x"), ("a/X", "A/X")]),
        (["é", "e\u0301"], [("é", "e\u0301")]),
        (["É", "e\u0301"], [("É", "e\u0301")]),
        (["\u212a", "k"], [("\u212a", "k")]),
        (["ﬁ", "fi"], [("ﬁ", "fi")]),
        (["data", "Data/x", "Data/y"], [("data", "Data")]),
        (["Data/x/y", "Data/z", "data"], [("Data", "data")]),
        (["a/B/c/d", "a/b"], [("a/B", "a/b")]),
        (["data", "data/x"], []),
    ],
)
def test_collisions(given_paths: list[str], expected: list[tuple[str, str]]) -> None:
    """Names that differ in case or Unicode form only are paired, first one first."""
    assert find_collisions(given_paths) == expected


@given(st.text(max_size=12))
def test_case_and_form_do_not_change_the_key(text: str) -> None:
    """A name and its lower-case, composed and decomposed forms share one key."""
    key = collision_key(text)
    for form in ("NFC", "NFD"):
        assert collision_key(unicodedata.normalize(form, text)) == key
    assert collision_key(text.casefold()) == key


@given(st.lists(st.text("aAbB/é", min_size=1, max_size=6), max_size=8))
def test_without_pairs_all_keys_differ(given_paths: list[str]) -> None:
    """If no pair is found, different paths have different keys."""
    assume(not find_collisions(given_paths))
    assert len({collision_key(each) for each in given_paths}) == len(set(given_paths))
