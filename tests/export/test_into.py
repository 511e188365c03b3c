"""`--into`: the cell is in the notebook once, and nothing else has moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from rehydrate_tui.errors import UsageError
from rehydrate_tui.export.notebook_file import put_first, with_cells
from tests.conftest import Serve
from tests.export.conftest import Call
from tests.published import publish
from tests.schemas import check

ODD = r"""{
  "metadata": {"z": 1e5, "a": 1.50, "kernelspec": {"name": "python3",
    "language": "python", "display_name": "Python 3"}, "text": "é\u00e9\/"},
  "cells": [
    {"cell_type":"markdown","metadata":{"tags":["x"]}, "source":["# Títle\n","text"] , "id": "one"},


    {"id":"two","cell_type":"code","metadata":{},"outputs":[],"source":"1+1","execution_count":7}
  ],
  "nbformat_minor": 5, "nbformat": 4
}



"""


def notebook(minor: int = 5, **metadata: Any) -> str:  # noqa: ANN401 - JSON
    """Return a notebook as nbformat writes it."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1 + 1"), nbformat.v4.new_markdown_cell("é")],
        metadata=metadata,
    )
    made.nbformat_minor = minor
    if minor < 5:
        for cell in made.cells:
            del cell["id"]
    text: str = nbformat.writes(made)
    return text + "\n"


def sources(text: str) -> list[str]:
    """Return the sources of all cells, read by nbformat."""
    made = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(made)
    return [cell.source for cell in made.cells]


@pytest.mark.parametrize(
    "text",
    [
        ODD,
        ODD.replace("\n", "\r\n"),
        notebook(),
        notebook(minor=2),
        json.dumps(json.loads(ODD)),
        json.dumps(json.loads(ODD), indent="\t", ensure_ascii=True),
    ],
    ids=["odd", "crlf", "nbformat", "without ids", "one line", "tabs"],
)
def test_everything_else_stays_byte_for_byte(text: str) -> None:
    """The old text is the new one without the cell: what is before it and after it."""
    changed = with_cells(text, ["print('é')\nx = 1"], "n.ipynb")
    assert sources(changed) == ["print('é')\nx = 1", *sources(text)]
    cut = len(changed) - len(text)
    start = next(i for i, each in enumerate(text) if changed[i] != each)
    restored = [
        changed[:begin] + changed[begin + cut :]
        for begin in range(max(0, start - 20), start + 1)
    ]
    assert text in restored
    assert with_cells(changed, ["print('é')\nx = 1"], "n.ipynb") == changed


def test_a_second_run_replaces_the_cell_where_it_stands() -> None:
    """A cell that was moved stays there; its id and tags stay, its outputs go."""
    first = with_cells(notebook(), ["old"], "n")
    document = json.loads(first)
    cell = document["cells"].pop(0)
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x"]}]
    cell["metadata"]["tags"].append("hide-input")
    document["cells"].insert(1, cell)
    moved = json.dumps(document, indent=1, ensure_ascii=False)
    changed = with_cells(moved, ["new"], "n")
    assert sources(changed) == ["1 + 1", "new", "é"]
    after = json.loads(changed)["cells"][1]
    assert after["id"] == cell["id"]
    assert after["metadata"]["tags"] == ["rehydrate", "hide-input"]
    assert after["outputs"] == []


def test_equal_cells_keep_their_outputs() -> None:
    """Running it again without a change does not even clear what the cell printed."""
    document = json.loads(with_cells(notebook(), ["same"], "n"))
    document["cells"][0]["execution_count"] = 3
    text = json.dumps(document)
    assert with_cells(text, ["same"], "n") == text


def test_forms_can_be_exchanged() -> None:
    """One cell becomes two and one again; nothing is left behind."""
    text = notebook()
    one = with_cells(text, ["cell"], "n")
    two = with_cells(one, ["%load_ext x", "%%x"], "n")
    assert sources(two) == ["%load_ext x", "%%x", "1 + 1", "é"]
    assert with_cells(two, ["cell"], "n") == one


def test_an_empty_notebook_takes_a_cell() -> None:
    """No cell at all is a valid notebook."""
    empty = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    assert sources(with_cells(empty, ["a"], "n")) == ["a"]
    pretty = json.dumps(json.loads(empty), indent=1)
    assert sources(with_cells(pretty, ["a"], "n")) == ["a"]


def test_ids_stay_unique_and_the_same() -> None:
    """A foreign cell may have our id already; each run chooses the same other one."""
    text = notebook().replace(json.loads(notebook())["cells"][0]["id"], "x")
    document = json.loads(text)
    document["cells"][0]["id"] = "rehydrate"
    text = json.dumps(document)
    first, second = (with_cells(text, ["a", "b"], "n") for _ in range(2))
    assert first == second
    ids = [cell["id"] for cell in json.loads(first)["cells"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no valid notebook"),
        ("[]", "no valid notebook"),
        ("{", "no valid notebook"),
        ('{"nbformat": 3, "worksheets": []}', "not version 4"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "no valid notebook"),
        ('{"nbformat": 4, "metadata": {}, "cells": [{}]}', "no valid notebook"),
        (
            notebook(kernelspec={"name": "ir", "display_name": "R", "language": "R"}),
            "written in r",
        ),
    ],
)
def test_what_cannot_take_a_cell_is_refused(
    text: str, reason: str, tmp_path: Path
) -> None:
    """A sentence says why, and the file stays as it was."""
    path = tmp_path / "n.ipynb"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=reason):
        put_first(path, ["a"])
    assert path.read_text("utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_and_a_mode_stay(tmp_path: Path) -> None:
    """A notebook behind a link is changed there, with the rights that it had."""
    path, link = tmp_path / "n.ipynb", tmp_path / "link.ipynb"
    path.write_text(notebook(), "utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    assert put_first(link, ["a"])
    assert link.is_symlink()
    assert sources(path.read_text("utf-8"))[0] == "a"
    assert path.stat().st_mode & 0o777 == 0o640
    assert not put_first(link, ["a"])


@pytest.mark.parametrize(("form", "cells"), [((), 1), (("cell",), 1), (("magic",), 2)])
def test_the_command_puts_it_in_once(
    form: tuple[str, ...],
    cells: int,
    call: Call,
    serve: Serve,
    manifest: Path,
    tmp_path: Path,
) -> None:
    """`--export [FORM] MANIFEST --into NOTEBOOK`, twice: the same bytes."""
    notes = publish({"a.csv": b"a"})
    serve(notes)
    path = tmp_path / "n.ipynb"
    path.write_text(notebook(), "utf-8")
    argv = ("--export", *form, notes.pin(manifest), "--into", path)
    ended = call(*argv)
    assert (ended.status, ended.out) == (0, "")
    assert "put into" in ended.err
    once = path.read_bytes()
    assert len(sources(once.decode())) == cells + 2
    again = call(*argv, "--json")
    document = json.loads(again.out)
    check("export", document)
    assert document["output"] == str(path)
    assert document["changed"] is False
    assert path.read_bytes() == once


@pytest.mark.parametrize("name", ["absent.ipynb", "folder"])
def test_a_notebook_that_is_not_there_is_a_wrong_call(
    name: str, call: Call, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """Status 2 and a sentence."""
    notes = publish({"a.csv": b"a"})
    serve(notes)
    (tmp_path / "folder").mkdir()
    ended = call("--export", "cell", notes.pin(manifest), "--into", tmp_path / name)
    assert ended.status == 2
    assert "cannot be read" in ended.err
