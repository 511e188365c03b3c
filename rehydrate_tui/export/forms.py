"""The four forms of a hand-over."""

from __future__ import annotations

import shlex
from enum import Enum

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import UsageError
from rehydrate_tui.export.embedding import notebook_cell, python_script
from rehydrate_tui.export.pinned import Pinned
from rehydrate_tui.export.shell import shell_script
from rehydrate_tui.storage.toml_io import format_toml


class Form(Enum):
    """What `--export` makes of a manifest."""

    CELL = "cell"
    """One notebook cell that needs no installation."""
    MAGIC = "magic"
    """Two cells: load the extension, then `%%rehydrate` with the manifest."""
    CURL = "curl"
    """A POSIX shell script."""
    PYTHON = "python"
    """A script for Python 3.8 and newer."""

    @property
    def is_for_notebooks(self) -> bool:
        """Whether it is made of cells."""
        return self in {Form.CELL, Form.MAGIC}

    @property
    def works_with_token(self) -> bool:
        """Whether the package does the work where it is installed."""
        return self.is_for_notebooks


def parse_form(text: str) -> Form:
    """Return the form of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Form(text)
    except ValueError:
        known = ", ".join(form.value for form in Form)
        raise UsageError(
            f"--export has no form “{text}”.", hint=f"Choose one of {known}."
        ) from None


def cells_of(pinned: Pinned, form: Form) -> tuple[str, ...]:
    """Return the sources of the cells of a form for notebooks."""
    if form is Form.CELL:
        return (notebook_cell(pinned).rstrip("\n"),)
    words = ["%%rehydrate"]
    if pinned.into != ".":
        words += ["--dest", pinned.into]
    toml = _visible(format_toml(pinned.manifest.to_dict()).decode("utf-8"))
    return ("%load_ext rehydrate_tui", f"{shlex.join(words)}\n{toml}".rstrip("\n"))


def _visible(toml: str) -> str:
    """Escape what is invisible or reorders a line; it can only stand in strings."""
    return "".join(
        f"\\U{ord(each):08X}" if each != "\n" and strip_controls(each) != each else each
        for each in toml
    )


def text_of(pinned: Pinned, form: Form) -> str:
    """Return the whole hand-over; several cells in the percent format of editors."""
    if form is Form.PYTHON:
        return python_script(pinned)
    if form is Form.CURL:
        return shell_script(pinned)
    cells = cells_of(pinned, form)
    if len(cells) == 1:
        return f"{cells[0]}\n"
    return "\n".join(f"# %%\n{cell}\n" for cell in cells)
