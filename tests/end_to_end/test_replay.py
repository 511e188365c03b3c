"""What a replay costs, brings and leaves, against a real server on loopback."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Executable, Gitlink, LfsFile, Symlink
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.test_bad_input import refused_port
from tests.published import (
    MANIFEST_VERSION,
    blob_id,
    blob_of,
    publish,
    tree_of,
)
from tests.virtual_time import VirtualTime

A = b"a,b\n1,2\n" * 50
MODEL = LfsFile(b"weights" * 900)
FILES: dict[str, Content] = {
    "data/a.csv": A,
    "data/copy of a.csv": A,
    "empty": b"",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "docs/latest": Symlink("../data/a.csv"),
    "model.npy": MODEL,
    "naïve/日本語.txt": b"names\n",
    "tools": Gitlink("1f7a7a472abf3dd9643fd615f6da379c4acb3e3a"),
}
PLACED: dict[str, bytes | str] = {
    "data/a.csv": A,
    "data/copy of a.csv": A,
    "empty": b"",
    "run.sh": b"#!/bin/sh\n",
    "docs/latest": "-> ../data/a.csv",
    "model.npy": MODEL.data,
    "naïve/日本語.txt": b"names\n",
}


def requests_to(server: GitHubServer, origin: str) -> list[str]:
    """Return the paths that one origin was asked for."""
    return [each.path for each in server.requests if each.origin == origin]


def is_executable(path: Path) -> bool:
    """Tell whether the owner may run the file."""
    return bool(path.stat().st_mode & stat.S_IXUSR)


def test_a_pinned_manifest_costs_no_api_request(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Everything arrives, and the API origin is never asked."""
    notes = publish(FILES)
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == PLACED
    assert requests_to(server, "api") == []
    assert ended.out == ""
    assert ended.err.splitlines()[-1].startswith(f"complete in {dest}: ")


