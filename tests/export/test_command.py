"""`--export` as a command: what it prints, costs, refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content, Symlink
from tests.conftest import Serve
from tests.export.conftest import Call
from tests.export.hand_over import Runner, run
from tests.published import MANIFEST_VERSION, publish, tree_of
from tests.schemas import check

FORMS = ["cell", "magic", "curl", "python"]


@pytest.mark.parametrize("form", FORMS)
def test_a_pinned_manifest_costs_no_api_request(
    form: str, call: Call, serve: Serve, manifest: Path
) -> None:
    """One look at the raw host for each source, and nothing else."""
    notes = publish({"a.csv": b"a", "b.csv": b"b"})
    server = serve(notes)
    ended = call("--export", form, notes.pin(manifest))
    assert (ended.status, ended.err) == (0, "")
    assert "a.csv" in ended.out
    assert [(each.origin, each.method) for each in server.requests] == [("raw", "HEAD")]
    assert call("--export", form, manifest).out == ended.out


@pytest.mark.parametrize("form", FORMS)
def test_the_document_says_the_same(
    form: str, call: Call, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """`--json` has the text, or the file that it was written to."""
    notes = publish({"a.csv": b"a" * 400})
    serve(notes)
    text = call("--export", form, notes.pin(manifest)).out
    document = json.loads(call("--export", form, manifest, "--json").out)
    assert document == {
        "schema": "rehydrate-tui/1",
        "command": "export",
        "form": form,
        "files": 1,
        "bytes": 400,
        "text": text,
    }
    output = tmp_path / "made"
    check("export", document)
    ended = call("--export", form, manifest, "--output", output, "--json")
    assert json.loads(ended.out)["output"] == str(output)
    check("export", json.loads(ended.out))
    assert output.read_text("utf-8") == text


def test_an_unpinned_manifest_is_pinned_first(
    call: Call, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """That costs API requests, it is said, and what comes out is pinned."""
    notes = publish({"a.csv": b"a", "b.txt": b"b"})
    serve(notes)
    manifest.write_text(
        MANIFEST_VERSION + '[[source]]\nrepository = "ada/notes"\ninclude = ["*.csv"]\n'
    )
    script, dest = tmp_path / "x.py", tmp_path / "dest"
    ended = call("--export", "python", manifest, "--output", script)
    assert ended.status == 0
    assert "the API was asked" in ended.err
    assert notes.commit in script.read_text("utf-8")
    assert run(Runner("python", (sys.executable, "-I")), script, dest).status == 0
    assert tree_of(dest) == {"a.csv": b"a"}


@pytest.mark.parametrize("form", ["curl", "python"])
def test_a_private_repository_is_refused(
    form: str, call: Call, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """A script has no token, so it is not made; the sentence says what to do."""
    secret = publish({"a.csv": b"a"}, name="secret", private=True)
    serve(secret)
    output = tmp_path / "made"
    ended = call("--export", form, secret.pin(manifest), "--output", output)
    assert ended.status == 2
    assert "ada/secret cannot be read without an account" in ended.err
    assert "GH_TOKEN" in ended.err
    assert not output.exists()


@pytest.mark.parametrize("form", ["cell", "magic"])
def test_cells_of_a_private_repository_come_with_a_note(
    form: str, call: Call, serve: Serve, manifest: Path
) -> None:
    """Where the package is installed and has a token, they work."""
    secret = publish({"a.csv": b"a"}, name="secret", private=True)
    serve(secret)
    ended = call("--export", form, secret.pin(manifest))
    assert ended.status == 0
    assert "needs rehydrate-tui and a token" in ended.err


def test_a_throttled_host_is_no_private_one(
    call: Call, serve: Serve, manifest: Path
) -> None:
    """Only an answer that means absent refuses."""
    notes = publish({"a.csv": b"a"})
    serve(notes).add_fault(refusals.raw_throttle(retry_after=60))
    assert call("--export", "curl", notes.pin(manifest)).status == 0


def test_without_a_network_it_is_made_all_the_same(
    call: Call, serve: Serve, manifest: Path
) -> None:
    """A note says what was not checked."""
    notes = publish({"a.csv": b"a"})
    server = serve(notes)
    server.stop()
    ended = call("--export", "curl", notes.pin(manifest))
    assert ended.status == 0
    assert "github.com does not answer" in ended.err


def test_links_alone_ask_nobody(call: Call, serve: Serve, manifest: Path) -> None:
    """A source of which nothing is fetched is not looked at."""
    notes = publish({"link": Symlink("a")})
    server = serve(notes)
    assert call("--export", "python", notes.pin(manifest)).status == 0
    assert server.requests == []


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("python",), "a form and a manifest"),
        (("tarball", "m.toml"), "no form “tarball”"),
        (("cell", "m.toml", "more"), "a form and a manifest"),
        (("cell", "absent.toml"), "cannot be read"),
        (("curl", "m.toml", "--into", "n.ipynb"), "--into takes cells"),
        (
            ("cell", "m.toml", "--into", "n.ipynb", "--output", "x"),
            "do not go together",
        ),
        (("python", "m.toml", "--output", "./m.toml"), "replace the manifest itself"),
        (("python", "m.toml", "--output", "none/x.py"), "x.py"),
    ],
)
def test_a_wrong_call_is_refused(
    argv: tuple[str, ...],
    words: str,
    call: Call,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sentence, a status, and nothing written."""
    notes = publish({"a.csv": b"a"})
    serve(notes)
    monkeypatch.chdir(tmp_path)
    before = notes.pin(tmp_path / "m.toml").read_bytes()
    ended = call("--export", *argv)
    assert ended.status in {1, 2}
    assert words in ended.err
    assert ended.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["m.toml"]
    assert (tmp_path / "m.toml").read_bytes() == before


