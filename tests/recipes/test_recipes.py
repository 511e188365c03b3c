"""The recipes of README, run as they stand there, against the server of this process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer
from tests.conftest import Serve
from tests.notebook.conftest import running_kernel
from tests.published import Published, blob_id, publish, tree_of
from tests.recipes.readme import recipes, run_line, run_step

FILES = {"data/rain.csv": b"day,mm\n" * 900, "read me.txt": b"hello\n"}
RECIPES = recipes()

BASH = shutil.which("bash") or "bash"
SH = shutil.which("sh") or "sh"


@dataclass(frozen=True)
class Script:
    """A recipe that a shell runs, and how it is called."""

    name: str
    command: tuple[str, ...]
    body: Callable[[str], str] = str
    """Takes the script out of what surrounds it."""


BUILDS = [
    Script("postBuild", (BASH,)),
    Script("Dockerfile", (SH,), run_line),
    Script("actions", (BASH, "--noprofile", "--norc", "-eo", "pipefail"), run_step),
]

builds = pytest.mark.parametrize("build", BUILDS, ids=lambda build: build.name)


@pytest.fixture
def course() -> Published:
    """A repository whose newest commit holds the manifest of the one before."""
    made = publish(FILES, owner="owner", name="course")
    made.builder.commit({"manifest.toml": f"version = 1\n{made.toml()}".encode()})
    return made


@pytest.fixture
def server(serve: Serve, course: Published) -> GitHubServer:
    """The GitHub that the recipes are pointed to."""
    return serve(course)


@pytest.fixture
def fresh(
    course: Published,
    server: GitHubServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A folder with nothing but the manifest; `pip` finds everything installed."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pip").write_text("#!/bin/sh\nexit 0\n", "utf-8")
    (tools / "pip").chmod(0o755)
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(tools), str(scripts), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    folder = tmp_path / "fresh"
    folder.mkdir()
    course.pin(folder / "manifest.toml")
    return folder


def run(script: Script, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a recipe in a folder, as those do that it is written for."""
    path = folder.with_name(script.name)
    path.write_text(script.body(RECIPES[script.name]), "utf-8")
    return subprocess.run(  # noqa: S603 - README is ours
        [*script.command, path],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        timeout=60,
    )


def check_files(folder: Path) -> None:
    """Compare what is on disk with what was published, blob id by blob id."""
    found = {
        name: blob_id(data) if isinstance(data, bytes) else data
        for name, data in tree_of(folder).items()
    }
    assert found == {name: blob_id(data) for name, data in FILES.items()}


def test_every_recipe_is_run() -> None:
    """README has no recipe that this module does not know."""
    known = {"cell", "before-notebook.d", "papermill", *(each.name for each in BUILDS)}
    assert set(RECIPES) == known


@builds
def test_a_build_brings_the_files(
    build: Script, fresh: Path, server: GitHubServer
) -> None:
    """The files are there, at no call of the API; a second build fetches nothing."""
    ended = run(build, fresh)
    assert ended.returncode == 0, ended.stderr
    check_files(fresh / "data")
    assert {each.origin for each in server.requests} == {"raw"}
    server.clear_requests()
    assert run(build, fresh).returncode == 0
    assert server.requests == []


@builds
def test_a_build_without_its_files_fails(
    build: Script, fresh: Path, server: GitHubServer
) -> None:
    """An image or a job that lacks a file must not look finished."""
    server.add_fault(Fault(path="*read*me.txt", status=404))
    ended = run(build, fresh)
    assert ended.returncode == 1
    assert "read me.txt" in ended.stderr


HOOK = Script(
    "before-notebook.d",
    (BASH, "-c", 'set -e; source "$0"; echo "the server starts"'),
)


def test_a_hub_starts_with_the_files(fresh: Path) -> None:
    """The hook brings the files and lets the start go on."""
    ended = run(HOOK, fresh)
    assert (ended.returncode, ended.stdout) == (0, "the server starts\n")
    check_files(fresh / "data")


def test_a_hub_starts_without_the_files_too(fresh: Path, server: GitHubServer) -> None:
    """The hook says what is missing; nobody is locked out of the notebook server."""
    server.add_fault(Fault(path="*read*me.txt", status=404))
    ended = run(HOOK, fresh)
    assert ended.returncode == 0
    assert "read me.txt" in ended.stderr
    complaint, start = ended.stdout.splitlines()
    assert complaint.startswith("The course files are not complete")
    assert start == "the server starts"


def test_the_cell_brings_the_files(fresh: Path) -> None:
    """It needs no manifest in the folder and prints nothing red."""
    (fresh / "manifest.toml").unlink()
    with running_kernel(fresh) as kernel:
        cell = kernel.run(RECIPES["cell"])
    assert "complete in data" in cell.shown[-1]["text/plain"]
    assert cell.stderr == ""
    check_files(fresh / "data")


def papermill_notebook(path: Path) -> None:
    """Write the notebook that README describes."""
    values = nbformat.v4.new_code_cell("manifest = dest = None")
    values.metadata["tags"] = ["parameters"]
    call = "import rehydrate_tui; rehydrate_tui.replay(manifest, dest)"
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": python}
    cells = [values, nbformat.v4.new_code_cell(call)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


def test_papermill_gives_the_parameters(fresh: Path) -> None:
    """The run is complete and leaves one small output; no stream of progress."""
    papermill_notebook(fresh / "lesson.ipynb")
    ended = run(Script("papermill", (SH,)), fresh)
    assert ended.returncode == 0, ended.stderr
    check_files(fresh / "data")
    done = nbformat.read(fresh / "done.ipynb", as_version=4)
    (output,) = done.cells[-1].outputs
    assert "complete in data" in output.data["text/plain"]


def test_papermill_ends_where_a_file_is_missing(
    fresh: Path, server: GitHubServer
) -> None:
    """The run fails, and the notebook says in one line why."""
    server.add_fault(Fault(path="*read*me.txt", status=404))
    papermill_notebook(fresh / "lesson.ipynb")
    ended = run(Script("papermill", (SH,)), fresh)
    assert ended.returncode == 1
    done = nbformat.read(fresh / "done.ipynb", as_version=4)
    *_, error = (output for cell in done.cells for output in cell.get("outputs", []))
    assert error.ename == "ReplayIncompleteError"
    assert len(error.traceback) == 1
