"""The exported scripts, run as processes of their own against a server on loopback."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Executable
from tests.conftest import Serve
from tests.export.conftest import Export
from tests.export.hand_over import (
    RUNNERS,
    Runner,
    expected_ids,
    git_ids,
    run,
)
from tests.published import MANIFEST_VERSION, blob_of, publish, requests_to, tree_of
from tests.samples import FILES as ALL_KINDS
from tests.samples import MODEL, A

FILES: dict[str, Content] = {
    **ALL_KINDS,
    "page.html": b"<!DOCTYPE html><p>Mine\n",
    "image.png": bytes(range(256)) * 3000,
}
ODD_NAMES = [
    "with space.txt",
    "it's 'quoted'.txt",
    "#hash",
    "50%20 off",
    "$HOME and `id` and $(id).txt",
    "-leading-dash",
    "--help",
    "semi;colon & pipe|.txt",
    "star*[a]{b}?.txt",
    "tilde~/~user",
    "ünï/ćødé/日本語",
    "bidi\u202ename",
    "trailing space ",
    "plus+and=and,",
    "dots...",
    "\\u0041 back\\\\slash",
    '"double" "quotes"',
    "data:text",
    "!bang",
]

runners = pytest.mark.parametrize("runner", RUNNERS, ids=str)


@runners
def test_everything_arrives_and_a_second_run_fetches_nothing(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """All kinds of files come back as git knows them, and are recognised next time."""
    notes = publish(FILES)
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    first = run(runner, script, dest)
    assert first.status == 0, first.out
    assert git_ids(dest) == expected_ids(FILES, dest.with_name("expected"))
    assert (dest / "docs/latest").readlink() == Path("../data/a.csv")
    assert (dest / "run.sh").stat().st_mode & stat.S_IXUSR
    assert not (dest / "empty").stat().st_mode & stat.S_IXUSR
    assert requests_to(server, "api") == []
    assert len(first.out.splitlines()) <= 6
    server.clear_requests()
    second = run(runner, script, dest)
    assert second.status == 0
    assert server.requests == []
    assert "9 already here" in second.last_line


@runners
def test_one_content_is_fetched_once(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """Paths that share a blob, or an LFS object, cost one download."""
    files: dict[str, Content] = {"a": A, "b": A, "c": A, "m1": MODEL, "m2": MODEL}
    notes = publish(files)
    server = serve(notes)
    assert run(runner, export(runner.form, notes.pin(manifest)), dest).status == 0
    assert tree_of(dest) == {
        "a": A,
        "b": A,
        "c": A,
        "m1": MODEL.data,
        "m2": MODEL.data,
    }
    assert len(requests_to(server, "raw")) == 1
    assert len(requests_to(server, "storage")) == 1


@runners
def test_what_is_here_is_copied_not_fetched(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """A lost file whose content is still here under another name costs nothing."""
    notes = publish({"a": A, "b": A})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    run(runner, script, dest)
    (dest / "b").unlink()
    server.clear_requests()
    assert run(runner, script, dest).status == 0
    assert server.requests == []
    assert tree_of(dest) == {"a": A, "b": A}


@runners
def test_odd_names_arrive(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """Whatever git allows in a name arrives under exactly that name."""
    files: dict[str, Content] = {name: name.encode() for name in ODD_NAMES}
    notes = publish(files)
    serve(notes)
    lines = notes.toml().replace("\\", "\\\\").splitlines()
    quoted = [_requoted(line) if line.startswith("path = ") else line for line in lines]
    manifest.write_text(MANIFEST_VERSION + "\n".join(quoted), "utf-8")
    ended = run(runner, export(runner.form, manifest), dest)
    assert ended.status == 0, ended.out
    assert git_ids(dest) == expected_ids(files, dest.with_name("expected"))


def _requoted(line: str) -> str:
    key, _, value = line.partition(" = ")
    return f'{key} = "' + value[1:-1].replace('"', '\\"') + '"'


@runners
def test_a_local_edit_is_kept(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """What the person changed stays, is named, and is no failure."""
    notes = publish({"a.csv": A, "b.csv": b"b"})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    run(runner, script, dest)
    (dest / "a.csv").write_bytes(b"mine")
    server.clear_requests()
    ended = run(runner, script, dest)
    assert ended.status == 0
    assert tree_of(dest) == {"a.csv": b"mine", "b.csv": b"b"}
    assert server.requests == []
    assert "a.csv" in ended.out
    assert "1 edited here and kept" in ended.last_line


@runners
def test_a_pointer_without_lfs_brings_the_object(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """Nobody had to say that it is large, and it is recognised the next time."""
    notes = publish({"model.npy": MODEL, "twin.npy": MODEL})
    server = serve(notes)
    lines = notes.pin(manifest).read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("lfs")]
    manifest.write_text("\n".join(kept), "utf-8")
    script = export(runner.form, manifest)
    ended = run(runner, script, dest)
    assert ended.status == 0, ended.out
    assert tree_of(dest) == {"model.npy": MODEL.data, "twin.npy": MODEL.data}
    assert len(requests_to(server, "storage")) == 1
    server.clear_requests()
    assert "2 already here" in run(runner, script, dest).out
    assert server.requests == []


@runners
def test_a_pointer_is_kept_when_asked(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """`lfs = false` brings the pointer's text, twice without another request."""
    notes = publish({"model.npy": MODEL})
    server = serve(notes)
    lines = notes.pin(manifest).read_text("utf-8").splitlines()
    kept = ["lfs = false" if line.startswith("lfs") else line for line in lines]
    manifest.write_text("\n".join(kept), "utf-8")
    script = export(runner.form, manifest)
    run(runner, script, dest)
    assert tree_of(dest) == {"model.npy": blob_of(MODEL)}
    server.clear_requests()
    assert run(runner, script, dest).status == 0
    assert server.requests == []


