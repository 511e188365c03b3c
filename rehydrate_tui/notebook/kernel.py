"""Is this process a kernel, and how does one show something in its cells."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol, cast

_RENDERER = "_render_traceback_"
"""What IPython asks an exception for before it draws the whole stack."""

Bundle = Mapping[str, str]
"""What to show, by media type."""


class DisplayHandle(Protocol):
    """An output of a cell that can be replaced."""

    def update(self, obj: Bundle, *, raw: bool) -> None:
        """Show something else in its place."""
        ...


class Display(Protocol):
    """IPython's `display`."""

    def __call__(self, obj: Bundle, *, raw: bool, display_id: bool) -> DisplayHandle:
        """Show `obj` below the cell."""
        ...


def running_shell() -> Any | None:  # noqa: ANN401 - IPython is not a dependency
    """Return IPython's shell if this process is a kernel.

    A module that nobody has imported cannot be running this process.
    """
    ipython = sys.modules.get("IPython")
    if ipython is None:
        return None
    shell = ipython.get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None


def is_kernel() -> bool:
    """Tell whether this process is the kernel of a notebook."""
    return running_shell() is not None


def kernel_display() -> Display:
    """Return what shows something below the running cell; only in a kernel."""
    from IPython.display import display  # pyright: ignore[reportUnknownVariableType] - IPython has partial types

    return cast("Display", display)


def cell_number() -> int | None:
    """Return which execution this is, None outside of a kernel."""
    number = getattr(running_shell(), "execution_count", None)
    return number if isinstance(number, int) else None


def show_in_one_line(error: BaseException, words: str) -> None:
    """Let a cell that `error` ends show one line instead of this package's insides."""
    line = f"{type(error).__name__}: {words}"
    setattr(error, _RENDERER, lambda: [line])
