"""`python -m rehydrate_tui.demo`: the stand-in in the foreground."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from rehydrate_tui.demo.__main__ import main


def run(*arguments: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """Start it and read the variables that it prints."""
    command = [sys.executable, "-m", "rehydrate_tui.demo", *arguments]
    process = subprocess.Popen(  # noqa: S603 - made here
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    exported = {}
    for _ in range(4):
        _, assignment = shlex.split(process.stdout.readline())
        name, _, value = assignment.partition("=")
        exported[name] = value
    return process, exported


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
def test_it_serves_until_interrupted(exported: Path, tmp_path: Path) -> None:
    """Prints what to export, serves all that was chosen, and ends on Ctrl+C."""
    listing = tmp_path / "tree.json.gz"
    document = {
        "repository": "some/tree",
        "default_branch": "main",
        "commit": "1" * 40,
        "response": {"sha": "2" * 40, "tree": []},
    }
    listing.write_bytes(gzip.compress(json.dumps(document).encode()))
    process, variables = run(
        "--sample", "--clone", f"{exported}=a/clone", "--tree", str(listing),
        "--truncate-entries", "5", "--calls", "7", "--rtt", "1",
    )  # fmt: skip
    api = variables["REHYDRATE_API_URL"]
    assert set(variables) == {
        "REHYDRATE_API_URL",
        "REHYDRATE_RAW_URL",
        "REHYDRATE_ARCHIVE_URL",
        "REHYDRATE_LFS_URL",
    }
    with httpx.Client() as client:
        for name in ("a/clone", "some/tree", "rehydrate/field-notes"):
            assert client.get(f"{api}/repos/{name}").status_code == 200
        tree = client.get(f"{api}/repos/a/clone/git/trees/main?recursive=1")
        assert len(tree.json()["tree"]) == 5
        assert tree.headers["x-ratelimit-limit"] == "7"
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert process.returncode == 0
    assert told.endswith("stopped\n")


def test_a_wrong_clone_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """PATH=owner/name is asked for by name."""
    with pytest.raises(SystemExit) as ended:
        main(["--clone", "somewhere"])
    assert ended.value.code == 2
    assert "PATH=owner/name" in capsys.readouterr().err
