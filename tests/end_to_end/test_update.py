"""`--update` against a real server on loopback."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import tomli

from rehydrate_tui.demo.builder import Content, Executable, LfsFile, Symlink
from rehydrate_tui.demo.server import GitHubServer
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import Published, blob_id, publish, tree_of

FILES: dict[str, Content] = {
    "data/a.csv": b"a,b\n" * 50,
    "data/b.csv": b"b\n",
    "data/c.csv": b"c\n",
    "notes.txt": b"n\n",
}
NEWER: dict[str, Content | None] = {
    "data/a.csv": b"newer\n",
    "data/b.csv": None,
    "data/new.csv": b"new\n",
    "notes.txt": b"not ticked\n",
}
RULE = '["data/"]'
TICKED = ("data/a.csv", "data/b.csv", "data/c.csv")


def sources_of(manifest: Path) -> list[dict[str, object]]:
    """Read the sources back, not with the code under test."""
    found: list[dict[str, object]] = tomli.loads(manifest.read_text("utf-8"))["source"]
    return found


def paths_of(manifest: Path) -> dict[str, str]:
    """Return path and blob of every entry."""
    tables = [table for source in sources_of(manifest) for table in source["file"]]  # type: ignore[attr-defined]  # tables, all of them
    return {table["path"]: table["blob"] for table in tables}


@pytest.fixture
def moved(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> tuple[Published, GitHubServer]:
    """A repository that moved on after its files were brought."""
    notes = publish(FILES)
    server = serve(notes)
    notes.pin(manifest, *TICKED, include=RULE, ref='"main"')
    command("--replay", manifest, "--dest", dest)
    notes.builder.commit(NEWER)
    server.clear_requests()
    return notes, server


def test_the_rule_is_resolved_again_at_the_newest_commit(
    command: Command,
    moved: tuple[Published, GitHubServer],
    dest: Path,
    manifest: Path,
) -> None:
    """New pins are written, nothing is downloaded, what is gone stays on disk."""
    notes, server = moved
    before = tree_of(dest)
    ended = command("--update", manifest)
    head = notes.repository.resolve("main") or ""
    assert ended.status == 0
    assert ended.out.splitlines() == [
        f"ada/notes main: {notes.commit[:10]} -> {head[:10]}",
        "changed  data/a.csv (200 B -> 6 B)",
        "removed  data/b.csv (no longer in the repository; what is on disk stays)",
        "added    data/new.csv (4 B)",
    ]
    assert ended.err == f"1 added, 1 changed, 1 removed; saved {manifest}\n"
    assert paths_of(manifest) == {
        "data/a.csv": blob_id(b"newer\n"),
        "data/c.csv": blob_id(b"c\n"),
        "data/new.csv": blob_id(b"new\n"),
    }
    assert sources_of(manifest)[0]["commit"] == head
    assert {each.origin for each in server.requests} == {"api"}
    assert len(server.requests) == 2
    assert tree_of(dest) == before


def test_the_new_pins_replay(
    command: Command,
    moved: tuple[Published, GitHubServer],
    tmp_path: Path,
    manifest: Path,
) -> None:
    """What --update wrote is a pinned manifest: no API request brings it back."""
    _, server = moved
    command("--update", manifest)
    server.clear_requests()
    fresh = tmp_path / "fresh"
    assert command("--replay", manifest, "--dest", fresh).status == 0
    assert tree_of(fresh) == {
        "data/a.csv": b"newer\n",
        "data/c.csv": b"c\n",
        "data/new.csv": b"new\n",
    }
    assert "api" not in {each.origin for each in server.requests}


def test_a_dry_run_only_shows(
    command: Command, moved: tuple[Published, GitHubServer], manifest: Path
) -> None:
    """The same lines, and the file is as it was."""
    before = manifest.read_bytes()
    ended = command("--update", manifest, "--dry-run")
    assert ended.status == 0
    assert "added    data/new.csv" in ended.out
    assert ended.err == "1 added, 1 changed, 1 removed; nothing was written\n"
    assert manifest.read_bytes() == before


def test_output_goes_elsewhere(
    command: Command,
    moved: tuple[Published, GitHubServer],
    tmp_path: Path,
    manifest: Path,
) -> None:
    """With --output the old manifest stays."""
    before = manifest.read_bytes()
    new = tmp_path / "new.toml"
    assert command("--update", manifest, "--output", new).status == 0
    assert manifest.read_bytes() == before
    assert "data/new.csv" in paths_of(new)


def test_nothing_new_leaves_the_file_alone(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """Comments survive an update that finds nothing; the status is 0 all the same."""
    notes = publish(FILES)
    serve(notes)
    notes.pin(manifest, *TICKED, include=RULE, ref='"main"', into='"."')
    manifest.write_text("# mine\n" + manifest.read_text("utf-8"), "utf-8")
    before = manifest.read_bytes()
    ended = command("--update", manifest)
    assert (ended.status, ended.out, ended.err) == (0, "", "nothing changed\n")
    assert manifest.read_bytes() == before


def test_what_the_person_wrote_beside_the_pins_stays(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """`to`, `lfs = false`, `into` and unknown keys survive a changed file."""
    notes = publish({"a.npy": LfsFile(b"one" * 99), "b.txt": b"b\n"})
    serve(notes)
    manifest.write_text(
        "version = 1\nowner = 'me'\n[[source]]\nrepository = 'ada/notes'\n"
        f"ref = 'main'\ncommit = '{notes.commit}'\ninto = 'in'\ncolour = 'blue'\n"
        "[[source.file]]\npath = 'a.npy'\nlfs = false\nto = 'p.npy'\nrating = 5\n"
    )
    notes.builder.commit({"a.npy": LfsFile(b"two" * 99)})
    ended = command("--update", manifest)
    assert ended.status == 0
    data = tomli.loads(manifest.read_text("utf-8"))
    (source,) = data["source"]
    (file,) = source["file"]
    assert (data["owner"], source["colour"], source["into"]) == ("me", "blue", "in")
    assert (file["lfs"], file["to"], file["rating"]) == (False, "p.npy", 5)
    assert file["size"] < 200


def test_kinds_of_entries_are_pinned_anew(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Links, modes and large objects that changed are right in the new manifest."""
    old: dict[str, Content] = {
        "run.sh": b"#!/bin/sh\n",
        "link": Symlink("run.sh"),
        "m.npy": LfsFile(b"one" * 99),
    }
    notes = publish({**old, "keep": b"k"})
    serve(notes)
    notes.pin(manifest, *old, ref='"main"')
    notes.builder.commit(
        {
            "run.sh": Executable(b"#!/bin/sh\n"),
            "link": Symlink("keep"),
            "m.npy": LfsFile(b"two" * 99),
        }
    )
    ended = command("--update", manifest, "--json")
    assert json.loads(ended.out)["totals"] == {"added": 0, "changed": 3, "removed": 0}
    command("--replay", manifest, "--dest", dest)
    assert tree_of(dest) == {
        "run.sh": b"#!/bin/sh\n",
        "link": "-> keep",
        "m.npy": b"two" * 99,
    }
    assert (dest / "run.sh").stat().st_mode & 0o100