@runners
def test_a_mode_is_restored(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """A lost executable bit comes back without a download; it is no edit."""
    notes = publish({"run.sh": Executable(b"#!/bin/sh\n"), "plain": b"text"})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    run(runner, script, dest)
    (dest / "run.sh").chmod(0o644)
    (dest / "plain").chmod(0o755)
    server.clear_requests()
    assert run(runner, script, dest).status == 0
    assert server.requests == []
    assert stat.S_IMODE((dest / "run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((dest / "plain").stat().st_mode) == 0o644


@runners
def test_several_sources_have_folders_of_their_own(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """`into` and `to` say where files go; sources may be of several repositories."""
    notes = publish({"a.csv": A})
    tools = publish({"a.csv": b"other"}, owner="bob", name="tools")
    serve(notes, tools)
    renamed = tools.toml().replace('"a.csv"', '"a.csv"\nto = "x/renamed.csv"')
    manifest.write_text(
        MANIFEST_VERSION + notes.toml(into='"one"') + renamed.replace("\n[[", "\n[[", 1)
    )
    assert run(runner, export(runner.form, manifest), dest).status == 0
    assert tree_of(dest) == {"one/a.csv": A, "x/renamed.csv": b"other"}


@runners
def test_the_folder_of_the_export_is_the_default(
    runner: Runner, serve: Serve, export: Export, manifest: Path, tmp_path: Path
) -> None:
    """Without an argument the script uses what `--dest` said when it was made."""
    notes = publish({"a.csv": A})
    serve(notes)
    script = export(runner.form, notes.pin(manifest), "--dest", "some folder")
    subprocess.run(  # noqa: S603 - made here
        [*runner.command, str(script)], check=True, cwd=tmp_path, capture_output=True
    )
    assert tree_of(tmp_path / "some folder") == {"a.csv": A}


@runners
def test_a_script_says_how_it_is_called(
    runner: Runner, serve: Serve, export: Export, manifest: Path
) -> None:
    """The first lines tell what it does, for whom, and what its status means."""
    notes = publish({"a.csv": A})
    serve(notes)
    head = export(runner.form, notes.pin(manifest)).read_text("utf-8")[:900]
    assert "Brings 1 file (400 B) of ada/notes" in head
    assert "Usage: " in head
    assert "1 something is missing" in head
