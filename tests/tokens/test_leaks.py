"""Where the token goes, as the server saw it, and all the places where it must not be."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content, LfsFile
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import Account, GitHubServer
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.errors import RemoteError
from rehydrate_tui.github import GitHubClient, HttpOptions
from rehydrate_tui.storage.credentials import Token
from tests.conftest import Serve
from tests.end_to_end.command import Command, Finished
from tests.published import Published, publish, tree_of
from tests.unit.github.served import endpoints_of, no_wait, read

TOKEN = "github_pat_11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789a"
FORMS = (
    TOKEN,
    base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode(),
    TOKEN[:60],
)
FILES: dict[str, Content] = {
    ".gitattributes": b"*.npy filter=lfs\n",
    "a.csv": b"a,b\n" * 500,
    "big.npy": LfsFile(b"large " * 5000),
}
OTHERS = ("raw", "codeload", "storage")


@pytest.fixture
def private(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> tuple[GitHubServer, Published]:
    """Serve a private repository that the token of this machine may read."""
    secret = publish(FILES, private=True)
    server = serve(secret)
    server.tokens[TOKEN] = Account("ada")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    # The web host is where Git LFS answers: it may be given the token.
    monkeypatch.setenv("REHYDRATE_HOST", server.lfs_url.removeprefix("http://"))
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", TOKEN)
    return server, secret


@pytest.fixture
def debug_log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Let every library log all it can."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


def carriers(server: GitHubServer) -> set[str]:
    """Return the origins that were sent the token, in any header or address."""
    return {
        each.origin
        for each in server.requests
        if any(form in text for form in FORMS for text in (*each.headers.values(), each.path, each.query))
    }  # fmt: skip


def check_words(*texts: str) -> None:
    """Fail if a text has the token in it, also in part or encoded."""
    for text in texts:
        assert not [form for form in FORMS if form in text], text


def traceback_of(error: BaseException) -> str:
    """Return the traceback with all local names, as a crashed interface shows it.

    The first frame is the test's own, which knows the token.
    """
    assert error.__traceback__ is not None
    below = error.__traceback__.tb_next
    shown = traceback.TracebackException(type(error), error, below, capture_locals=True)
    text = "".join(shown.format())
    assert "github/client.py" in text or "github/api.py" in text
    return text


def check_files(*folders: Path) -> None:
    """Fail if any file below the folders holds the token."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                assert not [form for form in FORMS if form.encode() in data], path


def test_a_whole_session(
    command: Command,
    private: tuple[GitHubServer, Published],
    tmp_path: Path,
    debug_log: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """List, pick, save, replay, status, update, export of a private repository.

    The API and the batch of the same host were sent the token. Raw, archive and storage
    were not. No output, log, manifest, index, cache or downloaded file has it.
    """
    server, secret = private
    saved, state, log = tmp_path / "m.toml", tmp_path / "state", tmp_path / "all.log"
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    monkeypatch.setenv("REHYDRATE_STATE_DIR", str(state))
    common = ["--verbose", "--log", str(log)]
    runs = [
        ["--list", "ada/notes", "--json"],
        [
            "--pick",
            "ada/notes",
            "*",
            "--save",
            str(saved),
            "--dest",
            str(tmp_path / "a"),
        ],
        ["--replay", str(saved), "--dest", str(tmp_path / "b"), "--json"],
        ["--replay", str(saved), "--dest", str(tmp_path / "c"), "--cache", str(cache)],
        ["--replay", str(saved), "--dest", str(tmp_path / "d"), "--cache", str(cache)],
        ["--status", str(saved), "--dest", str(tmp_path / "b"), "--remote", "--json"],
        ["--update", str(saved), "--dry-run"],
    ]
    ended: list[Finished] = [command(*argv, *common) for argv in runs]
    assert [each.status for each in ended] == [0] * len(runs), [e.err for e in ended]
    assert set(tree_of(tmp_path / "b")) == set(FILES)
    assert carriers(server) == {"api", "lfs"}
    assert {each.origin for each in server.requests} >= {"raw", "storage"}
    for each in ended:
        check_words(each.out, each.err)
    check_words(debug_log.text, *(str(each.__dict__) for each in debug_log.records))
    assert "asking: GET" in log.read_text()
    assert "200: GET" in log.read_text()
    check_files(tmp_path, Path(secret.name))
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["raw", "codeload", "lfs", "storage"])
def test_no_redirect_takes_the_token_along(
    command: Command,
    private: tuple[GitHubServer, Published],
    status: int,
    target: str,
) -> None:
    """An API that leads elsewhere, by any status: the other origin is asked bare."""
    server, _ = private
    base = getattr(server, f"{target}_url")
    server.add_fault(
        Fault(origin="api", status=status, headers={"location": f"{base}/x/y/z"})
    )
    ended = command("--list", "ada/notes", "--verbose")
    assert ended.status == 1
    assert target in {each.origin for each in server.requests}
    assert carriers(server) == {"api"}
    check_words(ended.out, ended.err)


def test_a_redirect_and_back_does_not_bring_the_token_back(
    command: Command, private: tuple[GitHubServer, Published]
) -> None:
    """Once another origin had a say, its word is not trusted with the secret."""
    server, _ = private
    away = {"location": f"{server.storage_url}/x"}
    back = {"location": f"{server.api_url}/back"}
    server.add_fault(Fault(origin="api", path="/repos/*", status=302, headers=away))
    server.add_fault(Fault(origin="storage", status=302, headers=back))
    assert command("--list", "ada/notes").status == 1
    (last,) = (each for each in server.requests if each.path == "/back")
    assert "authorization" not in last.headers
    assert carriers(server) == {"api"}


