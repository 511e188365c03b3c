"""Every `--json` document against the schema that ships with the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tomli
from jsonschema import Draft202012Validator, ValidationError

from rehydrate_tui.demo.builder import Content, Executable, Gitlink, LfsFile, Symlink
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import publish
from tests.schemas import check, schema

FILES: dict[str, Content] = {
    "data/a.csv": b"a,b\n" * 50,
    "data/b.csv": b"b\n",
    "empty": b"",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "link": Symlink("empty"),
    "out": Symlink("../../elsewhere"),
    "model.npy": LfsFile(b"weights" * 900),
    "tools": Gitlink("1f7a7a472abf3dd9643fd615f6da379c4acb3e3a"),
}
NAMES = ("list", "status", "plan", "run", "update", "manifest")


@pytest.mark.parametrize("name", NAMES)
def test_the_schemas_are_schemas(name: str) -> None:
    """Each one is valid itself, and says what it is for."""
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["description"]


@pytest.fixture
def document(command: Command) -> Any:  # noqa: ANN401 - a function
    """Run a command with --json and return its one document."""

    def run(*argv: str | Path) -> dict[str, Any]:
        ended = command(*argv, "--json")
        found: dict[str, Any] = json.loads(ended.out)
        return found

    return run


def test_every_document_is_described(
    document: Any,  # noqa: ANN401 - a function
    serve: Serve,
    dest: Path,
    manifest: Path,
) -> None:
    """All modes, with all outcomes that a small repository can show."""
    notes = publish(FILES)
    serve(notes)
    check("list", document("--list", "ada/notes"))
    check("list", document("--list", "ada/notes", "*.csv"))
    arguments = ["--pick", "ada/notes", "*", "!out", "--dest", dest]
    check("plan", document(*arguments, "--dry-run"))
    picked = document(*arguments, "--save", manifest)
    check("run", picked)
    assert picked["complete"]
    check("manifest", tomli.loads(manifest.read_text("utf-8")))
    again = ["--replay", manifest, "--dest", dest]
    (dest / "data/a.csv").write_bytes(b"mine")
    check("plan", document(*again, "--dry-run"))
    check("run", document(*again))
    check("run", document(*again, "--on-conflict", "backup"))
    (dest / "data/b.csv").unlink()
    check("status", document("--status", manifest, "--dest", dest))
    notes.builder.commit({"data/a.csv": b"newer", "data/b.csv": None, "c": b"c\n"})
    check("status", document("--status", manifest, "--dest", dest, "--remote"))
    check("update", document("--update", manifest, "--dry-run"))
    check("update", document("--update", manifest))
    check("update", document("--update", manifest))


def test_failures_are_described(
    document: Any,  # noqa: ANN401 - a function
    serve: Serve,
    dest: Path,
    manifest: Path,
) -> None:
    """A link that leads outside and a file that is gone have error and code."""
    notes = publish(FILES)
    serve(notes)
    notes.pin(manifest, "out", "data/a.csv")
    text = manifest.read_text("utf-8").replace("data/a.csv", "data/gone.csv")
    manifest.write_text(text, "utf-8")
    check("plan", document("--replay", manifest, "--dest", dest, "--dry-run"))
    found = document("--replay", manifest, "--dest", dest)
    check("run", found)
    assert {file["outcome"] for file in found["files"]} == {"failed"}
    assert all(file["code"] for file in found["files"])


def test_the_documents_are_stable(
    document: Any,  # noqa: ANN401 - a function
    serve: Serve,
    dest: Path,
    manifest: Path,
) -> None:
    """The same state of things gives the same document."""
    notes = publish(FILES)
    serve(notes)
    notes.pin(manifest, "data/a.csv", "run.sh", "model.npy", ref='"main"')
    for arguments in (
        ["--list", "ada/notes"],
        ["--status", manifest, "--dest", dest, "--remote"],
        ["--replay", manifest, "--dest", dest, "--dry-run"],
        ["--update", manifest, "--dry-run"],
    ):
        assert document(*arguments) == document(*arguments)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "repository = 'notes'",
        "repository = 'ada/notes'",
        "repository = 'ada/notes'\ninclude = '*.csv'",
        "repository = 'ada/notes'\ninclude = ['*']\ncommit = 'main'",
        "repository = 'ada/notes'\ninclude = ['*']\ninto = '../x'",
        "repository = 'ada/notes'\ninclude = ['*']\nToken = 'x'",
        "repository = 'ada/notes'\n[[source.file]]\npath = '/etc/passwd'",
        "repository = 'ada/notes'\n[[source.file]]\npath = 'a/../b'",
        "repository = 'ada/notes'\n[[source.file]]\npath = 'a'\nsize = -1",
        "repository = 'ada/notes'\n[[source.file]]\npath = 'a'\nlfs = true",
    ],
)
def test_the_manifest_schema_refuses_what_the_reader_refuses(
    command: Command, manifest: Path, source: str
) -> None:
    """An editor shows the same mistakes that a replay would."""
    text = f"version = 1\n[[source]]\n{source}\n"
    manifest.write_text(text, "utf-8")
    assert command("--replay", manifest).status == 2
    with pytest.raises(ValidationError):
        Draft202012Validator(schema("manifest")).validate(tomli.loads(text))


def test_the_manifest_schema_takes_what_a_person_writes() -> None:
    """Hand-written manifests need neither pins nor files, and may have own keys."""
    text = (
        "version = 1\nowner = 'me'\n[[source]]\nrepository = 'a-b/c.d'\n"
        "include = ['*.csv', '!x/']\ninto = '.'\nhost = 'git.example.com:8443'\n"
        "[[source]]\nrepository = 'a/b'\n[[source.file]]\npath = 'x y/.z/日本語.txt'\n"
        "to = 'n.txt'\nlfs = false\n"
    )
    Draft202012Validator(schema("manifest")).validate(tomli.loads(text))
