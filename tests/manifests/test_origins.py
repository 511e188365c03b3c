"""Where manifests come from: the web, a repository, standard input; and what they say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import Account, GitHubServer
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import MANIFEST_VERSION, Published, publish, tree_of

FILES: dict[str, Content] = {
    "data/a.csv": b"a,b\n1,2\n" * 500,
    "data/b.zip": b"zip",
    "notes/c.csv": b"c\n",
    "README.md": b"# Notes\n",
}
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ"
ON_THE_WEB = "/shared/m.toml"


@pytest.fixture
def notes() -> Published:
    """What is served."""
    return publish(FILES)


@pytest.fixture
def server(
    serve: Serve, notes: Published, monkeypatch: pytest.MonkeyPatch
) -> GitHubServer:
    """Serve it, with a token that nobody but the API may see."""
    made = serve(notes)
    made.tokens[TOKEN] = Account("ada")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    return made


Put = Callable[..., str]


@pytest.fixture
def put(server: GitHubServer, notes: Published) -> Put:
    """Put an answer at an address of this machine that is not GitHub's; return it."""

    def at(body: bytes | None = None, path: str = ON_THE_WEB, **how: object) -> str:
        text = (MANIFEST_VERSION + notes.toml()).encode() if body is None else body
        fault = Fault(origin="storage", path=path, body=text, **how)  # type: ignore[arg-type]  # options by name
        server.add_fault(fault)
        return f"{server.storage_url}{path}"

    return at


def test_a_manifest_from_anywhere_on_the_web(
    command: Command, server: GitHubServer, put: Put, dest: Path
) -> None:
    """Its address is asked for as it is, once, without any token."""
    ended = command("--replay", put(), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == FILES
    (asked,) = (each for each in server.requests if each.origin == "storage")
    assert "authorization" not in asked.headers
    assert "cookie" not in asked.headers


@pytest.mark.parametrize("mode", ["--status", "--replay", "--update"])
def test_every_mode_takes_an_address(
    command: Command, put: Put, dest: Path, tmp_path: Path, mode: str
) -> None:
    """Status, replay and update read from the web; update then needs `--output`."""
    address = put()
    if mode == "--update":
        assert command(mode, address).status == 2
        ended = command(mode, address, "--output", tmp_path / "new.toml")
        assert ended.status == 0
        return
    ended = command(mode, address, "--dest", dest)
    assert ended.status == (1 if mode == "--status" else 0)


@pytest.mark.parametrize("hops", [1, 5])
def test_redirects_are_followed(
    command: Command, server: GitHubServer, put: Put, dest: Path, hops: int
) -> None:
    """Up to five, also to other origins, and none is sent a token."""
    final = put()
    for number in range(hops):
        following = f"{server.codeload_url}/hop/{number + 1}"
        location = final if number == hops - 1 else following
        server.add_fault(
            Fault(origin="codeload", path=f"/hop/{number}", status=302, headers={"location": location})
        )  # fmt: skip
    ended = command("--replay", f"{server.codeload_url}/hop/0", "--dest", dest)
    assert ended.status == 0
    assert not any("authorization" in each.headers for each in server.requests)


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("/again", "redirects in circles"),
        ("http://evil.example/m.toml", "which is not safe"),
        ("ftp://127.0.0.1/m.toml", "which is not safe"),
        ("file:///etc/passwd", "which is not safe"),
        ("", "redirects to nowhere"),
        ("http://[", "which is not safe"),
    ],
)
def test_redirects_that_are_not_followed(
    command: Command,
    server: GitHubServer,
    dest: Path,
    location: str,
    says: str,
) -> None:
    """In circles, to plain http elsewhere, to other schemes: exit 2, in words."""
    server.add_fault(
        Fault(origin="storage", status=302, headers={"location": location})
    )
    ended = command("--replay", f"{server.storage_url}/m.toml", "--dest", dest)
    assert ended.status == 2
    assert says in ended.err
    assert not dest.exists()


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"body": b"<!DOCTYPE html>", "content_type": "text/html"}, "a web page"),
        ({"body": b"<!DOCTYPE html><html>"}, "It is a web page"),
        ({"body": b'{"version": 1}', "content_type": "application/json"}, "JSON"),
        ({"status": 404}, "There is nothing at"),
        ({"status": 410}, "There is nothing at"),
        ({"body": b""}, "version: is missing"),
        ({"body": b"\xff\xfe"}, "not a text in UTF-8"),
    ],
)
def test_what_is_no_manifest(
    command: Command, put: Put, dest: Path, how: dict[str, object], says: str
) -> None:
    """A page, JSON, nothing: exit 2 with what it is and what to do."""
    body = how.pop("body", b"x")
    ended = command("--replay", put(body, **how), "--dest", dest)
    assert ended.status == 2
    assert says in ended.err
    assert not dest.exists()


