"""Calls that cannot work: one sentence on what, where and what next; nothing touched."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.server import Account
from tests.conftest import Serve
from tests.end_to_end.command import Command, one_sentence
from tests.end_to_end.unreachable import no_such_name, refused_port
from tests.published import publish, tree_of

A = b"a,b\n1,2\n"
FILES: dict[str, Content] = {"data/a.csv": A, "README.md": b"# Notes\n"}


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--list", "ada/nothing"], "GitHub shows no repository ada/nothing"),
        (["--pick", "nobody/notes", "*.csv"], "Check the spelling"),
        (["--list", "ada/notes@mainx"], "no branch, tag or commit “mainx”"),
        (["--list", "ada/notes@mainx"], "Did you mean “main”?"),
        (["--list", "ada/notes", "--ref", "v9"], "no branch, tag or commit “v9”"),
        (["--list", "ada/notes@main:dta"], "The repository has no “dta”"),
        (["--list", f"ada/notes@{'0' * 40}"], "no branch, tag or commit"),
    ],
)
def test_what_is_not_there_is_named(
    command: Command, serve: Serve, argv: list[str], expected: str
) -> None:
    """An unknown repository, ref or folder: exit 1, which one, and what to check."""
    serve(publish(FILES))
    ended = command(*argv)
    assert ended.status == 1
    assert expected in one_sentence(ended)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--list", "just-a-word"], "just-a-word"),
        (["--list", ""], ""),
        (["--list", "https://gist.github.com/ada/0123456789abcdef"], "gist"),
        (["--list", "ada/notes", "*.parquet"], "Nothing in the repository matches"),
        (["--pick", "ada/notes", "*.parquet"], "*.csv, data/, /README.md"),
        (["--list", "ada/notes", "[[:alpha:]]"], "is a pattern that is not understood"),
        (["--list", "ada/notes", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["--list"], "--list: expected at least one argument"),
        (["--lis", "ada/notes"], "--lis"),
        (["--list", "ada/notes", "--replay", "m.toml"], "not allowed with argument"),
        (["--replay"], "--replay: expected one argument"),
        (["--list", "ada/notes", "--host", "no host"], "“no host” is no host name"),
        (["--replay", "gone.toml"], "“gone.toml” cannot be read: No such file"),
        (["--replay", "."], "“.” cannot be read: Is a directory"),
        (["--replay", "bad\x1b[31m.toml"], "cannot be read: No such file"),
        (["--save", "m.toml"], "--save goes with --pick only"),
        (["--list", "ada/notes", "--save", "m.toml"], "--save goes with --pick only"),
        (["ada/x", "--replay", "m.toml"], "“ada/x” is not used with --replay"),
        (["ada/notes"], "needs a terminal"),
        ([], "Open a terminal, or use --replay"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(
    command: Command,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    expected: str,
) -> None:
    """Typing errors: exit 2 with what is wrong and what would be right."""
    monkeypatch.chdir(tmp_path)
    serve(publish(FILES))
    ended = command(*argv)
    assert ended.status == 2
    assert expected in one_sentence(ended)
    assert tree_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--jobs", "0", "--jobs 0 is not a number from 1 to 400"),
        ("--jobs", "401", "--jobs 401 is not a number from 1 to 400"),
        ("--jobs", "-1", "--jobs"),
        ("--jobs", "many", "--jobs many is not a number"),
        ("--jobs", "1.5", "--jobs 1.5 is not a number"),
        ("--jobs", "9" * 5000, "is not a number from 1 to 400"),
        ("--jobs", "", "--jobs  is not a number"),
        ("--max-size", "huge", "“huge” is not a size"),
        ("--warn-size", "-1", "“-1” is not a size"),
        ("--on-conflict", "ask", "invalid choice: 'ask'"),
        ("--progress", "dots", "invalid choice: 'dots'"),
        ("--dest", "~nobody-of-that-name/x", "~nobody-of-that-name"),
    ],
)
def test_an_option_with_a_bad_value_is_refused(
    command: Command,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    value: str,
    expected: str,
) -> None:
    """A bad value: exit 2, which option, which values there are; nothing is asked."""
    notes = publish(FILES)
    server = serve(notes)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    manifest = notes.pin(tmp_path / "m.toml")
    ended = command("--replay", manifest, option, value)
    assert ended.status == 2
    assert expected in one_sentence(ended)
    assert tree_of(work) == {}
    assert not server.requests


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("REHYDRATE_JOBS", "0", "--jobs 0"),
        ("REHYDRATE_ON_CONFLICT", "ask", "Choose one of keep, overwrite, backup, fail"),
        ("REHYDRATE_PROGRESS", "dots", "Choose one of bar, line, log, none"),
        ("REHYDRATE_MAX_SIZE", "x", "“x” is not a size"),
        ("REHYDRATE_RAW_URL", "https://mirror.example", "does not contain {path}"),
        (
            "REHYDRATE_API_URL",
            "ftp://example.com",
            "REHYDRATE_API_URL is no web address",
        ),
        ("REHYDRATE_HOST", "a b", "“a b” is no host name"),
    ],
)
def test_a_variable_with_a_bad_value_is_refused(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    expected: str,
) -> None:
    """Environment variables are checked like options."""
    notes = publish(FILES)
    serve(notes)
    monkeypatch.setenv(variable, value)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 2
    assert expected in one_sentence(ended)
    assert not dest.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jobs = [", "config.toml"),
        ("host = 'a b'", "“a b” is no host name"),
        ("hosts = 1", "config.toml"),
        ("hosts = { 'github.com' = 1 }", "config.toml"),
        ("hosts = { 'github.com' = { raw = 'https://x.example' } }", "{path}"),
        ("jobs = 0", "--jobs 0"),
        ("jobs = true", "--jobs"),
    ],
)
def test_a_bad_configuration_file_is_named(
    command: Command,
    tmp_path: Path,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    expected: str,
) -> None:
    """An error in config.toml says that it is there, and never ends in a traceback."""
    (tmp_path / "config.toml").write_text(text)
    monkeypatch.setenv("REHYDRATE_CONFIG_DIR", str(tmp_path))
    ended = command("--replay", publish(FILES).pin(manifest), "--dest", dest)
    assert ended.status == 2
    assert expected in one_sentence(ended)
    assert not dest.exists()


def test_a_configuration_file_that_is_no_file_is_named(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder named config.toml is an error of the call."""
    (tmp_path / "config.toml").mkdir()
    monkeypatch.setenv("REHYDRATE_CONFIG_DIR", str(tmp_path))
    ended = command("--list", "ada/notes")
    assert ended.status == 2
    assert "config.toml” cannot be read" in one_sentence(ended)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "version: is missing"),
        (b"\xff\xfe\x00", "not a text in UTF-8"),
        (b"<!DOCTYPE html><html></html>", "It is a web page"),
        (b'{"version": 1}', "It looks like JSON"),
        (b"version = 2\n", "version 2, this program reads 1"),
        (b"version = 1\n", "[[source]] with a repository"),
        (b"just text", "This is not TOML"),
    ],
)
def test_what_is_no_manifest_is_named(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    expected: str,
) -> None:
    """A file that is no manifest: exit 2, the file's name, the likely reason."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    manifest = tmp_path / "m.toml"
    manifest.write_bytes(content)
    ended = command("--replay", manifest)
    assert ended.status == 2
    sentence = one_sentence(ended)
    assert expected in sentence
    assert str(manifest) in sentence
    assert tree_of(work) == {}


class _Stdin(io.TextIOWrapper):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))


def test_a_manifest_from_standard_input_is_replayed(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`--replay -` reads the manifest from a pipe."""
    notes = publish(FILES)
    serve(notes)
    monkeypatch.setattr("sys.stdin", _Stdin(notes.pin(manifest).read_bytes()))
    assert command("--replay", "-", "--dest", dest).status == 0
    assert set(tree_of(dest)) == set(FILES)


