"""Text, code, JSON: encodings, languages, lines."""

from __future__ import annotations

import sys

import pytest

from rehydrate_tui.preview.encoding import decode
from rehydrate_tui.preview.json_text import reindent
from rehydrate_tui.preview.models import Code, Facts, Prose
from rehydrate_tui.preview.read import MAX_LINE, MAX_LINES, cut_lines
from tests.preview.samples import look

JAPANESE = "これは日本語のテキストです。文字コードの判定を試します。\n" * 20
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю.\n" * 20
GERMAN = "Größe und Übergänge, äöü ß.\n" * 20


@pytest.mark.parametrize(
    ("codec", "text", "name"),
    [
        ("ascii", "plain\n", "ASCII"),
        ("utf-8", "naïve\n", "UTF-8"),
        ("utf-8-sig", "naïve\n", "UTF-8"),
        ("utf-16", "naïve\n", "UTF-16"),
        ("utf-32", "naïve\n", "UTF-32"),
        ("utf-16-le", "Many plain words\n", "UTF-16?"),
        ("utf-16-be", "Many plain words\n", "UTF-16?"),
        ("cp1252", GERMAN, "windows-1252?"),
        ("shift_jis", JAPANESE, "Shift-JIS?"),
        ("cp1251", RUSSIAN, "windows-1251?"),
    ],
)
def test_encodings_are_told_apart(codec: str, text: str, name: str) -> None:
    """Marks and UTF-8 are certain; the others are guesses and say so."""
    decoded = decode(text.encode(codec))
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, name)


def test_without_statistics_other_bytes_are_western(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The library that knows more is an extra."""
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    decoded = decode(GERMAN.encode("cp1252"))
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (GERMAN, "windows-1252?")


def test_a_cut_character_is_no_other_encoding() -> None:
    """The end of what was read may fall into a character."""
    decoded = decode("naïve ü".encode()[:-1])
    assert decoded is not None
    assert decoded == type(decoded)("naïve ", "UTF-8")


@pytest.mark.parametrize("data", [b"\0\1\2\3" * 50, bytes(range(256)), b"\xff\x01" * 9])
def test_bytes_are_no_text(data: bytes) -> None:
    """What is full of controls is shown as bytes."""
    preview = look("file.txt", data)
    assert isinstance(preview.body, Facts)
    assert preview.body.head == data


@pytest.mark.parametrize(
    ("path", "text", "kind", "language"),
    [
        ("a.py", "x = 1\n", "Python", "python"),
        ("a.yml", "x: 1\n", "YAML", "yaml"),
        ("pyproject.toml", "[a]\n", "TOML", "toml"),
        ("Makefile", "all:\n", "Make", "make"),
        ("script", "#!/usr/bin/env python3\n", "Python", "python"),
        ("LICENSE", "MIT\n", "Text", ""),
        (".bashrc", "ls\n", "Bash", "bash"),
    ],
)
def test_languages_follow_from_names(
    path: str, text: str, kind: str, language: str
) -> None:
    """The extension, the name or the first line tells."""
    preview = look(path, text.encode())
    assert preview.kind == kind
    assert preview.body == Code(text=text.rstrip("\n"), language=language)


def test_markdown_knows_where_its_links_begin() -> None:
    """Relative links are relative to the file's directory."""
    assert look("docs/a.md", b"# Hi\n").body == Prose(text="# Hi", directory="docs")


def test_json_on_one_line_gets_lines() -> None:
    """Objects open, lists of plain values stay together."""
    text = '{"a":[1,2,[3]],"b":{"c":"x:{,","d":{}},"e":[]}'
    assert reindent(text, max_lines=99).split("\n") == [
        "{",
        '  "a": [1, 2, [3]],',
        '  "b": {',
        '    "c": "x:{,",',
        '    "d": {}',
        "  },",
        '  "e": []',
        "}",
    ]


def test_json_that_is_cut_is_shown_as_far_as_it_goes() -> None:
    """Nothing is parsed, so nothing fails."""
    assert reindent('{"a":{"b":"unfinis', max_lines=9).split("\n")[-1] == (
        '    "b": "unfinis'
    )


def test_lines_are_bounded_and_what_is_left_out_is_counted() -> None:
    """Neither a long line nor many lines grow the preview."""
    text = cut_lines("x" * (MAX_LINE + 7) + "\n" + "y\n" * (MAX_LINES + 4))
    lines = text.split("\n")
    assert lines[0].endswith("x … 7 more characters")
    assert lines[-1] == "… 5 more lines"
    assert len(lines) == MAX_LINES + 1


def test_an_empty_file_is_called_that() -> None:
    """There is nothing to show."""
    assert look("a.csv", b"").kind == "Empty file"