def test_a_manifest_without_end(
    command: Command, put: Put, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than the limit is not read to its end."""
    monkeypatch.setattr("rehydrate_tui.headless.manifests.MAX_BYTES", 1000)
    ended = command("--replay", put(b"#" * 5000), "--dest", dest)
    assert ended.status == 2
    assert "far too long" in ended.err


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_web_host_that_does_not_answer(
    command: Command, put: Put, dest: Path, status: int
) -> None:
    """There may be a manifest, but it cannot be had now: exit 1."""
    ended = command("--replay", put(b"no", status=status), "--dest", dest)
    assert ended.status == 1
    assert str(status) in ended.err
    assert not dest.exists()


def test_a_web_host_that_fails_once_is_asked_again(
    command: Command, server: GitHubServer, put: Put, dest: Path
) -> None:
    """Passing trouble goes unnoticed here as well."""
    server.add_fault(Fault(origin="storage", status=503, times=2))
    assert command("--replay", put(), "--dest", dest).status == 0


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://example.org/m.toml", "not encrypted"),
        ("https://ada:pw@example.org/m.toml", "a name or a password"),
        ("https:///m.toml", ""),
        ("ftp://example.org/m.toml", "is not a web, ssh or git address"),
        ("https://gist.github.com/ada/0123456789abcdef0123", "names no file"),
        ("https://github.com/ada/notes", "names no file"),
    ],
)
def test_addresses_that_are_not_asked(
    command: Command, server: GitHubServer, dest: Path, address: str, says: str
) -> None:
    """Not encrypted, with a password, of no file: exit 2 and nobody was asked."""
    ended = command("--replay", address, "--dest", dest)
    assert ended.status == 2
    assert says in ended.err
    assert ":pw@" not in ended.err
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "ada/notes@main:m.toml",
        "ada/notes:m.toml",
        "https://github.com/ada/notes/blob/main/m.toml",
        "https://raw.githubusercontent.com/ada/notes/main/m.toml",
    ],
)
def test_a_manifest_in_a_repository(
    command: Command,
    server: GitHubServer,
    notes: Published,
    dest: Path,
    address: str,
) -> None:
    """By `owner/repo@ref:path`, or the page of the file."""
    notes.builder.commit({"m.toml": (MANIFEST_VERSION + notes.toml()).encode()})
    server.forget_raw_cache()
    ended = command("--replay", address, "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == FILES


@pytest.mark.parametrize(
    "name",
    ["ada/notes:gone.toml", "ada/notes@nowhere:m.toml", "nobody/notes:m.toml", "gone.toml", "/gone/m.toml"],
)  # fmt: skip
def test_a_manifest_that_is_not_there(
    command: Command, server: GitHubServer, dest: Path, name: str
) -> None:
    """Not there is a wrong call, wherever it should be: exit 2, nothing touched."""
    assert server.requests == []
    ended = command("--replay", name, "--dest", dest)
    assert ended.status == 2
    assert not dest.exists()


def test_a_manifest_by_standard_input(
    command: Command,
    server: GitHubServer,
    notes: Published,
    dest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`-` reads it; errors name standard input."""
    assert server.requests == []

    def give(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    give((MANIFEST_VERSION + notes.toml()).encode())
    assert command("--replay", "-", "--dest", dest).status == 0
    assert tree_of(dest) == FILES
    give(b"\xff\x1b[31m")
    ended = command("--replay", "-", "--dest", dest)
    assert ended.status == 2
    assert "standard input" in ended.err


def test_several_sources_rules_and_gaps(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Pinned, by rule, and by hand in one manifest, each into its own folder."""
    notes, other = publish(FILES), publish({"x.txt": b"x\n"}, name="other")
    serve(notes, other)
    manifest.write_text(
        MANIFEST_VERSION
        + other.toml(into='"pinned"')
        + '[[source]]\nrepository = "ada/notes"\nref = "main"\ninto = "rule"\n'
        'include = ["data/", "!*.zip", "*.csv"]\n'
        '[[source]]\nrepository = "ada/notes"\ninto = "hand"\n'
        '[[source.file]]\npath = "README.md"\nto = "read.me"\n'
    )
    ended = command("--replay", manifest, "--dest", dest, "--json")
    assert ended.status == 0
    assert tree_of(dest) == {
        "pinned/x.txt": b"x\n",
        "rule/data/a.csv": FILES["data/a.csv"],
        "rule/notes/c.csv": FILES["notes/c.csv"],
        "hand/read.me": FILES["README.md"],
    }
    assert json.loads(ended.out)["complete"]


def test_every_failure_of_a_file_is_reported(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Thirty ways and files: each is in `--json` with its cause, code and next step."""
    files: dict[str, Content] = {f"{n:02}.txt": b"%d\n" % n for n in range(30)}
    notes = publish(files)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/0?.txt", status=404))
    server.add_fault(Fault(origin="raw", path="*/1?.txt", status=451, body=b"{}"))
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--json")
    assert ended.status == 1
    document = json.loads(ended.out)
    failed = [each for each in document["files"] if each["outcome"] == "failed"]
    assert [each["target"] for each in failed] == [f"{n:02}.txt" for n in range(20)]
    assert {each["code"] for each in failed} == {"path-not-found", "blocked"}
    assert all(each["error"] for each in failed)
    assert document["totals"]["failed"]["files"] == 20
    plain = command("--replay", pinned, "--dest", dest, "--quiet")
    assert plain.err.count("failed: ") == 20
    assert "20 files missing" in plain.err


def test_a_folder_is_no_manifest(
    command: Command, server: GitHubServer, dest: Path
) -> None:
    """An address that names a folder is a wrong call, in words."""
    ended = command("--replay", "ada/notes@main:data", "--dest", dest)
    assert ended.status == 2
    assert "“data” in ada/notes is no file" in ended.err
    assert not dest.exists()
