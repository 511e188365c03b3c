"""Manifests, settings, recent addresses and tokens on this machine."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.errors import (
    ManifestSyntaxError,
    NoSpaceError,
    UsageError,
    WriteError,
)
from rehydrate_tui.storage import manifest_file, toml_io
from rehydrate_tui.storage.atomic import part_name, write_atomically
from rehydrate_tui.storage.credentials import Token, find_token
from rehydrate_tui.storage.manifest_file import (
    find_manifests,
    load_manifest,
    manifest_bytes,
    save_manifest,
)
from rehydrate_tui.storage.recent import MAX_RECENT, load_recent, remember_recent
from rehydrate_tui.storage.settings import MOST_JOBS, Settings
from rehydrate_tui.storage.toml_io import parse_toml
from rehydrate_tui.storage.translate import local_error
from tests.published import tree_of

MANIFEST = Manifest(
    sources=(
        Source(
            repository=RepoId("ada", "notes"),
            files=(LockedFile(path=RepoPath("a")),),
        ),
    )
)


def test_a_manifest_is_saved_and_loaded(tmp_path: Path) -> None:
    """What is saved is loaded; the file says how to replay it."""
    path = tmp_path / "m.toml"
    save_manifest(MANIFEST, path)
    assert load_manifest(path) == MANIFEST
    assert path.read_bytes().startswith(b"# rehydrate-tui --replay m.toml\n")
    assert set(tree_of(tmp_path)) == {"m.toml"}


def test_a_hostile_file_name_stays_in_its_comment() -> None:
    """The first line cannot be broken out of by the name of the file."""
    data = manifest_bytes(MANIFEST, "m\nversion = 9\n.toml")
    assert data.count(b"\n") == manifest_bytes(MANIFEST, "m.toml").count(b"\n")


def test_saving_is_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the write fails half-way, the old manifest is there and nothing else."""
    path = tmp_path / "m.toml"
    path.write_bytes(b"old")

    def fill_up(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(NoSpaceError, match="The disk filled up while writing"):
        save_manifest(MANIFEST, path)
    assert tree_of(tmp_path) == {"m.toml": b"old"}


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size is checked before anything is parsed."""
    monkeypatch.setattr(manifest_file, "MAX_BYTES", 2**20)
    path = tmp_path / "m.toml"
    path.write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(ManifestSyntaxError, match="is larger than 1 MiB"):
        load_manifest(path)
    monkeypatch.setattr(toml_io, "MAX_BYTES", 2**20)
    with pytest.raises(ManifestSyntaxError, match="Larger than 1 MiB"):
        parse_toml(b"#" * (2**20 + 1))


@pytest.mark.parametrize(
    "line",
    [
        b'path = "v1.2.3.4.5.6.7.8.9.10.11.txt"',
        b"path = '1.2.3.4.5.6.7.8.9.0'",
        b'  "a.b.c.d.e.f.g.h.i.j", # 1.2.3.4.5.6.7.8.9.0',
        b'x = "\\"a.b.c.d.e.f.g.h.i.j"',
        b"a.b.c.d.e.f.g.h = 1",
        b"x = [[[1]], [[2]], [[3]], [[4]], [[5]]]",
    ],
)
def test_dots_in_texts_are_no_nesting(line: bytes) -> None:
    """File names may have as many dots as they like."""
    wrapped = b"x = [\n" + line + b"\n]\n" if line.startswith(b"  ") else line
    assert parse_toml(wrapped)


def test_manifests_in_a_folder_are_found(tmp_path: Path) -> None:
    """By content, sorted by name; other TOML files and folders are not manifests."""
    for name in ("b.toml", "a.toml"):
        save_manifest(MANIFEST, tmp_path / name)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "a.txt").write_bytes((tmp_path / "a.toml").read_bytes())
    assert [path.name for path in find_manifests(tmp_path)] == ["a.toml", "b.toml"]
    assert find_manifests(tmp_path / "gone") == []
    (tmp_path / "c.toml").symlink_to("/proc/1/mem")
    found = [path.name for path in find_manifests(tmp_path)]
    assert found in ([], ["a.toml", "b.toml"])


@pytest.mark.parametrize("name", ["a", "x" * 255, "é" * 127, "日" * 85, "\udcff" * 100])
def test_hidden_names_fit_and_are_fresh(name: str) -> None:
    """The name of an unfinished file is hidden, short enough, and never the same."""
    first, second = part_name(name), part_name(name)
    assert first != second
    assert first.startswith(".")
    assert len(os.fsencode(first)) <= 255


@pytest.mark.parametrize("path", [Path(), Path("/")])
def test_a_folder_is_no_name_of_a_file(path: Path) -> None:
    """A path without a name is refused."""
    with pytest.raises(WriteError, match="is no name of a file"):
        write_atomically(path, b"")


def test_writing_over_a_folder_is_an_error(tmp_path: Path) -> None:
    """A folder stays, and no unfinished file is left."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(WriteError, match="folder"):
        write_atomically(tmp_path / "folder", b"x")
    assert tree_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, NoSpaceError, "Free some space"),
        (errno.EDQUOT, NoSpaceError, "Free some space"),
        (errno.EACCES, WriteError, "--dest"),
        (errno.EROFS, WriteError, "--dest"),
        (errno.ENAMETOOLONG, WriteError, "shorter --dest"),
        (errno.EISDIR, WriteError, "move it away"),
        (errno.ENOTDIR, WriteError, "move it away"),
        (errno.EFBIG, WriteError, "File too large"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(
    number: int, kind: type[Exception], words: str
) -> None:
    """Name, reason, and what to do where there is something to do."""
    error = local_error(OSError(number, os.strerror(number)), "dir/a\x1b.txt")
    assert type(error) is kind
    assert error.path == "dir/a\x1b.txt"
    assert "“dir/a␛.txt”" in str(error)
    assert words in str(error)


def test_an_error_without_a_number_has_its_words() -> None:
    """Some errors of libraries carry a sentence only."""
    assert "because" in str(local_error(OSError("because"), "a"))


def test_recent_addresses_are_remembered(tmp_path: Path) -> None:
    """Newest first, each once, no more than a screenful."""
    state = tmp_path / "state"
    assert load_recent(state) == []
    for number in range(20):
        remember_recent(state, f"ada/{number}", load_recent(state))
    remember_recent(state, "ada/15", load_recent(state))
    recent = load_recent(state)
    assert recent[:3] == ["ada/15", "ada/19", "ada/18"]
    assert len(recent) == len(set(recent)) == MAX_RECENT


@pytest.mark.parametrize(
    "content", [b"", b"{", b"{}", b"1", b"\xff", b'[1, "a", null]']
)
def test_a_damaged_list_is_no_error(tmp_path: Path, content: bytes) -> None:
    """What cannot be read is forgotten."""
    (tmp_path / "recent.json").write_bytes(content)
    assert load_recent(tmp_path) in ([], ["a"])


def test_a_read_only_home_costs_a_convenience(tmp_path: Path) -> None:
    """Where nothing can be remembered, nothing is."""
    (tmp_path / "file").write_bytes(b"")
    remember_recent(tmp_path / "file", "ada/notes", [])
    (tmp_path / "recent.json").mkdir()
    remember_recent(tmp_path, "ada/notes", [])
    assert load_recent(tmp_path) == []


@pytest.mark.parametrize(
    ("host", "environ", "source"),
    [
        ("github.com", {"GH_TOKEN": "a", "GITHUB_TOKEN": "b"}, "GH_TOKEN"),
        ("github.com", {"GITHUB_TOKEN": "b"}, "GITHUB_TOKEN"),
        ("github.com", {"GH_TOKEN": "  ", "GITHUB_TOKEN": "b"}, "GITHUB_TOKEN"),
        ("octo.ghe.com", {"GH_TOKEN": "a"}, "GH_TOKEN"),
        ("ghe.example.com", {"GH_TOKEN": "a"}, None),
        ("ghe.com", {"GH_TOKEN": "a"}, None),
        ("evil-ghe.com", {"GH_TOKEN": "a"}, None),
        ("github.com.evil.example", {"GH_TOKEN": "a"}, None),
        ("ghe.example.com", {"GH_ENTERPRISE_TOKEN": "c"}, "GH_ENTERPRISE_TOKEN"),
        (
            "ghe.example.com",
            {"GITHUB_ENTERPRISE_TOKEN": "c"},
            "GITHUB_ENTERPRISE_TOKEN",
        ),
        ("github.com", {"GH_ENTERPRISE_TOKEN": "c"}, None),
        ("github.com", {}, None),
    ],
)
def test_a_token_belongs_to_its_kind_of_host(
    host: str, environ: dict[str, str], source: str | None
) -> None:
    """A token for github.com is never found for another host."""
    token = find_token(host, environ)
    assert (token.source if token else None) == source


def test_a_token_does_not_show_itself() -> None:
    """Neither print nor a traceback with values shows the secret."""
    token = Token("ghp_secret", "GH_TOKEN")
    assert "secret" not in f"{token} {token!r} {[token]}"
    assert token.reveal() == "ghp_secret"


def settings(
    tmp_path: Path, text: str = "", *, host: str | None = None, **environ: str
) -> Settings:
    """Load settings from a configuration file and an environment."""
    (tmp_path / "config.toml").write_text(text)
    return Settings.load({"REHYDRATE_CONFIG_DIR": str(tmp_path), **environ}, host=host)


@pytest.mark.parametrize(
    ("host", "environ", "text", "expected"),
    [
        (None, {}, "", "github.com"),
        (None, {}, "host = 'file.example'", "file.example"),
        (None, {"GH_HOST": "gh.example"}, "host = 'file.example'", "gh.example"),
        (
            None,
            {"REHYDRATE_HOST": "o.example", "GH_HOST": "g.example"},
            "",
            "o.example",
        ),
        ("Option.Example", {"REHYDRATE_HOST": "o.example"}, "", "option.example"),
    ],
)
def test_the_host_has_an_order_of_precedence(
    tmp_path: Path,
    host: str | None,
    environ: dict[str, str],
    text: str,
    expected: str,
) -> None:
    """Option, REHYDRATE_HOST, GH_HOST, file, github.com."""
    assert settings(tmp_path, text, host=host, **environ).host == expected


def test_options_come_from_the_environment_then_the_file(tmp_path: Path) -> None:
    """An empty variable is no value."""
    made = settings(
        tmp_path,
        "jobs = 3\non-conflict = 'backup'\ndest = 'x'\n",
        REHYDRATE_JOBS="5",
        REHYDRATE_DEST="",
    )
    assert made.value("jobs") == "5"
    assert made.value("on-conflict") == "backup"
    assert made.value("dest") == "x"
    assert made.value("max-size") is None
    assert MOST_JOBS == 400


def test_endpoints_of_hosts_may_be_set(tmp_path: Path) -> None:
    """Variables speak for the default host, the file for any; variables win."""
    text = """
[hosts."github.com"]
api = "https://file.example/"
raw = "https://file.example/{path}"
[hosts."ghe.example.com"]
api = "https://ghe-api.example"
"""
    made = settings(tmp_path, text, REHYDRATE_API_URL="https://variable.example")
    assert made.endpoints("github.com").api == "https://variable.example"
    assert made.endpoints("github.com").raw == "https://file.example/{path}"
    assert made.endpoints("ghe.example.com").api == "https://ghe-api.example"
    assert made.endpoints("other.example").api == "https://other.example/api/v3"


def test_without_a_configuration_everything_is_usual(tmp_path: Path) -> None:
    """No file is no error."""
    made = Settings.load({"REHYDRATE_CONFIG_DIR": str(tmp_path / "gone")})
    assert (made.host, dict(made.config)) == ("github.com", {})
    assert made.folders.config == tmp_path / "gone"


def test_a_configuration_that_is_no_toml_is_named(tmp_path: Path) -> None:
    """The error says which file, and does not speak of manifests."""
    with pytest.raises(UsageError, match=r"config\.toml” cannot be used") as caught:
        settings(tmp_path, "{")
    assert "anifest" not in str(caught.value)
