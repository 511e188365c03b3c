"""Rules of this house that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rehydrate_tui"
TESTS = ROOT / "tests"
MAX_LINES = 400
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


def modules(folder: Path) -> list[Path]:
    """Return the Python files below a folder."""
    return sorted(folder.rglob("*.py"))


def shown(path: Path) -> str:
    """Return the path as a test's name."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", modules(PACKAGE), ids=shown)
def test_a_module_is_short(path: Path) -> None:
    """No module of the package has more than 400 lines."""
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", modules(PACKAGE), ids=shown)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """Every module has a docstring, and none is named after nothing in particular."""
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert path.stem not in NAMELESS


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield all functions in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", modules(TESTS), ids=shown)
def test_a_test_states_its_claim(path: Path) -> None:
    """Every test function has a docstring: what it proves, in words."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = [
        f"{path.name}:{each.lineno} {each.name}"
        for each in functions(tree)
        if each.name.startswith("test_") and not ast.get_docstring(each)
    ]
    assert silent == []


@pytest.mark.parametrize("path", modules(TESTS), ids=shown)
def test_no_test_sleeps(path: Path) -> None:
    """Tests wait for what they need, never for time to pass."""
    tree = ast.parse(path.read_text("utf-8"))
    sleeps = [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "sleep"
        and isinstance(node.value, ast.Name)
        and node.value.id == "time"
    ]
    assert sleeps == []


@pytest.mark.parametrize("path", [*modules(PACKAGE), *modules(TESTS)], ids=shown)
def test_no_file_knows_the_machine_it_was_written_on(path: Path) -> None:
    """Absolute paths of somebody's machine have no place in a project."""
    text = path.read_text("utf-8")
    assert [word for word in ("/" + "work/", "/" + "root/") if word in text] == []
