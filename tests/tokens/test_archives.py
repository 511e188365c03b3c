"""Archives and the token: the archive host is asked anonymously, and signed for once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.server import Account, GitHubServer
from tests.conftest import Serve
from tests.end_to_end.archives import BY_ARCHIVE, asked, expected
from tests.end_to_end.command import Command
from tests.published import Published, publish, tree_of
from tests.tokens.test_leaks import TOKEN, carriers, check_words

FILES: dict[str, Content] = {
    "a.csv": b"a,b\n" * 500,
    "b.csv": b"a,b\n" * 500,
    "c.csv": b"other\n",
}


def serve_one(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, *, private: bool
) -> tuple[GitHubServer, Published]:
    """Serve a repository that the token of this machine may read."""
    notes = publish(FILES, private=private)
    server = serve(notes)
    server.tokens[TOKEN] = Account("ada")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    return server, notes


def test_a_public_archive_is_asked_for_without_the_token(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A token is set, and nobody is sent it: no call of the API either."""
    server, notes = serve_one(serve, monkeypatch, private=False)
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert carriers(server) == set()
    assert asked(server) == {"codeload": 1}


def test_a_private_archive_costs_one_call_of_the_api(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The API signs an address; the token stays with the API, the signature unprinted."""
    server, notes = serve_one(serve, monkeypatch, private=True)
    log = tmp_path / "log.txt"
    ended = command(
        "--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE,
        "--verbose", "--log", log,
    )  # fmt: skip
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    assert asked(server) == {"codeload": 2, "api": 1}
    assert carriers(server) == {"api"}
    check_words(ended.err, log.read_text())
    signature = server.requests[-1].query
    assert signature.startswith("token=")
    assert signature not in ended.err + log.read_text()


def test_what_only_a_token_brought_is_not_shared(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cache that others may read gets nothing of a private repository."""
    _, notes = serve_one(serve, monkeypatch, private=True)
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o755)
    cache.chmod(0o755)
    call = ("--replay", notes.pin(manifest), *BY_ARCHIVE, "--cache", cache)
    assert command(*call, "--dest", dest).status == 0
    assert tree_of(cache) == {}
    cache.chmod(0o700)
    assert command(*call, "--dest", tmp_path / "again").status == 0
    assert len(tree_of(cache)) == 2
