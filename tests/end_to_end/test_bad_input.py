"""Calls that cannot work: one sentence on what, where and what next; nothing touched."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.server import Account
from tests.conftest import Serve
from tests.end_to_end.command import Command, Finished
from tests.published import MANIFEST_VERSION, publish, tree_of

A = b"a,b\n1,2\n"
FILES: dict[str, Content] = {"data/a.csv": A, "README.md": b"# Notes\n"}


def one_sentence(ended: Finished) -> str:
    """Return the one line that was printed, on stderr."""
    assert ended.out == ""
    lines = ended.err.splitlines()
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("rehydrate-tui: ")
    return lines[0]


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
            view = memoryview(buffer)  # type: ignore[arg-type]
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


def refused_port() -> str:
    """Return an address of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def no_such_name() -> str:
    """Return an address whose name does not resolve."""
    return "https://github.invalid"


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


@pytest.mark.parametrize("below", ["", "sub", "sub/deeper"])
def test_a_destination_that_is_a_file_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path, below: str
) -> None:
    """Nothing can be put below a file: exit 2, and the file stays what it is."""
    notes = publish(FILES)
    server = serve(notes)
    dest.write_text("mine")
    ended = command("--replay", notes.pin(manifest), "--dest", dest / below)
    assert ended.status == 2
    assert "is no folder" in one_sentence(ended)
    assert str(dest) in ended.err
    assert dest.read_text() == "mine"
    assert not server.requests


@pytest.mark.parametrize("name", ["n" * 300, "d/" * 2100])
def test_a_destination_with_too_long_a_name_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path, name: str
) -> None:
    """No disk takes such a name: exit 2, and the name does not fill the screen."""
    notes = publish(FILES)
    serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest / name)
    assert ended.status == 2
    assert "is too long for the path of a folder" in one_sentence(ended)
    assert len(ended.err) < 300


def test_a_destination_that_is_a_dangling_link_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A link to nowhere is not made into a folder."""
    notes = publish(FILES)
    serve(notes)
    dest.symlink_to("nowhere")
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 2
    assert "is no folder" in one_sentence(ended)


def test_a_destination_that_cannot_be_made_is_refused(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """The kernel's own file system takes no folder, not even from root."""
    notes = publish({"empty.txt": b""})
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", "/proc/rehydrate")
    assert ended.status == 2
    sentence = one_sentence(ended)
    assert "/proc/rehydrate" in sentence
    assert "--dest" in sentence
    assert not server.requests


def test_a_pick_into_a_bad_destination_saves_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Refused means that nothing was touched: no manifest either."""
    serve(publish(FILES))
    dest.write_text("mine")
    ended = command("--pick", "ada/notes", "*.csv", "--save", manifest, "--dest", dest)
    assert ended.status == 2
    assert not manifest.exists()


@pytest.mark.parametrize("name", [".", "gone/m.toml", "/"])
def test_a_manifest_that_cannot_be_saved_stops_the_run(
    command: Command,
    serve: Serve,
    dest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """Without its manifest a pick is not begun: the files could not be brought back."""
    monkeypatch.chdir(tmp_path)
    serve(publish(FILES))
    ended = command("--pick", "ada/notes", "*.csv", "--save", name, "--dest", dest)
    assert ended.status == 1
    assert ended.err.splitlines()[-1].startswith("rehydrate-tui: ")
    assert tree_of(tmp_path) == {}


def test_too_much_is_refused_before_anything_is_touched(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Above --max-size: exit 3, how much it is and how much is allowed."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--max-size", "15")
    assert ended.status == 3
    assert "16 B are still to be fetched, more than the limit of 15 B" in ended.err
    assert not dest.exists()
    assert not server.requests
    assert command("--replay", pinned, "--dest", dest, "--max-size", "16").status == 0


def test_the_limit_counts_what_is_still_to_be_fetched(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Content that two files share comes once, and what is here does not count."""
    notes = publish({"one.txt": A, "two.txt": A, "three.txt": b"1234"})
    serve(notes)
    pinned = notes.pin(manifest)
    limit = ("--max-size", str(len(A) + 4))
    assert command("--replay", pinned, "--dest", dest, *limit).status == 0
    (dest / "three.txt").unlink()
    assert command("--replay", pinned, "--dest", dest, "--max-size", "4").status == 0


def test_more_than_the_disk_holds_is_refused(
    command: Command, dest: Path, manifest: Path
) -> None:
    """A manifest of an exabyte: exit 3, how much is free; nothing is asked or made."""
    manifest.write_text(
        MANIFEST_VERSION
        + publish(FILES).toml("data/a.csv").replace("size = 8", f"size = {10**18}")
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 3
    assert "1.00 EB do not fit into" in one_sentence(ended) or "1.0 EB" in ended.err
    assert not dest.exists()


def test_a_dry_run_says_that_it_would_be_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The status of a dry run is that of the run, its document is still printed."""
    notes = publish(FILES)
    serve(notes)
    pinned = notes.pin(manifest)
    call = ("--replay", pinned, "--dest", dest, "--max-size", "1", "--dry-run")
    ended = command(*call, "--json")
    assert ended.status == 3
    assert json.loads(ended.out)["dry_run"] is True
    assert not dest.exists()


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
