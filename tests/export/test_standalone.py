"""The standalone code in this process: its decisions agree with the package's."""

from __future__ import annotations

import urllib.error
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.manifest_reader import manifest_from_dict
from rehydrate_tui.domain.paths import symlink_escapes, unsafe_reason
from rehydrate_tui.export.pinned import Pinned
from rehydrate_tui.export.shell import quoted
from rehydrate_tui.export.standalone.cell import toml_of
from rehydrate_tui.export.standalone.files import (
    Folder,
    Problem,
    give_name,
    is_unsafe,
    leads_out,
    show,
)
from rehydrate_tui.export.standalone.run import Run, check_address, refusal
from rehydrate_tui.storage.manifest_file import parse_manifest
from rehydrate_tui.storage.settings import Settings

COMMIT, BLOB, OID = "a" * 40, "b" * 40, "c" * 64

names = st.text(
    st.sampled_from(".gitGIT~1 a\\:\u200c\u202e\x00\x1f\x7fé/"), min_size=1, max_size=9
)


@given(names)
def test_paths_are_judged_as_by_the_package(path: str) -> None:
    """The check that the script repeats refuses what the manifest's reader refuses."""
    mine = path.startswith("/") or any(map(is_unsafe, path.split("/")))
    assert mine == bool(unsafe_reason(path))


@given(
    st.text(st.sampled_from("./ab\\:C"), max_size=12),
    st.sampled_from(["l", "a/l", "a/b/l"]),
)
def test_links_are_judged_as_by_the_package(text: str, link: str) -> None:
    """A link leads out for the script exactly when it does for the package."""
    assert leads_out(link, text) == symlink_escapes(link, text)


def full_manifest() -> dict[str, Any]:
    """Return the plain form of a manifest that uses every key."""
    return {
        "version": 1,
        "source": [
            {
                "repository": "ada/notes",
                "commit": COMMIT,
                "into": "sub/folder",
                "file": [
                    {"path": "a \"quoted\" 'name' é\u202e", "blob": BLOB, "size": 1},
                    {
                        "path": "b",
                        "blob": BLOB,
                        "size": 2,
                        "to": "x/b",
                        "executable": True,
                    },
                    {
                        "path": "c",
                        "blob": BLOB,
                        "size": 3,
                        "lfs": {"oid": OID, "size": 9},
                    },
                    {"path": "d", "blob": BLOB, "size": 3, "lfs": False},
                    {"path": "e", "blob": BLOB, "size": 3, "symlink": "a\\\x7f"},
                ],
            },
            {
                "repository": "bob/tools",
                "host": "github.example.com",
                "commit": COMMIT,
                "into": ".",
                "file": [{"path": "f", "blob": OID, "size": 4}],
            },
        ],
    }


def test_a_cell_gives_the_package_the_same_manifest() -> None:
    """What the cell carries becomes the manifest it was made from."""
    manifest = manifest_from_dict(full_manifest())
    data = Pinned(manifest=manifest, settings=Settings.load({})).data()
    assert parse_manifest(toml_of(data).encode(), "cell") == manifest


def test_other_hosts_have_their_own_addresses() -> None:
    """Each host is asked where it answers; variables speak for the default one."""
    manifest = manifest_from_dict(full_manifest())
    data = Pinned(manifest=manifest, settings=Settings.load({})).data()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REHYDRATE_RAW_URL", "https://mirror.example/{repo}/{path}")
        run = Run(data, ".")
    assert run.entries[1].url == "https://mirror.example/notes/b"
    assert run.entries[-1].url == (
        f"https://github.example.com/bob/tools/raw/{COMMIT}/f"
    )
    assert run.entries[-1].batch_url == (
        "https://github.example.com/bob/tools.git/info/lfs/objects/batch"
    )


@pytest.mark.parametrize(
    "url",
    ["http://example.com/x", "file:///etc/passwd", "ftp://example.com/x", "//x", "x"],
)
def test_a_server_cannot_lead_elsewhere(url: str) -> None:
    """Only https, or this machine."""
    with pytest.raises(Problem, match="not https"):
        check_address(url)


@pytest.mark.parametrize("url", ["https://example.com/x", "http://127.0.0.1:1/x"])
def test_safe_addresses_are_followed(url: str) -> None:
    """These are the ones that GitHub and the tests use."""
    check_address(url)