def test_endless_standard_input_is_refused(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what never ends, no more is read than a manifest may have."""

    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            view = memoryview(buffer)  # type: ignore[arg-type]  # whatever has a buffer
            Endless.taken += len(view)
            assert Endless.taken < 64 * 2**20
            view[:] = b"#" * len(view)
            return len(view)

    stdin = io.TextIOWrapper(io.BufferedReader(Endless()))
    monkeypatch.setattr("sys.stdin", stdin)
    ended = command("--replay", "-")
    assert ended.status == 2
    assert "standard input: Larger than 32 MiB" in one_sentence(ended)


def test_a_process_without_standard_input_works(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Start hooks may close standard input, which Python shows as None."""
    notes = publish(FILES)
    serve(notes)
    monkeypatch.setattr("sys.stdin", None)
    assert command("--replay", notes.pin(manifest), "--dest", dest).status == 0
    ended = command("--replay", "-")
    assert ended.status == 2
    assert "standard input" in one_sentence(ended)


def test_a_refused_token_does_not_lock_anybody_out(
    command: Command, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public repository opens with a bad token; the note names where it came from."""
    server = serve(publish(FILES))
    monkeypatch.setenv("GH_TOKEN", "ghp_outdated0123456789")
    ended = command("--list", "ada/notes")
    assert ended.status == 0
    assert "The token from GH_TOKEN was refused; going on without it." in ended.err
    assert "ghp_outdated" not in ended.out + ended.err
    tokens = [r for r in server.requests if "authorization" in r.headers]
    assert len(tokens) == 1


def test_a_private_repository_needs_a_token(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Without a token it looks absent; the hint says how to show one."""
    notes = publish(FILES, private=True)
    serve(notes)
    ended = command("--list", "ada/notes")
    assert ended.status == 1
    assert "set GH_TOKEN to one that may read it" in one_sentence(ended)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {}
    assert "the repository may be private" in ended.err


def test_a_private_repository_opens_with_its_token(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the token its files come through the API, and only the API sees the token."""
    notes = publish(FILES, private=True)
    server = serve(notes)
    server.tokens["ghp_right0123456789"] = Account("ada")
    monkeypatch.setenv("GH_TOKEN", "ghp_right0123456789")
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert set(tree_of(dest)) == set(FILES)
    shown_to = {r.origin for r in server.requests if "authorization" in r.headers}
    assert shown_to == {"api"}
    assert "ghp_right" not in ended.err


@pytest.mark.parametrize("address", [refused_port, no_such_name])
def test_without_a_network_the_host_is_named(
    command: Command,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: Callable[[], str],
) -> None:
    """Refused connections and unknown names: exit 1, which host, what to check."""
    base = address()
    monkeypatch.setenv("REHYDRATE_API_URL", base)
    monkeypatch.setenv("REHYDRATE_RAW_URL", base + "/{owner}/{repo}/{commit}/{path}")
    ended = command("--list", "ada/notes")
    assert ended.status == 1
    sentence = one_sentence(ended)
    assert base.partition("://")[2].partition(":")[0] in sentence
    assert "Check the network" in sentence
    ended = command("--replay", publish(FILES).pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {}
    assert "2 files missing" in ended.err.splitlines()[-1]


def test_in_a_notebook_errors_go_to_stdout_except_beside_json(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notebooks paint stderr red; but stdout that holds JSON holds nothing else."""
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    ended = command("--replay", "gone.toml")
    assert (ended.status, ended.err) == (2, "")
    assert "gone.toml" in ended.out
    ended = command("--replay", "gone.toml", "--json")
    assert (ended.status, ended.out) == (2, "")
    assert "gone.toml" in ended.err
