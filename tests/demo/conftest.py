"""Fixtures for the tests of the embedded GitHub server."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from dulwich.refs import Ref
from dulwich.repo import Repo

from rehydrate_tui.demo.builder import (
    Executable,
    Gitlink,
    LfsFile,
    RepositoryBuilder,
    Symlink,
)
from rehydrate_tui.demo.objects import GitObjects
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import Account, GitHubServer

SUBMODULE_COMMIT = "1f7a7a472abf3dd9643fd615f6da379c4acb3e3a"
LARGE = b"".join(b"%06d some text of the larger kind\n" % line for line in range(9000))
ATTRIBUTES = b"""\
private export-ignore
*.py export-subst
*.bat text eol=crlf
docs/notes.txt -export-subst
"""


@pytest.fixture
def builder() -> RepositoryBuilder:
    """A repository with one of everything that git knows."""
    made = RepositoryBuilder("Ada", "Notes", description="Everything once")
    made.commit(
        {
            "README.md": b"# Notes\n\n" + b"A line of text.\n" * 40,
            "docs/notes.txt": b"hello",
            "docs/a+b #1 100%.txt": b"awkward\n",
            "docs/B\u00e4ren \u96ea.txt": b"accents\n",
            "run.sh": Executable(b"#!/bin/sh\nexit 0\n"),
            "link": Symlink("docs/notes.txt"),
            "docs/up": Symlink("../link"),
            "folder-link": Symlink("docs"),
            "outside": Symlink("../../etc/passwd"),
            "tools": Gitlink(SUBMODULE_COMMIT),
            ".gitmodules": b'[submodule "tools"]\n\tpath = tools\n\turl = ../tools.git\n',
            "empty": b"",
            "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0",
            "model.npy": LfsFile(b"\x93NUMPY" + bytes(range(256)) * 40),
        },
        "Begin",
    )
    made.commit(
        {
            ".gitattributes": ATTRIBUTES,
            "private/key.txt": b"secret\n",
            "version.py": b'H = "$Format:%H$"\nA = "$Format:%an, %ae, %ci, %at, %t, %s, 100%%$"\n',
            "start.bat": b"echo one\necho two\r\necho three\n",
            "docs.txt": b"sorts before docs/\n",
            "docs-a": b"sorts before docs/ too\n",
            "docs/notes.txt": b"hello",
            "large.txt": LARGE,
        },
        "Add what archives change\n\nWith a body.",
    )
    made.branch("feature/deep/er")
    made.commit(
        {"README.md": b"# Notes of the feature\n", "docs/notes.txt": None},
        "Work on the feature",
        branch="feature/deep/er",
    )
    made.tag("v1.0", message="The first release")
    made.tag("v1.1")
    return made


@pytest.fixture
def repository(builder: RepositoryBuilder) -> Repository:
    """The repository of the builder."""
    return builder.build()


@pytest.fixture
def head(repository: Repository) -> str:
    """The commit of the default branch."""
    commit = repository.resolve("HEAD")
    assert commit is not None
    return commit


@pytest.fixture
def server(repository: Repository) -> Iterator[GitHubServer]:
    """A running server with the repository, a private one and an empty one."""
    secret = RepositoryBuilder("Ada", "Secret", private=True)
    secret.commit({"plan.txt": b"the plan\n", "big.bin": LfsFile(b"\0" * 99)})
    empty = RepositoryBuilder("Ada", "Empty").build()
    served = GitHubServer([repository, secret.build(), empty])
    served.tokens["good"] = Account("grace", frozenset({"ada/secret"}))
    served.tokens["other"] = Account("linus")
    with served.running():
        yield served


@pytest.fixture(scope="session")
def no_trust() -> ssl.SSLContext:
    """Loading the certificates of the system for every client takes long."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def client(no_trust: ssl.SSLContext) -> Iterator[httpx.Client]:
    """A client that asks for no compression."""
    headers = {"accept-encoding": "identity"}
    with httpx.Client(timeout=10, headers=headers, verify=no_trust) as made:
        yield made


@pytest.fixture
def api(server: GitHubServer, client: httpx.Client) -> Callable[..., httpx.Response]:
    """GET below the repository's API address."""

    def get(path: str = "", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(f"{server.api_url}/repos/Ada/Notes{path}", headers=named)

    return get


@pytest.fixture
def raw(server: GitHubServer, client: httpx.Client) -> Callable[..., httpx.Response]:
    """GET below the repository's raw address."""

    def get(path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(f"{server.raw_url}/Ada/Notes{path}", headers=named)

    return get


@pytest.fixture
def git() -> Callable[..., str]:
    """Run the real git."""
    executable = shutil.which("git")
    if executable is None:
        pytest.skip("git is not installed")

    def run(*arguments: str | Path, cwd: Path | None = None) -> str:
        command = [executable, *map(str, arguments)]
        done = subprocess.run(command, cwd=cwd, check=True, capture_output=True)  # noqa: S603 - made here
        return done.stdout.decode("utf-8", "surrogateescape")

    return run


@pytest.fixture
def exported(tmp_path: Path, repository: Repository) -> Path:
    """The repository as a bare git repository on disk."""
    path = tmp_path / "exported.git"
    path.mkdir()
    objects = repository.objects
    assert isinstance(objects, GitObjects)
    with Repo.init_bare(str(path)) as bare:
        for oid in objects.store:
            bare.object_store.add_object(objects.store[oid])
        for ref, target in repository.refs.items():
            bare.refs[Ref(ref.encode())] = target.encode()  # type: ignore[assignment]  # dulwich's own type of ids
        default = f"refs/heads/{repository.default_branch}"
        bare.refs.set_symbolic_ref(Ref(b"HEAD"), Ref(default.encode()))
    return path
