"""Readers of untrusted data keep their promises for whatever is thrown at them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from rehydrate_tui.errors import ManifestError
from rehydrate_tui.storage.manifest_file import parse_manifest
from rehydrate_tui.storage.toml_io import format_toml
from tests.fuzz.targets import TARGETS

EXAMPLES = 400
COMMON = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Words that lead a reader deeper than random bytes would.
WORDS: dict[str, list[str]] = {
    "manifest": ["version = 1\n", "[[source]]\n", "repository = 'a/b'\n", "[[source.file]]\n", "path = 'x'\n", "include = ['*']\n", "lfs = { oid = '", "size = 5\n", "\u202e", "[", "{", "."],
    "address": ["https://", "github.com/", "ada/notes", "/tree/", "/blob/", "@", ":", "git@", "gist.github.com/", "raw.githubusercontent.com/", "%2F", "..", "\x1b", "?ref=", "#", "!curl ", "pip install git+"],
    "pointer": ["version https://git-lfs.github.com/spec/v1\n", "oid sha256:", "a" * 64, "\nsize 7\n", "ext-0-x sha256:", "\r\n"],
    "path": ["..", "/", ".git", ".GIT", "git~1", " ", ".", "\u200c", "\x00", "\\", "a", ":", "CON", "\u0301"],
    "links": ["..", "/", ".git", "a", "b/", "\n", "./", "\\", "C:", "../", "\x00"],
    "names": ["a", "A", "\n", "e\u0301", "\u00e9", "aux", ":", " ", ".", "/", "ss", "\u1e9e", "\u202e"],
    "sanitiser": ["\x1b[31m", "\u202e", "\u2066", "\r", "\n", "\t", "\ufe0f", "\U000e0041", "\ud800", "a"],
    "secrets": ["%40", "%3A", "ghp_x", "..", "\x1b", "[", "]", "@@", "xn--", "\u202e"],
    "attributes": ["*.npy", " filter=lfs", " -filter", " !filter", " diff=lfs merge=lfs", "\n", "**/", "[", "]", "\\", '"', "[attr]binary ", "#", "a/"],
    "patterns": ["*", "**", "/", "!", "[", "]", "[[:alpha:]]", "\\", "?", "{", "\n", "a"],
    "payloads": ['{"tree": [', '{"path": "a", "mode": "100644", "sha": "', "a" * 40, '"size": 1', "}", "]", ",", '"truncated": true', '{"objects": [', '"oid": "', "a" * 64, '"actions"', "null", "1e999", "[" * 50, '"\\ud800"'],
    "hosts_file": ["github.com:", "\n", "    ", "oauth_token: ", "gho_x", "users:", "'", '"', "\t", "#", "- "],
    "archive": ["ustar\x0000", "\0" * 100, "\0" * 512, "0", "x", "L", "S", "0000644\0", "77777777777", "\x80", "52 comment=", "12 path=t/a\n", "top/", "\x1f\u008b\x08"],
    "headers": ["60", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "0", "9" * 30, "Mon, 99", "+9999", " "],
}  # fmt: skip


def data_for(name: str) -> st.SearchStrategy[bytes]:
    """Return random bytes, random text, and sequences of the words of a target."""
    words = st.sampled_from(WORDS[name]) | st.text(max_size=8)
    phrases = st.lists(words, max_size=25).map(
        lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
    )
    return phrases | st.binary(max_size=300) | st.text(max_size=200).map(_encode)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes(name: str) -> None:
    """No reader raises anything but its own error, or shows what a terminal obeys."""
    count = 0

    @COMMON
    @given(data_for(name))
    def check(data: bytes) -> None:
        nonlocal count
        count += 1
        TARGETS[name](data)

    check()
    assert count >= EXAMPLES // 2


TEXTS = st.sampled_from(
    ["a", "../x", "ada/notes", ".git", "a/b", "\u202e", "\x1b[0m", "main", "a" * 40, "0" * 64, "github.com", ""]
) | st.text(max_size=12)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FILES = st.fixed_dictionaries(
    {"path": TEXTS | VALUES},
    optional={
        "blob": st.just("a" * 40) | VALUES, "size": st.integers(0, 10**9) | VALUES,
        "to": TEXTS | VALUES, "executable": st.booleans() | VALUES, "symlink": TEXTS | VALUES,
        "lfs": st.just({"oid": "a" * 64, "size": 7}) | VALUES, "x": VALUES, "token": VALUES,
    },
)  # fmt: skip
SOURCES = st.fixed_dictionaries(
    {"repository": st.just("ada/notes") | VALUES},
    optional={
        "ref": VALUES, "commit": st.just("a" * 40) | VALUES, "include": st.just(["*"]) | VALUES,
        "into": VALUES, "host": VALUES, "file": st.lists(FILES, max_size=4) | VALUES, "x": VALUES,
    },
)  # fmt: skip
MANIFESTS = st.fixed_dictionaries(
    {"version": st.just(1)}, optional={"source": st.lists(SOURCES, max_size=3), "y": VALUES}
)  # fmt: skip


@COMMON
@given(MANIFESTS)
def test_any_manifest_of_the_right_shape(document: dict[str, Any]) -> None:
    """Tables and keys as in a manifest, values as they come."""
    try:
        data = format_toml(document)
    except (UnicodeEncodeError, ValueError):
        return
    TARGETS["manifest"](data)


def test_what_is_thrown_gets_through() -> None:
    """Some of the manifests are good, so the promises about good ones are tried."""
    chance = settings(COMMON, max_examples=5_000, phases=[Phase.generate])
    find(MANIFESTS, is_good, settings=chance)


def is_good(document: dict[str, Any]) -> bool:
    """Tell whether a manifest with a file in it can be read."""
    try:
        found = parse_manifest(format_toml(document), "m.toml")
    except (ManifestError, UnicodeEncodeError, ValueError):
        return False
    return found.file_count > 0


@COMMON
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "tree": st.lists(
                st.dictionaries(st.sampled_from(["path", "mode", "sha", "size", "type"]), VALUES, max_size=5),
                max_size=4,
            ),
            "objects": st.lists(
                st.dictionaries(st.sampled_from(["oid", "error", "actions"]), VALUES, max_size=3),
                max_size=3,
            ),
            "full_name": VALUES, "default_branch": VALUES, "private": VALUES, "size": VALUES,
            "ref": VALUES, "object": VALUES, "sha": VALUES, "truncated": VALUES,
        },
    )
)  # fmt: skip
def test_any_answer_of_the_right_shape(document: dict[str, Any]) -> None:
    """Keys as GitHub's, values as they come."""
    TARGETS["payloads"](json.dumps(document).encode())