@pytest.mark.parametrize(
    ("status", "after", "tries", "wait"),
    [
        (404, "", 1, None),
        (403, "", 1, None),
        (403, "7", 4, 7.0),
        (429, "", 4, 15),
        (429, "9", 4, 9.0),
        (429, "Wed, 21 Oct 2026 07:28:00 GMT", 4, 15),
        (503, "", 4, None),
        (502, "²", 4, None),
    ],
)
def test_statuses_say_whether_to_try_again(
    status: int, after: str, tries: int, wait: float | None
) -> None:
    """Limits and failures are worth another try, absence is not."""
    headers = Message()
    headers["Retry-After"] = after
    problem = refusal(urllib.error.HTTPError("https://x", status, "", headers, None))
    assert (problem.tries, problem.wait) == (tries, wait)


def test_waiting_is_counted_once_for_all_workers() -> None:
    """Six workers that are told to wait a minute wait one minute, and then no more."""
    run = Run({"sources": [], "hosts": {}, "host": "", "into": "."}, ".")
    assert all(run.may_wait(1, 60.0) for _ in range(6))
    assert 40 < run.patience < 61
    assert not run.may_wait(1, 600.0)


def test_nothing_is_asked_for_ever(tmp_path: Path) -> None:
    """After many failures in a row the rest is not tried."""
    run = Run({"sources": [], "hosts": {}, "host": "", "into": "."}, str(tmp_path))
    run.bad_answers = 20
    with pytest.raises(Problem, match="not tried"):
        list(run.get("https://127.0.0.1:1/"))


def test_a_name_is_never_taken_away(tmp_path: Path) -> None:
    """A file that appeared meanwhile stays, and the verified one is not put over it."""
    part, path = tmp_path / "part", tmp_path / "path"
    part.write_bytes(b"new")
    path.write_bytes(b"mine")
    with pytest.raises(Problem, match="appeared"):
        give_name(part, path)
    assert path.read_bytes() == b"mine"


def test_file_systems_without_hard_links_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the file is renamed."""

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    (tmp_path / "part").write_bytes(b"new")
    give_name(tmp_path / "part", tmp_path / "path")
    assert (tmp_path / "path").read_bytes() == b"new"


def test_two_names_of_one_file_are_noticed(tmp_path: Path) -> None:
    """Where a file system takes two paths for one file, the second fails."""
    rows = [["A", BLOB, 3], ["a", "d" * 40, 3]]
    source = {"repository": "a/b", "host": "h", "commit": COMMIT, "into": ""}
    base = {"raw": "https://x/{path}", "lfs": "https://x"}
    manifest = {
        "sources": [{**source, "files": rows}],
        "hosts": {"h": base},
        "host": "",
    }
    run = Run(manifest, str(tmp_path))
    (tmp_path / "A").write_bytes(b"abc")
    (tmp_path / "a").hardlink_to(tmp_path / "A")
    folder = Folder(str(tmp_path))
    folder.inspect(run.entries[0])
    with pytest.raises(Problem, match="is the same file here"):
        folder.inspect(run.entries[1])


def test_a_destination_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """It says so instead of failing for each file."""
    (tmp_path / "file").write_bytes(b"")
    run = Run(
        {"sources": [], "hosts": {}, "host": "", "into": "."}, str(tmp_path / "file")
    )
    with pytest.raises(Problem, match="is no folder"):
        run.run()


def test_a_full_disk_is_noticed_before(tmp_path: Path) -> None:
    """What cannot fit is not begun."""
    run = Run(
        {"sources": [], "hosts": {}, "host": "", "into": "."}, str(tmp_path / "x")
    )
    run.size = 2**70
    with pytest.raises(Problem, match="do not fit"):
        run.check_space()
    assert list(tmp_path.iterdir()) == []


def test_names_are_shown_without_controls() -> None:
    """A terminal is told nothing."""
    assert show("a\x1b[2J\u202eé日") == "a\\x1b[2J\\u202eé日"


@pytest.mark.parametrize("text", ["", "a", "'", "a'b", "\n", "\u202e'x", "é $x `y`"])
def test_words_of_a_shell_are_quoted(text: str) -> None:
    """A shell gives back exactly the text; command substitution drops no byte of it."""
    import shutil
    import subprocess

    shell = shutil.which("sh")
    assert shell
    line = f"printf %s {quoted(text)}"
    out = subprocess.run([shell, "-c", line], check=True, capture_output=True).stdout  # noqa: S603 - made here
    assert out.decode() == text.rstrip("\n")