def test_a_batch_that_leads_elsewhere(
    command: Command,
    private: tuple[GitHubServer, Published],
    dest: Path,
    manifest: Path,
) -> None:
    """The Git LFS batch with the token loses it on the way to another origin."""
    server, secret = private
    server.add_fault(
        Fault(origin="lfs", after=1, status=307, headers={"location": f"{server.storage_url}/b"})
    )  # fmt: skip
    host = server.lfs_url.removeprefix("http://")
    pinned = secret.pin(manifest, "big.npy", host=f'"{host}"')
    assert command("--replay", pinned, "--dest", dest).status == 1
    assert carriers(server) <= {"lfs", "api"}
    assert any(each.origin == "storage" for each in server.requests)


FAILURES = {
    "refused": refusals.refusal(401, "Bad credentials"),
    "limit": refusals.primary_limit(reset_in=4000),
    "weak": refusals.token_too_weak(),
    "sso": refusals.sso_required(),
    "unavailable": refusals.unavailable(),
    "cut": Fault(origin="api", cut_after=3),
    "drop": Fault(origin="api", drop=True),
    "page": Fault(origin="api", body=b"<html>", content_type="text/html"),
    "no json": Fault(origin="api", body=b"{"),
    "repeats it": refusals.refusal(403, f"I know {TOKEN} and {FORMS[1]}"),
    "leads nowhere": Fault(origin="api", status=302, headers={"location": "http://x.example/"}),
    "leads to itself": Fault(origin="api", status=302, headers={"location": "/again"}),
    "bad header": Fault(origin="api", status=302, headers={"location": "http://["}),
    "gzip": Fault(origin="api", body=b"no", headers={"content-encoding": "gzip"}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAILURES.values(), ids=FAILURES)
async def test_no_error_and_no_traceback_shows_it(
    private: tuple[GitHubServer, Published],
    fault: Fault,
    debug_log: pytest.LogCaptureFixture,
) -> None:
    """Message, hint, repr, and a traceback with all local names of all its frames."""
    server, _ = private
    server.add_fault(fault)
    lines: list[str] = []
    client = GitHubClient(
        endpoints_of(server),
        host="github.com",
        token=Token(TOKEN, "GH_TOKEN"),
        options=HttpOptions(sleep=no_wait, log=lines.append),
    )
    with pytest.raises(RemoteError) as caught:
        await client.repository(RepoId("ada", "notes"))
    await client.aclose()
    error = caught.value
    check_words(str(error), repr(error), error.hint, error.url, traceback_of(error))
    check_words(debug_log.text, *lines, *client.notes)
    assert lines


async def test_a_download_that_breaks_shows_nothing_either(
    private: tuple[GitHubServer, Published],
) -> None:
    """The same for a blob of the API, whose body breaks off in the middle."""
    server, _ = private
    server.add_fault(Fault(origin="api", path="*/git/blobs/*", cut_after=1))
    client = GitHubClient(
        endpoints_of(server),
        host="github.com",
        token=Token(TOKEN, "GH_TOKEN"),
        options=HttpOptions(sleep=no_wait),
    )
    oid = ObjectId("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    with pytest.raises(RemoteError) as caught:
        await read(client.open_blob(RepoId("ada", "notes"), oid))
    await client.aclose()
    check_words(traceback_of(caught.value))


def test_a_refused_token_is_told_at_the_end(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A public pinned replay that has to use the API goes on without it, and says so."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(path="*/a.csv", retry_after=3600))
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--json")
    assert ended.status == 0
    notices = json.loads(ended.out)["notes"]
    assert any("The token from GH_TOKEN was refused" in note for note in notices)
    check_words(ended.out, ended.err)


def test_a_demo_gets_no_token(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables, hosts file and key ring are not even looked at for the embedded server."""
    seen: list[object] = []
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN"):
        monkeypatch.setenv(name, TOKEN)
    (tmp_path / "hosts.yml").write_text(f"github.com:\n    oauth_token: {TOKEN}\n")
    monkeypatch.setenv("GH_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr("rehydrate_tui.cli.sessions.find_token", seen.append)
    ended = command("--demo", "--list", "rehydrate/field-notes", "--verbose")
    assert ended.status == 0
    assert "with a secret header" not in ended.err
    assert seen == []


@pytest.mark.parametrize("key", ["token", "password", "authorization", "secret"])
def test_a_manifest_with_a_secret_is_refused_and_not_shown(
    command: Command, dest: Path, manifest: Path, key: str
) -> None:
    """A secret in a manifest is an error that names the key, not the value."""
    manifest.write_text(
        f'version = 1\n[[source]]\nrepository = "ada/notes"\n{key} = "{TOKEN}"\n'
        'include = ["*"]\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 2
    assert f"source[0].{key}" in ended.err
    check_words(ended.out, ended.err)


def test_an_address_with_a_secret_is_not_logged(
    command: Command, serve: Serve, tmp_path: Path
) -> None:
    """What people paste with a password in it is masked on screen and in the log."""
    serve(publish(FILES))
    log = tmp_path / "l.log"
    for address in (
        f"https://ada:{TOKEN}@github.com/ada/notes",
        f"https://{TOKEN}@example.org/ada/notes",
    ):
        ended = command("--list", address, "--log", log, "--verbose")
        check_words(ended.out, ended.err)
    for address in (
        f"https://ada:{TOKEN}@example.org/m.toml",
        f"https://example.org/m.toml?token={TOKEN}",
    ):
        ended = command("--replay", address, "--log", log, "--verbose", "--wait", "0")
        assert ended.status in {1, 2}
        check_words(ended.out, ended.err)
    check_words(log.read_text())