def test_options_of_exports_are_refused_elsewhere(call: Call) -> None:
    """`--into` without `--export` would be ignored, so it is an error."""
    assert call("--list", "a/b", "--into", "n.ipynb").status == 2


def test_names_are_no_code(call: Call, serve: Serve, manifest: Path) -> None:
    """What a repository calls its files cannot end a string or reorder a line."""
    hostile: dict[str, Content] = {
        "');import os;('": b"1",
        "'; touch pwned; '": b"2",
        "a\u202eb": b"3",
        "$(touch pwned)": b"4",
        "'''": b"5",
    }
    notes = publish(hostile)
    serve(notes)
    notes.pin(manifest)
    for form in FORMS:
        out = call("--export", form, manifest).out
        assert "\u202e" not in out
    compile(call("--export", "python", manifest).out, "x", "exec")


@pytest.mark.parametrize(("files", "most"), [(10, 28_000), (100, 38_000)])
def test_cells_stay_small(
    files: int, most: int, call: Call, serve: Serve, manifest: Path
) -> None:
    """A cell costs some 25 kB of code and about 100 bytes for each file."""
    notes = publish(
        {f"notebooks/data/station-{i:03}.csv": b"%d" % i for i in range(files)}
    )
    serve(notes)
    cell = call("--export", "cell", notes.pin(manifest)).out
    assert len(cell.encode()) < most


def test_the_code_is_what_3_8_can_read(
    call: Call, serve: Serve, manifest: Path
) -> None:
    """The grammar of 3.8 takes both forms, whatever this Python is."""
    import ast

    notes = publish({"a.csv": b"a"})
    serve(notes)
    notes.pin(manifest)
    for form in ("python", "cell"):
        ast.parse(call("--export", form, manifest).out, feature_version=(3, 8))


def test_a_pipe_can_be_run_at_once(
    call: Call, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """`--export curl … | sh` works: the script needs no file of its own."""
    notes = publish({"a.csv": b"a"})
    serve(notes)
    text = call("--export", "curl", notes.pin(manifest)).out
    subprocess.run(  # noqa: S602 - a shell is what is tried
        "sh -s -- here",  # noqa: S607 - made here
        shell=True,
        check=True,
        input=text.encode(),
        cwd=tmp_path,
        capture_output=True,
    )
    assert tree_of(tmp_path / "here") == {"a.csv": b"a"}
