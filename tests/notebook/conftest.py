"""Notebooks run by nbclient in real kernels, against the server of this process."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

_SECONDS = 60


@dataclass
class Cell:
    """What one cell left in the saved notebook."""

    outputs: list[Any]

    @property
    def stdout(self) -> str:
        """What was printed."""
        return self._stream("stdout")

    @property
    def stderr(self) -> str:
        """What notebooks paint red."""
        return self._stream("stderr")

    def _stream(self, name: str) -> str:
        streams = [each for each in self.outputs if each.output_type == "stream"]
        return "".join(each.text for each in streams if each.name == name)

    @property
    def shown(self) -> list[dict[str, str]]:
        """What was displayed, by media type; the value of the last line included."""
        kinds = {"display_data", "execute_result"}
        return [dict(each.data) for each in self.outputs if each.output_type in kinds]

    @property
    def error(self) -> Any:  # noqa: ANN401 - a node of nbformat
        """The error that ended the cell, None if none did."""
        found = [each for each in self.outputs if each.output_type == "error"]
        return found[0] if found else None

    @property
    def size(self) -> int:
        """Bytes that the outputs take in the saved notebook."""
        return len(json.dumps(self.outputs).encode())


@dataclass
class Kernel:
    """Runs cells one after the other in one kernel."""

    client: NotebookClient
    cells: list[Cell] = field(default_factory=list)

    def run(self, source: str, *, fails: bool = False) -> Cell:
        """Run one cell; without `fails` an error in it is an error of the test."""
        node = nbformat.from_dict(
            {
                "cell_type": "code",
                "source": source,
                "outputs": [],
                "metadata": {},
                "execution_count": None,
            }
        )
        self.client.nb.cells.append(node)
        self.client.allow_errors = fails
        self.client.execute_cell(node, len(self.client.nb.cells) - 1)
        cell = Cell(list(node.outputs))
        self.cells.append(cell)
        return cell


@contextmanager
def running_kernel(folder: Path) -> Iterator[Kernel]:
    """Start a kernel in `folder` with the environment of this process.

    Commands of this Python's environment are found, as they are in an activated one.
    """
    folders = os.environ["PATH"].split(os.pathsep)
    scripts = str(Path(sys.executable).parent)
    if scripts not in folders:
        folders.insert(0, scripts)
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        timeout=_SECONDS,
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel(env={**os.environ, "PATH": os.pathsep.join(folders)}):
        yield Kernel(client)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """Give a kernel that is started in `tmp_path`."""
    with running_kernel(tmp_path) as running:
        yield running


def texts(cells: Sequence[Cell]) -> str:
    """Return all that several cells show as plain text."""
    shown = [bundle["text/plain"] for cell in cells for bundle in cell.shown]
    return "\n".join([*shown, *(cell.stdout for cell in cells)])
