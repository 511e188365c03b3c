"""Plain manifests are read fast, and come out as the TOML parser reads them."""

from __future__ import annotations

import string
from typing import Any

import pytest
import tomli
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.errors import ManifestSyntaxError
from rehydrate_tui.storage.plain_toml import parse_plain
from rehydrate_tui.storage.toml_io import parse_toml

BLOB = "a" * 40
HEAD = 'version = 1\n\n[[source]]\nrepository = "ada/notes"\n'
TABLE = f'\n[[source.file]]\npath = "a b/é.txt"\nblob = "{BLOB}"\nsize = 7\n'
LINE = f'    {{ path = "a.txt", blob = "{BLOB}", size = 0 }},\n'

FILES = st.fixed_dictionaries(
    {
        "path": st.text(min_size=1, max_size=60),
        "blob": st.text("0123456789abcdef", min_size=40, max_size=40),
        "size": st.integers(0, 2**62),
    }
)
SOURCES = st.fixed_dictionaries(
    {
        "repository": st.text(string.ascii_letters, max_size=9),
        "include": st.lists(st.text(max_size=5), max_size=2),
        "file": st.lists(FILES, max_size=5),
    }
)


def whole(text: str) -> dict[str, Any] | None:
    """Return what the TOML parser makes of a document; None if it is none."""
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError:
        return None


@given(sources=st.lists(SOURCES, max_size=3))
def test_what_the_writer_writes_is_read_the_same(sources: list[Any]) -> None:
    """Any sources and names, in both forms that the writer chooses between."""
    text = tomli_w.dumps({"version": 1, "source": sources})
    assert parse_toml(text.encode("utf-8")) == tomli.loads(text)


@pytest.mark.parametrize("repeat", [1, 3])
@pytest.mark.parametrize("files", [TABLE, f"file = [\n{LINE}]\n", TABLE * 3])
def test_the_usual_forms_are_plain(files: str, repeat: int) -> None:
    """Tables, lines, several sources: none of them is left to the TOML parser whole."""
    text = HEAD + "\n".join(
        [files, *[f'[[source]]\nrepository = "x/y"\n{files}'] * (repeat - 1)]
    )
    assert parse_plain(text, tomli.loads) == tomli.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version = 1\n",
        HEAD,
        HEAD + TABLE + "x = 1\n",
        HEAD + TABLE + "\n# a comment\n" + TABLE,
        HEAD + TABLE.replace("\n", "\r\n"),
        HEAD + TABLE.replace("size = 7", "size = 007"),
        HEAD + TABLE.replace("size = 7", "size = 7_0"),
        HEAD + TABLE.replace(" b/", "\\u0041"),
        HEAD + TABLE + "[extra]\nx = 1\n",
        HEAD + "file = []\n" + TABLE,
        HEAD + "file.x = 1\n" + TABLE,
        HEAD + "[extra]\nx = 1\n" + TABLE,
        HEAD + 'repository = "twice"\n' + TABLE,
        HEAD + f"file = [\n{LINE}]\nfile = [\n{LINE}]\n",
        HEAD + f"file = [\n{LINE}{LINE}",
        HEAD + f"include = [\n{LINE}]\n",
        HEAD + f"x = '''\n{TABLE}'''\n" + TABLE,
        "x = '''" + HEAD + TABLE + "'''\n",
        "x = '''\n[[source]]\n'''\n" + HEAD + TABLE,
        "x = [\n[[source]]\n]\n" + TABLE,
        "source = []\n" + HEAD + TABLE,
        HEAD + "[[ source ]]\n" + TABLE,
        HEAD + TABLE + "\n[[source]]\n",
        HEAD + TABLE + "\n[[source]]\nx = \n" + TABLE,
        "version = \n" + HEAD + TABLE,
    ],
)
def test_what_is_written_otherwise_is_read_the_same(text: str) -> None:
    """Whatever is not plain: what the TOML parser says counts, errors included."""
    expected = whole(text)
    if expected is not None:
        assert parse_toml(text.encode()) == expected
        return
    with pytest.raises(ManifestSyntaxError) as caught:
        parse_toml(text.encode())
    with pytest.raises(tomli.TOMLDecodeError) as original:
        tomli.loads(text)
    assert str(original.value) in str(caught.value)


@pytest.mark.parametrize(
    "head",
    ["x = " + "[" * 2000 + "]" * 2000 + "\n", "x" + ".x" * 500 + " = 1\n"],
)
def test_the_limits_hold_for_what_is_not_plain(head: str) -> None:
    """Deep nesting in front of plain files is refused, with its line."""
    with pytest.raises(ManifestSyntaxError, match="Line 5 is nested"):
        parse_toml((HEAD + head + TABLE).encode())


def test_a_path_of_many_brackets_is_refused_as_ever() -> None:
    """The limits of nesting are those of the text, whichever way it is read."""
    text = HEAD + TABLE.replace("a b", "[" * 9)
    with pytest.raises(ManifestSyntaxError, match="nested more than 8"):
        parse_toml(text.encode())
