"""The standalone code and a manifest's data as one script, or one notebook cell."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence
from importlib import resources

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.export.pinned import Pinned, literal_lines
from rehydrate_tui.version import __version__

_PACKAGE = "rehydrate_tui.export.standalone"


def python_script(pinned: Pinned) -> str:
    """Return a script that needs Python 3.8 and nothing else."""
    lines = [
        "#!/usr/bin/env python3",
        f'"""{headline(pinned)}',
        "",
        "Usage: python3 THIS_FILE [FOLDER]. Needs Python 3.8 or newer, nothing else.",
        *_PROMISES,
        '"""',
        "",
        *_embedded(("files", "run", "main"), list(literal_lines(pinned.data()))),
        "",
        'if __name__ == "__main__":',
        "    sys.exit(main(MANIFEST, sys.argv[1:]))",
    ]
    return "\n".join(lines) + "\n"


def notebook_cell(pinned: Pinned) -> str:
    """Return a cell that uses the package where it is, and needs it nowhere.

    One function holds all of it, so that a notebook gains a single name.
    """
    inner = [
        *_embedded(("files", "run", "cell"), list(literal_lines(pinned.data()))),
        "",
        "rehydrate(MANIFEST, folder)",
    ]
    lines = [
        f"# {headline(pinned)}",
        "# Running it again is safe: what is right is not fetched again, what you have",
        "# edited is kept. Every byte is checked. Nothing needs to be installed.",
        f"def _rehydrate(folder={pinned.into!r}):",
        textwrap.indent("\n".join(inner), "    "),
        "",
        "",
        "_rehydrate()",
    ]
    return "\n".join(lines) + "\n"


def headline(pinned: Pinned) -> str:
    """Say in one line what an export brings."""
    manifest = pinned.manifest
    count, size = manifest.file_count, format_size(manifest.content_size)
    names = [strip_controls(str(repo)) for repo in pinned.repositories]
    shown = ", ".join(names[:3]) + (", …" if names[3:] else "")
    files = f"{count:,} file{'' if count == 1 else 's'}"
    return f"Brings {files} ({size}) of {shown}. Made by rehydrate-tui {__version__}."


_PROMISES = (
    "Every byte is checked against the pinned git blob id before a file gets its name.",
    "What is right is not fetched again, what you have edited is kept. Exit status: 0 all",
    "in place, 1 something is missing, 130 interrupted. REHYDRATE_RAW_URL and",
    "REHYDRATE_LFS_URL name a mirror, REHYDRATE_WAIT the seconds to wait for busy servers.",
)


def _embedded(names: Sequence[str], data: Sequence[str]) -> list[str]:
    """Return the code of some modules after one block of imports and the data."""
    imports: dict[str, set[str]] = {}
    bodies: list[str] = []
    for name in names:
        source = resources.files(_PACKAGE).joinpath(f"{name}.py").read_text("utf-8")
        bodies += ["", "", _without_imports(source, imports)]
    plain = [f"import {module}" for module in sorted(imports) if not imports[module]]
    chosen = [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(imports.items())
        if names
    ]
    return [*plain, *chosen, "", *data, *bodies, ""]


def _without_imports(source: str, imports: dict[str, set[str]]) -> str:
    """Return what stands below the imports of a module; enter those into `imports`."""
    end = 0
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                imports.setdefault(alias.name, set())
        elif isinstance(statement, ast.ImportFrom):
            module = statement.module or ""
            if not module.startswith("rehydrate_tui"):
                names = imports.setdefault(module, set())
                names.update(alias.name for alias in statement.names)
        else:
            continue
        end = statement.end_lineno or end
    return "\n".join(source.splitlines()[end:]).strip("\n")
