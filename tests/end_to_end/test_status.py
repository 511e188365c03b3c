"""`--status` against a real server on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, LfsFile, Symlink
from rehydrate_tui.demo.limits import Limits
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import publish, tree_of

FILES: dict[str, Content] = {
    "data/a.csv": b"a,b\n" * 50,
    "b.txt": b"b\n",
    "link": Symlink("b.txt"),
    "model.npy": LfsFile(b"weights" * 900),
}


def test_all_in_place_is_0_and_costs_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """After a replay every kind of file is present, without a request."""
    notes = publish(FILES)
    server = serve(notes)
    command("--replay", notes.pin(manifest), "--dest", dest)
    server.clear_requests()
    ended = command("--status", manifest, "--dest", dest)
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == f"4 present in {dest}\n"
    assert server.requests == []


def test_missing_edited_and_blocked_files_are_named(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Status 1, a line for each, and nothing on disk changes."""
    notes = publish(FILES)
    serve(notes)
    command("--replay", notes.pin(manifest), "--dest", dest)
    (dest / "data/a.csv").unlink()
    (dest / "b.txt").write_bytes(b"mine")
    (dest / "model.npy").unlink()
    (dest / "model.npy").mkdir()
    before = tree_of(dest)
    ended = command("--status", manifest, "--dest", dest)
    assert ended.status == 1
    assert ended.out.splitlines() == [
        "edited    b.txt",
        "missing   data/a.csv",
        "edited    model.npy (a folder, a link or a special file is in its place)",
    ]
    assert ended.err == f"1 present, 1 missing, 2 edited in {dest}\n"
    assert tree_of(dest) == before


def test_a_destination_that_is_not_there_stays_so(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Everything is missing, and looking makes no folder."""
    notes = publish(FILES)
    serve(notes)
    ended = command("--status", notes.pin(manifest), "--dest", dest, "--json")
    assert ended.status == 1
    assert json.loads(ended.out)["totals"]["missing"] == 4
    assert not dest.exists()


def test_remote_costs_one_api_request_for_a_ref(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two sources of one ref are asked for once; what moved on is outdated."""
    notes = publish(FILES)
    text = (
        "version = 1\n"
        + notes.toml("data/a.csv", "b.txt", ref='"main"')
        + notes.toml("link", ref='"main"')
    )
    manifest.write_text(text, "utf-8")
    server = serve(notes)
    command("--replay", manifest, "--dest", dest)
    notes.builder.commit({"data/a.csv": b"newer\n", "b.txt": None})
    server.clear_requests()
    ended = command("--status", manifest, "--dest", dest, "--remote")
    assert [each.origin for each in server.requests] == ["api"]
    assert ended.status == 1
    assert ended.out.splitlines() == [
        "outdated  b.txt (gone upstream)",
        "outdated  data/a.csv (changed upstream)",
    ]


def test_what_is_wrong_here_comes_before_what_is_new_there(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """An edited file stays edited; `upstream` tells the rest."""
    notes = publish(FILES)
    serve(notes)
    command("--replay", notes.pin(manifest, "b.txt"), "--dest", dest)
    (dest / "b.txt").write_bytes(b"mine")
    notes.builder.commit({"b.txt": b"newer\n"})
    ended = command("--status", manifest, "--dest", dest, "--remote", "--json")
    (file,) = json.loads(ended.out)["files"]
    assert (file["state"], file["upstream"]) == ("edited", "changed")


def test_an_unmoved_branch_with_slashes_is_up_to_date(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A ref is asked for as it is written."""
    notes = publish(FILES)
    notes.builder.branch("feature/x")
    serve(notes)
    pinned = notes.pin(manifest, "b.txt", ref='"feature/x"')
    command("--replay", pinned, "--dest", dest)
    notes.builder.commit({"b.txt": b"newer\n"})
    assert command("--status", manifest, "--dest", dest, "--remote").status == 0


def test_a_source_that_follows_a_commit_is_not_asked_for(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A commit never moves on: no request, not even with --remote."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest, "b.txt", ref=f'"{notes.commit}"')
    command("--replay", pinned, "--dest", dest)
    server.clear_requests()
    assert command("--status", pinned, "--dest", dest, "--remote").status == 0
    assert server.requests == []


def test_a_hand_written_manifest_is_looked_up(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Without pins the API is asked, and the person is told."""
    notes = publish(FILES)
    serve(notes)
    manifest.write_text(
        'version = 1\n[[source]]\nrepository = "ada/notes"\ninclude = ["*.csv"]\n'
    )
    ended = command("--status", manifest, "--dest", dest)
    assert ended.status == 1
    assert ended.out == "missing   data/a.csv\n"
    assert "the API was asked" in ended.err


def test_a_ref_that_is_gone_is_an_error(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Nobody can tell what moved on, so the status is 1 and says why."""
    notes = publish(FILES)
    serve(notes)
    pinned = notes.pin(manifest, "b.txt", ref='"gone"')
    ended = command("--status", pinned, "--dest", dest, "--remote")
    assert ended.status == 1
    assert "gone" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--remote"],
        ["--status", "no-such.toml"],
        ["--output", "x.toml", "--status", "m.toml"],
        ["--status", "m.toml", "--update", "m.toml"],
    ],
)
def test_a_wrong_call_is_2(command: Command, arguments: list[str]) -> None:
    """Options that do not belong together, and a manifest that is not there."""
    assert command(*arguments).status == 2


@pytest.mark.parametrize("ref", [".", ".."])
def test_a_ref_that_no_address_can_carry_is_none(
    command: Command, serve: Serve, dest: Path, manifest: Path, ref: str
) -> None:
    """A client would take it for a step in the address, so it is not sent."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest, "b.txt", ref=f'"{ref}"')
    ended = command("--status", pinned, "--dest", dest, "--remote")
    assert ended.status == 1
    assert f"has no ref “{ref}”" in ended.err
    assert server.requests == []


WIDE: dict[str, Content] = {f"{n}/{name}": b"x" for n in range(40) for name in "abc"}


@pytest.mark.parametrize("mode", ["--status", "--update"])
def test_what_github_does_not_list_whole_cannot_be_compared(
    command: Command, serve: Serve, dest: Path, manifest: Path, mode: str
) -> None:
    """Nobody can tell what changed, so nothing is said, and nothing written."""
    notes = publish(WIDE)
    serve(notes, limits=Limits(truncate_entries=50))
    before = notes.pin(manifest, "0/a", ref='"main"').read_bytes()
    options = ("--dest", dest, "--remote") if mode == "--status" else ()
    ended = command(mode, manifest, *options)
    assert ended.status == 1
    assert "too large for GitHub to list whole" in ended.err.replace("\n", " ")
    assert manifest.read_bytes() == before


def test_a_place_that_cannot_be_looked_at_is_named(
    command: Command, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """A path that is too long here is no reason not to tell of the others."""
    long = "/".join(["d" * 250] * 15) + "/x.txt"
    notes = publish({long: b"x\n", "a.txt": b"a\n"})
    serve(notes)
    dest = tmp_path / ("p" * 200) / ("q" * 200)
    ended = command("--status", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert "missing   a.txt" in ended.out
    assert "File name too long" in ended.out
