"""What a call loads: replays stay light, and fresh interpreters prove it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from tests.conftest import Serve
from tests.published import publish, tree_of

ROOT = Path(__file__).parents[1]
FILES: dict[str, Content] = {"a.txt": b"a\n", "b.txt": b"b\n"}

IDLE = (
    "asyncio",
    "concurrent",
    "email",
    "http",
    "httpx",
    "logging",
    "rehydrate_tui.demo",
    "rehydrate_tui.engine.session",
    "rehydrate_tui.github",
    "rehydrate_tui.wiring",
    "rich",
    "secrets",
    "selectors",
    "socket",
    "ssl",
    "subprocess",
    "textual",
    "tomli_w",
)
"""What a replay that fetches nothing does without."""

_PROBE = """\
import json, sys
status = 0
try:
    {statement}
except SystemExit as end:
    status = end.code or 0
print("\\n" + json.dumps([int(status), sorted(sys.modules)]))
"""


def loaded(statement: str) -> tuple[int, set[str]]:
    """Run a statement in a fresh interpreter; return its status and all modules."""
    done = subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-c", _PROBE.format(statement=statement)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    status, modules = json.loads(done.stdout.splitlines()[-1])
    return status, set(modules)


def of_library(modules: set[str], *libraries: str) -> list[str]:
    """Return those of `modules` that belong to `libraries`."""
    return sorted(
        name
        for name in modules
        for library in libraries
        if name == library or name.startswith(f"{library}.")
    )


def replay_statement(manifest: Path, dest: Path, *options: str) -> str:
    """Return the Python statement of a replay."""
    argv = ["--replay", str(manifest), "--dest", str(dest), *options]
    return f"from rehydrate_tui.cli import main; status = main({argv!r})"


def test_a_replay_never_loads_textual(serve: Serve, tmp_path: Path) -> None:
    """With something to fetch: no terminal interface and no embedded server."""
    notes = publish(FILES)
    serve(notes)
    pinned = notes.pin(tmp_path / "m.toml")
    status, modules = loaded(replay_statement(pinned, tmp_path / "dest"))
    assert status == 0
    assert set(tree_of(tmp_path / "dest")) == set(FILES)
    unwanted = ("textual", "rehydrate_tui.tui", "rehydrate_tui.demo")
    assert of_library(modules, *unwanted) == []
    assert "httpx" in modules
    # Patterns, and what httpx would load for a command line of its own.
    assert of_library(modules, "pathspec", "click", "rich", "pygments") == []


def test_a_replay_with_nothing_to_do_loads_no_client(
    serve: Serve, tmp_path: Path
) -> None:
    """When all is in place, not even the HTTP client is loaded."""
    notes = publish(FILES)
    server = serve(notes)
    pinned, dest = notes.pin(tmp_path / "m.toml"), tmp_path / "dest"
    dest.mkdir()
    for name, content in FILES.items():
        assert isinstance(content, bytes)
        (dest / name).write_bytes(content)
    status, modules = loaded(replay_statement(pinned, dest))
    assert status == 0
    assert of_library(modules, *IDLE) == []
    assert server.requests == []


def test_a_dry_run_of_a_pinned_manifest_loads_no_client(
    serve: Serve, tmp_path: Path
) -> None:
    """What a run would fetch is known without what it would fetch it with."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(tmp_path / "m.toml")
    statement = replay_statement(pinned, tmp_path / "dest", "--dry-run")
    status, modules = loaded(statement)
    assert status == 0
    assert of_library(modules, *IDLE) == []
    assert server.requests == []


def test_a_replay_loads_no_other_call(serve: Serve, tmp_path: Path) -> None:
    """What lists, updates, exports and shows belongs to other calls than a replay."""
    notes = publish(FILES)
    serve(notes)
    pinned = notes.pin(tmp_path / "m.toml")
    status, modules = loaded(replay_statement(pinned, tmp_path / "dest"))
    assert status == 0
    others = (
        "headless.browse",
        "headless.update",
        "headless.status",
        "export",
        "cli.export",
    )
    names = [f"rehydrate_tui.{name}" for name in (*others, "notebook")]
    assert of_library(modules, *names, "nbformat", "shtab") == []


def test_the_version_needs_no_parser() -> None:
    """`--version` is answered before anything but its own text is loaded."""
    _, before = loaded("pass")
    _, modules = loaded(
        "from rehydrate_tui.cli import main; status = main(['--version'])"
    )
    assert sorted(modules - before - {"__future__", "collections.abc"}) == [
        "rehydrate_tui",
        "rehydrate_tui.cli",
        "rehydrate_tui.cli.run",
        "rehydrate_tui.version",
    ]


@pytest.mark.parametrize("argument", ["--version", "--help", "--nonsense"])
def test_short_answers_load_neither_client_nor_interface(argument: str) -> None:
    """`--version`, `--help` and a typing error are answered at once."""
    _, modules = loaded(
        f"from rehydrate_tui.cli import main; status = main([{argument!r}])"
    )
    assert of_library(modules, "textual", "rich", "httpx", "starlette") == []


def test_the_package_itself_loads_next_to_nothing() -> None:
    """`import rehydrate_tui` loads no front end and no client."""
    _, modules = loaded("import rehydrate_tui")
    assert of_library(modules, "textual", "rich", "httpx", "tomli", "asyncio") == []


def test_the_domain_loads_no_loop_and_no_library() -> None:
    """The rules are pure: no event loop, sockets or TOML behind them."""
    names = sorted(
        f"rehydrate_tui.domain.{path.stem}"
        for path in (ROOT / "rehydrate_tui/domain").glob("*.py")
        if path.stem != "__init__"
    )
    _, modules = loaded(f"import {', '.join(names)}")
    assert of_library(modules, "asyncio", "socket", "httpx", "tomli", "textual") == []
