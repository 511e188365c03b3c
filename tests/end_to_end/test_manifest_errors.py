"""Manifests that must not be used: each names the key, and nothing is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import publish

COMMIT = "8a34a4f653bdbdc01415a94dc20d4e9b97438965"
BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SOURCE = f'version = 1\n[[source]]\nrepository = "ada/notes"\ncommit = "{COMMIT}"\n'
FILE = f'{SOURCE}[[source.file]]\nblob = "{BLOB}"\nsize = 0\n'
WITH_PATH = f'{FILE}path = "a"\n'
SECOND = f'[[source.file]]\nblob = "{BLOB}"\nsize = 0\n'

BAD: list[tuple[str, str, str]] = [
    # what it is, the manifest, what the message must say
    ("empty", "", "version: is missing"),
    ("a comment", "# nothing\n", "version: is missing"),
    ("version is a text", 'version = "1"\n', "version: has the wrong type"),
    ("version is true", "version = true\n", "version: has the wrong type"),
    ("version is a float", "version = 1.0\n", "version: has the wrong type"),
    ("version 0", "version = 0\n", "version: there is no version 0"),
    ("version -1", "version = -1\n", "version: there is no version -1"),
    ("a newer version", "version = 2\n", "version: The manifest has version 2"),
    ("no source", "version = 1\n", "source: is missing"),
    ("source is a table", "version = 1\n[source]\n", "source: is no array of tables"),
    ("source is a list", "version = 1\nsource = [1]\n", "source[0]: is no table"),
    ("source is empty", "version = 1\nsource = []\n", "source: is missing"),
    (
        "no repository",
        "version = 1\n[[source]]\ninclude = ['*']\n",
        "source[0].repository: is missing",
    ),
    *(
        (
            f"repository {name!r}",
            f"version = 1\n[[source]]\nrepository = '{name}'\ninclude = ['*']\n",
            "source[0].repository: ",
        )
        for name in (
            "", "notes", "ada/", "/notes", "a/b/c", "ada/..", "ada/.git", "a b/c",
            "https://github.com/ada/notes", "ada/notes@main", "ada/no\u202etes",
        )
    ),
    ("repository is a number", "version = 1\n[[source]]\nrepository = 1\n", "source[0].repository: has the wrong type"),
    *(
        (
            f"host {host!r}",
            f"{SOURCE}host = '{host}'\ninclude = ['*']\n",
            "source[0].host: ",
        )
        for host in (
            "GitHub.com", "a b", "user@host", "host/path", "host:0", "host:99999",
            "-a", "a..b", "http://host",
        )
    ),
    *(
        (
            f"commit {commit!r}",
            f"version = 1\n[[source]]\nrepository = 'ada/notes'\ncommit = '{commit}'\n",
            "source[0].commit: is no full commit id",
        )
        for commit in ("", "main", COMMIT[:-1], COMMIT + "0", COMMIT.upper(), "z" * 40)
    ),
    ("ref is empty", f"{SOURCE}ref = ''\n", "source[0].ref: is no branch"),
    ("ref with a space", f"{SOURCE}ref = 'a b'\n", "source[0].ref: is no branch"),
    ("ref with an escape", f'{SOURCE}ref = "a\\u001b[0m"\n', "source[0].ref: is no"),
    ("ref is a number", f"{SOURCE}ref = 1\n", "source[0].ref: has the wrong type"),
    ("include is a text", f"{SOURCE}include = '*'\n", "source[0].include: has the"),
    ("include of numbers", f"{SOURCE}include = ['a', 1]\n", "source[0].include[1]: "),
    ("neither file nor rule", SOURCE, "source[0].file: names no file"),
    ("file is a table", f"{SOURCE}[source.file]\n", "source[0].file: is no array"),
    ("file is a list", f"{SOURCE}file = ['a']\n", "source[0].file[0]: is no table"),
    ("no path", FILE, "source[0].file[0].path: is missing"),
    *(
        (
            f"path {path!r}",
            f'{FILE}path = "{path}"\n',
            "source[0].file[0].path: ",
        )
        for path in (
            "", "/etc/passwd", "../x", "a/../x", "a//b", "a/", "./a", ".git/config",
            ".GIT/config", "a/git~1/x", ".git ./x", ".g\\u200cit/x", "a\\u0000b",
            "a\\u001b[31mb", "a\\nb", "x" * 256, "d/" * 2100 + "x",
        )
    ),
    ("path is a number", f"{FILE}path = 1\n", "source[0].file[0].path: has the wrong"),
    ("into leads out", f"{SOURCE}into = '..'\ninclude = ['*']\n", "source[0].into: “..” is refused"),
    ("into is absolute", f"{SOURCE}into = '/tmp'\ninclude = ['*']\n", "source[0].into: "),
    ("to leads out", f"{WITH_PATH}to = '../../x'\n", "source[0].file[0].to: "),
    ("to is empty", f"{WITH_PATH}to = ''\n", "source[0].file[0].to: "),
    ("to is a list", f"{WITH_PATH}to = ['x']\n", "source[0].file[0].to: has the wrong"),
    ("blob too short", f"{SOURCE}[[source.file]]\npath='a'\nblob='{BLOB[:-1]}'\n", "source[0].file[0].blob: is no full blob id"),
    ("blob is a number", f"{SOURCE}[[source.file]]\npath='a'\nblob=1\n", "source[0].file[0].blob: has the wrong type"),
    ("size is negative", f"{SOURCE}[[source.file]]\npath='a'\nsize=-1\n", "source[0].file[0].size: is no size"),
    ("size is a text", f"{SOURCE}[[source.file]]\npath='a'\nsize='1'\n", "source[0].file[0].size: has the wrong type"),
    ("size is a float", f"{SOURCE}[[source.file]]\npath='a'\nsize=1.5\n", "source[0].file[0].size: has the wrong type"),
    ("size beyond 64 bits", f"{SOURCE}[[source.file]]\npath='a'\nsize={2**63}\n", "source[0].file[0].size: "),
    ("executable is a number", f"{WITH_PATH}executable = 1\n", "source[0].file[0].executable: has the wrong type"),
    ("symlink is a table", f"{WITH_PATH}symlink = {{}}\n", "source[0].file[0].symlink: has the wrong type"),
    ("lfs is true", f"{WITH_PATH}lfs = true\n", "source[0].file[0].lfs: is neither a table nor false"),
    ("lfs is a text", f"{WITH_PATH}lfs = 'x'\n", "source[0].file[0].lfs: is neither"),
    ("lfs without oid", f"{WITH_PATH}lfs = {{ size = 1 }}\n", "source[0].file[0].lfs.oid: is missing"),
    ("lfs without size", f"{WITH_PATH}lfs = {{ oid = '{SHA256}' }}\n", "source[0].file[0].lfs.size: is missing"),
    ("lfs with a short oid", f"{WITH_PATH}lfs = {{ oid = '{BLOB}', size = 1 }}\n", "source[0].file[0].lfs.oid: is no SHA-256"),
    ("lfs with a bad size", f"{WITH_PATH}lfs = {{ oid = '{SHA256}', size = -1 }}\n", "source[0].file[0].lfs.size: is no size"),
    *(
        (f"a secret {where}", text, expected)
        for where, text, expected in (
            ("at the top", f"token = 'x'\n{WITH_PATH}", "token: would carry a secret"),
            ("in a source", f"{SOURCE}Password = 'x'\n", "source[0].Password: would"),
            ("in a file", f"{WITH_PATH}authorization = 'x'\n", "source[0].file[0].authorization: would carry a secret"),
            ("in an unknown table", f"{WITH_PATH}[auth]\ngithub = {{ token = 'x' }}\n", "auth.github.token: would carry a secret"),
            ("in an unknown list", f"{WITH_PATH}[[auth]]\nname = 'x'\n[[auth]]\nsecret = 'x'\n", "auth.secret: would carry a secret"),
            ("in lfs", f"{WITH_PATH}lfs = {{ oid = '{SHA256}', size = 1, token = 'x' }}\n", "source[0].file[0].lfs.token: would carry a secret"),
        )
    ),
    ("one place twice", f"{WITH_PATH}{SECOND}path = 'a'\n", "source[0].file[1]: “a” is already written by source[0].file[0]"),
    ("one place by to", f"{WITH_PATH}{SECOND}path = 'b'\nto = 'a'\n", "source[0].file[1]: “a” is already"),
    ("one place by into", f"{FILE}path = 'x/a'\n[[source]]\nrepository = 'ada/other'\ninto = 'x'\n{SECOND}path = 'a'\n", "source[1].file[0]: “x/a” is already written by source[0].file[0]"),
    ("a file as a folder", f"{WITH_PATH}{SECOND}path = 'a/b'\n", "source[0].file[1]: “a” is needed as a folder"),
    ("a folder as a file", f"{FILE}path = 'a/b/c'\n{SECOND}path = 'a'\n", "“a” is needed as a folder"),
    ("an open bracket", "version = [1\n", "This is not TOML"),
    ("a key twice", "version = 1\nversion = 1\n", "This is not TOML"),
    ("a table twice", "version = 1\n[x]\n[x]\n", "This is not TOML"),
    ("a very long line", f"# {'x' * 17_000}\n", "Line 1 is longer than 16 KiB"),
    ("a deep array", f"version = {'[' * 9}{']' * 9}\n", "Line 1 is nested more than 8 levels"),
    ("a deep array over lines", "version = 1\nx = " + "[\n" * 2000, "Nested more than 8 levels"),
    ("a deep table", f"{WITH_PATH}[{'.'.join('a' * 9)}]\n", "Line 9 is nested more than 8 levels"),
    ("a deep quoted table", f"""{WITH_PATH}[{'.'.join(['"a"'] * 9)}]\n""", "Line 9 is nested more than 8 levels"),
    ("a deep inline table", f"{WITH_PATH}x = {{ {'.'.join('a' * 9)} = 1 }}\n", "Line 9 is nested more than 8 levels"),
    ("deep tables step by step", f"{WITH_PATH}[a.b.c.d.e]\nf.g.h.i.j = 1\n", "is nested too deep"),
    ("a number of 5,000 digits", f"version = {'9' * 5000}\n", "A number in it is far too long"),
    ("a deep dotted key", f"version = 1\n{'.'.join('a' * 2000)} = 1\n", "Line 2 is nested more than 8 levels"),
    ("a byte order mark in front", "\ufeff<html>", "This is not TOML"),
]  # fmt: skip


def test_the_table_is_as_long_as_promised() -> None:
    """At least forty bad manifests are tried."""
    assert len(BAD) >= 40


@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_bad_manifest_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path, text: str, expected: str
) -> None:
    """Exit 2, the manifest's name and the key path; no request, no destination."""
    server = serve(publish({"a": b""}))
    manifest.write_text(text, "utf-8")
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 2
    assert ended.out == ""
    assert ended.err.startswith(f"rehydrate-tui: {manifest}: ")
    assert expected in ended.err
    assert ended.err.count("\n") == 1
    assert not dest.exists()
    assert server.requests == []


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ('colour = "red"', "colour: unknown key, ignored."),
        ("[extra]\ndeep = { deeper = [1, 2] }", "extra: unknown key, ignored."),
    ],
)
def test_an_unknown_key_is_only_a_warning(
    command: Command, dest: Path, manifest: Path, line: str, warning: str
) -> None:
    """A key of a newer minor version changes nothing else."""
    text = (
        f"{line}\n{WITH_PATH}"
        if "=" in line.partition("\n")[0]
        else f"{WITH_PATH}{line}"
    )
    manifest.write_text(text, "utf-8")
    ended = command("--replay", manifest, "--dest", dest, "--dry-run")
    assert ended.status == 0
    assert warning in ended.out