def test_one_content_is_fetched_once(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two paths with one blob cost one request, and both are there."""
    notes = publish(FILES)
    server = serve(notes)
    command("--replay", notes.pin(manifest), "--dest", dest)
    csv = [path for path in requests_to(server, "raw") if path.endswith(".csv")]
    assert len(csv) == 1
    assert len(requests_to(server, "raw")) == 4


def test_one_large_object_is_fetched_once(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two paths with one LFS object cost one download, also when it is not declared."""
    notes = publish({"one.npy": MODEL, "two.npy": MODEL})
    server = serve(notes)
    pinned = notes.pin(manifest)
    text = pinned.read_text("utf-8")
    pinned.write_text(
        "\n".join(line for line in text.splitlines() if "lfs =" not in line), "utf-8"
    )
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert tree_of(dest) == {"one.npy": MODEL.data, "two.npy": MODEL.data}
    assert len(requests_to(server, "storage")) == 1
    assert len(requests_to(server, "raw")) == 1


def test_a_second_replay_fetches_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What is there is recognised, whatever kind it is: not one request."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    command("--replay", pinned, "--dest", dest)
    server.clear_requests()
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 0
    assert server.requests == []
    assert "7 files" in ended.err
    assert "already here" in ended.err


def test_an_undeclared_large_object_is_recognised(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A pointer without `lfs` brings the object, and finds it in place next time."""
    notes = publish({"model.npy": MODEL})
    server = serve(notes)
    pinned = notes.pin(manifest)
    text = pinned.read_text("utf-8")
    pinned.write_text(
        "\n".join(line for line in text.splitlines() if "lfs =" not in line), "utf-8"
    )
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert tree_of(dest) == {"model.npy": MODEL.data}
    server.clear_requests()
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 0
    assert server.requests == []


def test_a_pointer_is_kept_when_asked(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """`lfs = false` brings the pointer's text, and finds it in place next time."""
    notes = publish({"model.npy": MODEL})
    server = serve(notes)
    pinned = notes.pin(manifest)
    lines = pinned.read_text("utf-8").splitlines()
    kept = ["lfs = false" if "lfs =" in line else line for line in lines]
    pinned.write_text("\n".join(kept), "utf-8")
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert tree_of(dest) == {"model.npy": blob_of(MODEL)}
    assert requests_to(server, "storage") == []
    server.clear_requests()
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert server.requests == []


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


def test_a_dry_run_touches_and_fetches_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A dry run says what would be done; no file, no manifest, no download."""
    notes = publish(FILES)
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--dry-run")
    assert ended.status == 0
    assert "7 files" in ended.out
    assert "to fetch" in ended.out
    assert server.requests == []
    saved = dest.with_name("saved.toml")
    call = ("--pick", "ada/notes", "*", "--save", saved, "--dest", dest, "--dry-run")
    document = json.loads(command(*call, "--json").out)
    assert document["command"] == "pick"
    assert document["dry_run"] is True
    assert document["complete"] is False
    assert not dest.exists()
    assert not saved.exists()


def test_the_executable_bit_is_restored(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A mode that differs is put right, both ways, and is no edit."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    command("--replay", pinned, "--dest", dest)
    assert is_executable(dest / "run.sh")
    assert not is_executable(dest / "empty")
    (dest / "run.sh").chmod(0o640)
    (dest / "empty").chmod(0o755)
    server.clear_requests()
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 0
    assert stat.S_IMODE((dest / "run.sh").stat().st_mode) == 0o750
    assert not is_executable(dest / "empty")
    assert server.requests == []


def test_new_files_obey_the_umask(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Modes follow the person's umask; executable means for those who may read."""
    notes = publish(FILES)
    serve(notes)
    before = os.umask(0o027)
    try:
        command("--replay", notes.pin(manifest), "--dest", dest)
    finally:
        os.umask(before)
    assert stat.S_IMODE((dest / "run.sh").stat().st_mode) == 0o750
    assert stat.S_IMODE((dest / "empty").stat().st_mode) == 0o640


ESCAPING = ["/etc/passwd", "../outside", "a/../../x", "C:\\x", "..\\x"]


@pytest.mark.parametrize("target", ESCAPING)
def test_a_link_that_leads_out_fails_alone(
    command: Command, serve: Serve, dest: Path, manifest: Path, target: str
) -> None:
    """A link out of the destination is not made: exit 1; the others arrive."""
    notes = publish({"bad": Symlink(target), "good": Symlink("a.csv"), "a.csv": A})
    serve(notes)
    pinned = notes.pin(manifest)
    pinned.write_text(pinned.read_text("utf-8").replace("\\", "\\\\"), "utf-8")
    ended = command("--replay", pinned, "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {"good": "-> a.csv", "a.csv": A}
    assert "“bad” is a link to" in ended.err
    assert (
        command(
            "--pick", "ada/notes", "*", "--dest", dest, "--on-conflict", "fail"
        ).status
        == 1
    )


def test_a_link_whose_text_is_not_the_pinned_one_fails_alone(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The link's text in the manifest is checked against its blob id."""
    notes = publish({"link": Symlink("a.csv"), "a.csv": A})
    serve(notes)
    pinned = notes.pin(manifest)
    text = pinned.read_text("utf-8").replace('symlink = "a.csv"', 'symlink = "b.csv"')
    pinned.write_text(text, "utf-8")
    ended = command("--replay", pinned, "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {"a.csv": A}
    assert "“link”: the link's text is" in ended.err


def test_nothing_is_written_through_a_linked_folder(
    command: Command, serve: Serve, dest: Path, manifest: Path, tmp_path: Path
) -> None:
    """A folder that is a link leads elsewhere: its files fail, elsewhere is untouched."""
    notes = publish({"data/a.csv": A, "b.txt": b"b", "data/sub/c": Symlink("d")})
    serve(notes)
    outside = tmp_path / "outside"
    outside.mkdir()
    dest.mkdir()
    (dest / "data").symlink_to(outside)
    for policy in ("keep", "overwrite", "backup"):
        pinned = notes.pin(manifest)
        ended = command("--replay", pinned, "--dest", dest, "--on-conflict", policy)
        assert ended.status == 1
        assert "“data/a.csv” a folder, a link or a special file" in ended.err
    assert tree_of(outside) == {}
    assert tree_of(dest) == {"b.txt": b"b", "data": f"-> {outside}"}


def test_the_destination_itself_may_be_a_link(
    command: Command, serve: Serve, dest: Path, manifest: Path, tmp_path: Path
) -> None:
    """The person chose the destination; only what is below it is not trusted."""
    notes = publish({"data/a.csv": A})
    serve(notes)
    (tmp_path / "disk").mkdir()
    dest.symlink_to("disk")
    assert command("--replay", notes.pin(manifest), "--dest", dest).status == 0
    assert tree_of(tmp_path / "disk") == {"data/a.csv": A}


def test_a_manifest_of_a_ref_and_a_rule_is_resolved(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Written by hand, without commit or files: the rule is resolved now, with notice."""
    notes = publish(FILES)
    server = serve(notes)
    manifest.write_text(
        MANIFEST_VERSION
        + '[[source]]\nrepository = "ada/notes"\nref = "main"\n'
        + 'include = ["data/", "*.sh", "!copy*"]\ninto = "in/here"\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {
        "in/here/data/a.csv": A,
        "in/here/run.sh": b"#!/bin/sh\n",
    }
    assert "The manifest is not pinned, so the API was asked for the rest." in ended.err
    assert len(requests_to(server, "api")) == 3


def test_a_manifest_of_paths_alone_is_resolved(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Paths without blobs at the default branch; a path may go to two places."""
    notes = publish(FILES)
    serve(notes)
    manifest.write_text(
        MANIFEST_VERSION
        + '[[source]]\nrepository = "ada/notes"\n'
        + '[[source.file]]\npath = "data/a.csv"\nto = "first.csv"\n'
        + '[[source.file]]\npath = "data/a.csv"\nto = "second.csv"\n'
        + '[[source.file]]\npath = "model.npy"\n'
        + '[[source.file]]\npath = "run.sh"\n'
        + '[[source.file]]\npath = "docs/latest"\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {
        "first.csv": A,
        "second.csv": A,
        "model.npy": MODEL.data,
        "run.sh": b"#!/bin/sh\n",
        "docs/latest": "-> ../data/a.csv",
    }
    assert is_executable(dest / "run.sh")


@pytest.mark.parametrize(
    ("file", "status", "expected"),
    [
        ('path = "gone.csv"', 1, "The repository has no “gone.csv” at this commit"),
        ('path = "data"', 2, "“data” in ada/notes is a folder, not a file"),
        ('path = "tools"', 2, "“tools” in ada/notes is a"),
    ],
)
def test_a_listed_path_that_is_no_file_is_named(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    file: str,
    status: int,
    expected: str,
) -> None:
    """A path without a blob is looked up; what is not there or no file is said so."""
    serve(publish(FILES))
    source = '[[source]]\nrepository = "ada/notes"\n[[source.file]]\n'
    manifest.write_text(f"{MANIFEST_VERSION}{source}{file}\n")
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == status
    assert expected in ended.err
    assert not dest.exists()


def test_two_sources_for_one_place_are_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """When rules of two sources meet in one place, nothing is touched: exit 2."""
    serve(
        publish({"README.md": b"one\n"}),
        publish({"README.md": b"two\n"}, name="other"),
    )
    manifest.write_text(
        MANIFEST_VERSION
        + '[[source]]\nrepository = "ada/notes"\ninclude = ["README.md"]\n'
        + '[[source]]\nrepository = "ada/other"\ninclude = ["README.md"]\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 2
    assert "“README.md” is already written by source[0].file[0]" in ended.err
    assert not dest.exists()


def test_several_sources_are_replayed_together(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two repositories in one manifest, each below its own folder."""
    notes, other = publish(FILES), publish({"x": b"x"}, name="other")
    server = serve(notes, other)
    manifest.write_text(
        MANIFEST_VERSION + notes.toml("empty", into='"one"') + other.toml(into='"two"'),
    )
    assert command("--replay", manifest, "--dest", dest).status == 0
    assert tree_of(dest) == {"one/empty": b"", "two/x": b"x"}
    assert requests_to(server, "api") == []


HOSTILE: dict[str, Content] = {
    "ok.txt": b"fine\n",
    "bad\x1b]0;title\x07.txt": b"1\n",
    "two\nlines.txt": b"2\n",
    "c1\x9b31m.txt": b"3\n",
    "bidi\u202etxt.exe": b"4\n",
    "ghost\u200b.txt": b"5\n",
}


def test_hostile_names_do_nothing_to_a_terminal(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Names with escape sequences are shown harmless, and refused where unsafe."""
    serve(publish(HOSTILE))
    listed = command("--list", "ada/notes")
    assert listed.status == 0
    assert len(listed.out.splitlines()) == len(HOSTILE)
    assert "bad␛]0;title�.txt" in listed.out
    document = json.loads(command("--list", "ada/notes", "--json").out)
    assert {each["path"] for each in document["files"]} == set(HOSTILE)
    picked = command("--pick", "ada/notes", "*", "--save", manifest, "--dest", dest)
    assert picked.status == 1
    assert set(tree_of(dest)) == {"ok.txt", "bidi\u202etxt.exe", "ghost\u200b.txt"}
    assert "is refused: it holds control characters" in picked.err
    assert "3 files missing" in picked.err.splitlines()[-1]
    assert command("--replay", manifest, "--dest", dest).status == 0


def test_unsafe_names_fail_alone_under_a_rule(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A rule that matches what must not be written brings the rest, and ends with 1."""
    serve(publish({"ok.txt": b"fine\n", "sub/.git/hooks/post-checkout": b"evil\n"}))
    manifest.write_text(
        MANIFEST_VERSION + '[[source]]\nrepository = "ada/notes"\ninclude = ["*"]\n'
    )
    ended = command("--replay", manifest, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 1
    assert tree_of(dest) == {"ok.txt": b"fine\n"}
    assert "git keeps its own data under that name" in ended.err
    call = ("--pick", "ada/notes", "*", "--dest", dest, "--dry-run", "--json")
    document = json.loads(command(*call).out)
    assert document["complete"] is False
    assert document["totals"]["refuse"]["files"] == 1


class Undecodable(str):
    """A text that git stores as bytes that are no UTF-8."""

    __slots__ = ()

    def encode(self, *_: str) -> bytes:
        """Return those bytes."""
        return b"\xff\xfe"


def test_a_link_text_that_is_no_text_fails_alone(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A manifest cannot hold such a link; it is named, the rest is saved and brought."""
    notes = publish({"ok.txt": b"fine\n", "link": Symlink(Undecodable("?"))})
    serve(notes)
    ended = command("--pick", "ada/notes", "*", "--save", manifest, "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {"ok.txt": b"fine\n"}
    assert "“link” is refused" in ended.err
    assert command("--replay", manifest, "--dest", dest).status == 0


def test_without_a_network_many_files_fail_soon(
    command: Command,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    virtual_time: VirtualTime,
) -> None:
    """Each host is waited for once, not once for each of a hundred files."""
    base = refused_port()
    monkeypatch.setenv("REHYDRATE_API_URL", base)
    monkeypatch.setenv("REHYDRATE_RAW_URL", base + "/{owner}/{repo}/{commit}/{path}")
    many: dict[str, Content] = {f"{n}.txt": b"%d" % n for n in range(100)}
    ended = command(
        "--replay", publish(many).pin(manifest), "--dest", dest, "--jobs", "2"
    )
    assert ended.status == 1
    assert "100 files missing" in ended.err.splitlines()[-1]
    assert sum(virtual_time.waits) < 200


def test_a_verbose_replay_tells_of_every_try(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """--verbose names the try that failed, why, and when the next one comes."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/empty", status=503, times=1))
    call = ("--replay", notes.pin(manifest), "--dest", dest)
    ended = command(*call, "--verbose")
    assert ended.status == 0
    assert "empty: 127.0.0.1:" in ended.err
    assert "Try 2 in 0." in ended.err


def test_the_report_for_machines_has_every_file(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The JSON document of a replay: what, where, how it ended, why, and the totals."""
    notes = publish({"a": b"a", "b": b"bb", "c": b"ccc"})
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/b", status=404, body=b"no"))
    dest.mkdir()
    (dest / "c").write_text("mine")
    call = ("--replay", notes.pin(manifest), "--dest", dest, "--json")
    ended = command(*call, "--on-conflict", "backup")
    assert ended.status == 1
    document = json.loads(ended.out)
    assert document["complete"] is False
    assert document["destination"] == str(dest)
    assert document["totals"]["fetched"] == {"files": 2, "bytes": 4}
    assert document["totals"]["failed"] == {"files": 1, "bytes": 2}
    a, b, c = document["files"]
    assert (a["path"], a["outcome"], a["error"], a["code"]) == (
        "a",
        "fetched",
        None,
        None,
    )
    assert (b["outcome"], b["code"]) == ("failed", "path-not-found")
    assert "“b”" in b["error"]
    assert (c["outcome"], c["backup"]) == ("fetched", "c.~1~")


def test_large_files_are_named_before_they_come(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """From --warn-size on a file is called large, in the dry run and in the run."""
    notes = publish({"a": b"a" * 2000, "b": b"b"})
    serve(notes)
    call = ("--replay", notes.pin(manifest), "--dest", dest, "--warn-size", "1kB")
    assert "large: a (2.0 kB)" in command(*call, "--dry-run").out
    assert "large: a (2.0 kB)" in command(*call).err


def test_warnings_about_unknown_keys_are_told(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Keys of a newer minor version are a warning, not an end."""
    notes = publish({"a": b"a"})
    serve(notes)
    manifest.write_text(f"{MANIFEST_VERSION}colour = 1\n" + notes.toml(mood='"good"'))
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 0
    assert "colour: unknown key, ignored." in ended.err
    assert "source[0].mood: unknown key, ignored." in ended.err


def test_names_that_some_disks_take_for_one_are_told(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Names that differ in case only arrive where the disk keeps them apart, with a note."""
    notes = publish({"data": b"1", "Data": b"2"})
    serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {"data": b"1", "Data": b"2"}
    assert "differ in case or accents only" in ended.err


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