def test_without_a_rule_the_paths_stay(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """New files are nobody's wish; gone ones leave the manifest, and are named."""
    notes = publish(FILES)
    serve(notes)
    notes.pin(manifest, *TICKED, ref='"main"')
    notes.builder.commit(NEWER)
    ended = command("--update", manifest)
    assert "removed  data/b.csv (no longer in the repository" in ended.out
    assert set(paths_of(manifest)) == {"data/a.csv", "data/c.csv"}


def test_a_changed_rule_says_why_files_leave(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """A file that is still upstream but no longer meant is told apart."""
    notes = publish(FILES)
    serve(notes)
    notes.pin(manifest, *TICKED, include='["data/", "!c.csv"]', ref='"main"')
    ended = command("--update", manifest)
    assert "removed  data/c.csv (no longer matched by include" in ended.out


@pytest.mark.parametrize("rule", [RULE, None])
def test_when_nothing_is_left_the_manifest_stays(
    command: Command, serve: Serve, manifest: Path, rule: str | None
) -> None:
    """A source that would be empty is an error of the call, and nothing is written."""
    notes = publish(FILES)
    serve(notes)
    keys = {"include": rule} if rule else {}
    notes.pin(manifest, *TICKED, ref='"main"', **keys)
    notes.builder.commit(dict.fromkeys(TICKED))
    before = manifest.read_bytes()
    assert command("--update", manifest).status == 2
    assert manifest.read_bytes() == before


def test_standard_input_needs_an_output(
    command: Command,
    moved: tuple[Published, GitHubServer],
    tmp_path: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stream cannot be written back; with --output it works."""
    assert command("--update", "-").status == 2
    data = io.TextIOWrapper(io.BytesIO(manifest.read_bytes()), "utf-8")
    monkeypatch.setattr("sys.stdin", data)
    new = tmp_path / "new.toml"
    assert command("--update", "-", "--output", new).status == 0
    assert "data/new.csv" in paths_of(new)


def test_an_output_that_cannot_be_written_is_named(
    command: Command,
    moved: tuple[Published, GitHubServer],
    tmp_path: Path,
    manifest: Path,
) -> None:
    """Status 1, and the old manifest is as it was."""
    before = manifest.read_bytes()
    ended = command("--update", manifest, "--output", tmp_path / "no/new.toml")
    assert ended.status == 1
    assert "no/new.toml" in ended.err
    assert manifest.read_bytes() == before


def test_a_renamed_repository_gets_its_new_name(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """The raw host does not know the old name, so the new one is pinned."""
    notes = publish(FILES)
    serve(notes)
    notes.pin(manifest, *TICKED, ref='"main"')
    notes.repository.rename("ada", "renamed")
    assert command("--update", manifest).status == 0
    assert sources_of(manifest)[0]["repository"] == "ada/renamed"


def test_a_manifest_in_a_repository(
    command: Command, serve: Serve, dest: Path, manifest: Path, tmp_path: Path
) -> None:
    """An address is replayed, and updated to a file on this machine."""
    notes = publish(FILES)
    text = "version = 1\n" + notes.toml(*TICKED, include=RULE)
    notes.builder.commit({"hub/m.toml": text.encode(), "data/new.csv": b"new\n"})
    server = serve(notes)
    address = "ada/notes@main:hub/m.toml"
    assert command("--replay", address, "--dest", dest).status == 0
    assert set(tree_of(dest)) == set(TICKED)
    assert sum(each.origin == "api" for each in server.requests) == 3
    page = "https://github.com/ada/notes/blob/main/hub/m.toml"
    assert command("--status", page, "--dest", dest).status == 0
    assert command("--update", address).status == 2
    new = tmp_path / "new.toml"
    assert command("--update", address, "--output", new).status == 0
    assert "data/new.csv" in paths_of(new)
    for wrong in (
        "ada/notes:nix.toml",
        "ada/gone:m.toml",
        "https://github.com/ada/notes",
    ):
        assert command("--replay", wrong).status == 2


def test_a_file_that_got_a_forbidden_content_leaves_the_manifest(
    command: Command, serve: Serve, manifest: Path
) -> None:
    """A link to what is no text cannot be pinned any more, and that is the reason given."""
    notes = publish(FILES)
    serve(notes)
    notes.pin(manifest, *TICKED, ref='"main"')
    notes.builder.commit({"data/a.csv": Symlink("caf\udce9")})
    ended = command("--update", manifest)
    assert ended.status == 0
    assert "data/a.csv (refused" in ended.out
    assert "data/a.csv" not in paths_of(manifest)
