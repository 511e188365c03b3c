"""Runs what was exported, in processes that have never heard of the package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehydrate_tui.demo.builder import Content, LfsFile, Symlink
from tests.published import blob_of

_VERSION = re.compile(r"3\.(\d+)\.(\d+)")


def _interpreters() -> list[str]:
    """Return this Python and, where they are installed, 3.8 and the newest."""
    versions = Path.home() / ".pyenv" / "versions"
    found: dict[tuple[int, int], Path] = {}
    for folder in versions.iterdir() if versions.is_dir() else ():
        match = _VERSION.fullmatch(folder.name)
        if match and int(match[1]) >= 8 and (folder / "bin" / "python").exists():
            found[int(match[1]), int(match[2])] = folder / "bin" / "python"
    chosen = {found[key] for key in (min(found), max(found))} if found else set()
    return [sys.executable, *sorted(str(path) for path in chosen)]


@dataclass(frozen=True)
class Runner:
    """A form of export and what runs it."""

    form: str
    command: tuple[str, ...]

    def __str__(self) -> str:
        """Return the name for the test's id."""
        words = Path(self.command[0]).parts
        version = next((word for word in words if _VERSION.fullmatch(word)), words[-1])
        return f"{self.form}-{version}"


PYTHONS = [Runner("python", (python, "-I")) for python in _interpreters()]
SHELLS = [
    Runner("curl", (shell,))
    for shell in dict.fromkeys(filter(None, map(shutil.which, ("dash", "bash", "sh"))))
]
RUNNERS = [*PYTHONS, *SHELLS]


@dataclass(frozen=True)
class Ended:
    """How a script ended."""

    status: int
    out: str

    @property
    def last_line(self) -> str:
        """What is read first."""
        return self.out.splitlines()[-1]


def run(runner: Runner, script: Path, dest: Path, **environ: str) -> Ended:
    """Run a script; whatever it says goes to one place."""
    ended = subprocess.run(  # noqa: S603 - the product of the code under test
        [*runner.command, str(script), str(dest)],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=script.parent,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environ},
        timeout=120,
    )
    return Ended(ended.returncode, ended.stdout.decode())


def git_ids(folder: Path) -> dict[str, str]:
    """Return what `git hash-object` says about every file below a folder."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    plain = [path for path in paths if not path.is_symlink()]
    ids = [_git_id(path) for path in plain]
    names = [path.relative_to(folder).as_posix() for path in plain]
    return dict(zip(names, ids, strict=True))


def _git_id(path: Path) -> str:
    git = shutil.which("git")
    assert git is not None
    answer = subprocess.run(  # noqa: S603 - made here
        [git, "hash-object", "--no-filters", str(path.resolve())],
        check=True,
        capture_output=True,
    )
    return answer.stdout.decode().strip()


def expected_ids(files: Mapping[str, Content], folder: Path) -> dict[str, str]:
    """Return the same for the content that should be there, through git as well."""
    folder.mkdir()
    ids: dict[str, str] = {}
    for number, (name, content) in enumerate(files.items()):
        if not isinstance(content, Symlink):
            data = content.data if isinstance(content, LfsFile) else blob_of(content)
            (folder / str(number)).write_bytes(data)
            ids[name] = _git_id(folder / str(number))
    return dict(sorted(ids.items()))
