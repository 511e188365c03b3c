"""Exported cells in real notebooks, run by nbclient in a real kernel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from rehydrate_tui.demo.builder import Content, Executable, LfsFile, Symlink
from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.export.conftest import Call
from tests.export.hand_over import expected_ids, git_ids
from tests.published import publish, tree_of

FILES: dict[str, Content] = {
    "data/a.csv": b"a,b\n1,2\n" * 50,
    "data/copy of a.csv": b"a,b\n1,2\n" * 50,
    "run.sh": Executable(b"#!/bin/sh\n"),
    "docs/latest": Symlink("../data/a.csv"),
    "model.npy": LfsFile(b"weights" * 900),
    "naïve/日本語.txt": b"names\n",
}

HIDE_PACKAGE = "import sys; sys.modules['rehydrate_tui'] = None"
LOOP_RUNS = "import asyncio; assert asyncio.get_running_loop().is_running()"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def execute(folder: Path, cells: Sequence[str]) -> list[Any]:
    """Run a notebook in `folder` and return its cells; errors are outputs."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
    )
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    done: list[Any] = client.execute().cells
    return done


def streams(cell: Any) -> set[str]:  # noqa: ANN401 - a cell of nbformat
    """Return the names of the streams that a cell wrote to."""
    return {each.name for each in cell.outputs if each.output_type == "stream"}


def errors(cell: Any) -> list[Any]:  # noqa: ANN401 - anything, as the original takes it
    """Return the errors of a cell."""
    return [each for each in cell.outputs if each.output_type == "error"]


def size_of(cell: Any) -> int:  # noqa: ANN401 - anything, as the original takes it
    """Return the bytes that the outputs of a cell cost in the file."""
    return len(json.dumps(cell.outputs, ensure_ascii=False).encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the notebook lives."""
    path = tmp_path / "notebook"
    path.mkdir()
    return path


@pytest.mark.parametrize("before", ["", HIDE_PACKAGE], ids=["package", "alone"])
def test_a_cell_brings_everything_twice(
    before: str, call: Call, serve: Serve, manifest: Path, folder: Path
) -> None:
    """With the package and without it, under a running loop, silent on stderr."""
    notes = publish(FILES)
    server = serve(notes)
    cell = call("--export", "cell", notes.pin(manifest)).out
    names = "before = set(globals())"
    more = "print(sorted(set(globals()) - before - {'before'}))"
    cells = execute(folder, [before, LOOP_RUNS, names, cell, more])
    assert errors(cells[3]) == []
    assert git_ids(folder) == expected_ids(FILES, folder.with_name("expected"))
    assert streams(cells[3]) <= {"stdout"}
    assert size_of(cells[3]) < 2_000
    assert [each for each in server.requests if each.origin == "api"] == []
    assert "_rehydrate" in cells[4].outputs[0].text
    assert "hashlib" not in cells[4].outputs[0].text
    server.clear_requests()
    again = execute(folder, [before, cell, cell])
    assert [errors(each) for each in again] == [[], [], []]
    assert server.requests == []
    assert all(size_of(each) < 2_000 for each in again)


@pytest.mark.parametrize("before", ["", HIDE_PACKAGE], ids=["package", "alone"])
def test_a_cell_that_cannot_bring_all_stops_the_notebook(
    before: str, call: Call, serve: Serve, manifest: Path, folder: Path
) -> None:
    """It raises, in one line; the file is named; what could be brought is there."""
    notes = publish({"gone.csv": b"gone" * 99, "a.csv": b"a"})
    server = serve(notes)
    cell = call("--export", "cell", notes.pin(manifest)).out
    server.add_fault(Fault(path="*gone.csv", status=404, body=b"404: Not Found"))
    cells = execute(folder, [before, cell])
    (error,) = errors(cells[1])
    assert error.ename == "Incomplete"
    assert len(error.traceback) == 1
    assert "gone.csv" in json.dumps(cells[1].outputs)
    assert tree_of(folder) == {"a.csv": b"a"}
    assert size_of(cells[1]) < 2_000


def test_a_cell_keeps_edits_and_goes_where_it_is_told(
    call: Call, serve: Serve, manifest: Path, folder: Path
) -> None:
    """`--dest` is written into the cell; an edit there is kept."""
    notes = publish({"a.csv": b"a", "b.csv": b"b"})
    serve(notes)
    cell = call("--export", "cell", notes.pin(manifest), "--dest", "in here").out
    (folder / "in here").mkdir()
    (folder / "in here" / "a.csv").write_bytes(b"mine")
    cells = execute(folder, [HIDE_PACKAGE, cell])
    assert errors(cells[1]) == []
    assert tree_of(folder) == {"in here/a.csv": b"mine", "in here/b.csv": b"b"}
    assert "1 edited here and kept" in json.dumps(cells[1].outputs)


def test_a_magic_brings_everything_twice(
    call: Call, serve: Serve, manifest: Path, folder: Path
) -> None:
    """The two cells of `--export magic`, as `--into` puts them into a notebook."""
    notes = publish(FILES)
    server = serve(notes)
    path = folder.with_name("n.ipynb")
    path.write_text(nbformat.writes(nbformat.v4.new_notebook()), "utf-8")
    assert call("--export", "magic", notes.pin(manifest), "--into", path).status == 0
    sources = [cell.source for cell in nbformat.read(path, 4).cells]
    cells = execute(folder, sources)
    assert [errors(cell) for cell in cells] == [[], []]
    assert git_ids(folder) == expected_ids(FILES, folder.with_name("expected"))
    assert streams(cells[1]) <= {"stdout"}
    assert size_of(cells[1]) < 2_000
    server.clear_requests()
    assert [errors(cell) for cell in execute(folder, sources)] == [[], []]
    assert server.requests == []
