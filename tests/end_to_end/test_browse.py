"""`--list` and `--pick`: what is shown, picked and saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import (
    blob_id,
    is_executable,
    publish,
    requests_to,
    tree_of,
)
from tests.samples import PLACED
from tests.samples import REPOSITORY as FILES


@pytest.mark.parametrize("address", ["ada/notes", "ada/notes@main:data"])
def test_opening_costs_three_requests(
    command: Command, serve: Serve, address: str
) -> None:
    """Repository, commit, tree: a look into a repository costs no more."""
    server = serve(publish(FILES))
    assert command("--list", address).status == 0
    assert len(server.requests) <= 3
    assert requests_to(server, "raw") == []


def test_a_list_shows_paths_and_sizes(command: Command, serve: Serve) -> None:
    """The list is data on stdout, the totals are narration on stderr."""
    serve(publish(FILES))
    ended = command("--list", "ada/notes", "data/", "run.sh")
    assert ended.out == (
        "     400 B  data/a.csv\n     400 B  data/copy of a.csv\n      10 B  run.sh\n"
    )
    assert ended.err.startswith("3 files, 810 B in ada/notes at main (")


def test_a_list_for_machines_has_every_entry(command: Command, serve: Serve) -> None:
    """The JSON document has path, size, blob and mode of every file."""
    notes = publish(FILES)
    serve(notes)
    document = json.loads(command("--list", "ada/notes", "--json").out)
    assert document["schema"] == "rehydrate-tui/1"
    assert document["command"] == "list"
    assert document["repository"] == "ada/notes"
    assert document["ref"] == "main"
    assert document["commit"] == notes.commit
    by_path = {each["path"]: each for each in document["files"]}
    assert set(by_path) == set(FILES) - {"tools"}
    assert by_path["run.sh"] == {
        "path": "run.sh",
        "size": 10,
        "blob": blob_id(b"#!/bin/sh\n"),
        "mode": "100755",
    }


def test_a_pick_can_be_replayed(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What is picked and saved comes back without the API after the files are lost."""
    server = serve(publish(FILES))
    picked = command("--pick", "ada/notes", "*", "--save", manifest, "--dest", dest)
    assert picked.status == 0
    assert tree_of(dest) == PLACED
    assert f"rehydrate-tui --replay {manifest} --dest {dest}" in picked.err
    fresh = dest.with_name("fresh")
    server.clear_requests()
    assert command("--replay", manifest, "--dest", fresh).status == 0
    assert tree_of(fresh) == PLACED
    assert requests_to(server, "api") == []
    assert is_executable(fresh / "run.sh")


def test_a_manifest_can_be_saved_below_a_new_destination(
    command: Command, serve: Serve, dest: Path
) -> None:
    """The folder that the files make may hold the manifest as well."""
    serve(publish(FILES))
    saved = dest / "m.toml"
    assert (
        command("--pick", "ada/notes", "*.csv", "--save", saved, "--dest", dest).status
        == 0
    )
    assert "m.toml" in tree_of(dest)


def test_a_pick_goes_here_unless_told_otherwise(
    command: Command, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --dest the files go where the person is, and the notes are told."""
    serve(publish(FILES))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GH_TOKEN", "ghp_outdated0123456789")
    ended = command("--pick", "ada/notes", "empty", "--save", "m.toml")
    assert ended.status == 0
    assert set(tree_of(tmp_path)) == {"empty", "m.toml"}
    assert "next time: rehydrate-tui --replay m.toml\n" in ended.err
    assert "The token from GH_TOKEN was refused" in ended.err


def test_a_pick_without_patterns_takes_what_the_address_names(
    command: Command, serve: Serve, dest: Path
) -> None:
    """The folder of an address is a pick of its own, no matter how it is written."""
    serve(publish(FILES))
    assert command("--pick", "ada/notes@main:data", "--dest", dest).status == 0
    assert set(tree_of(dest)) == {"data/a.csv", "data/copy of a.csv"}
