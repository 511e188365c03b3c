"""What a dry run says of API calls, and what the run costs then."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.server import Account
from tests.conftest import Serve
from tests.end_to_end.archives import BY_ARCHIVE
from tests.end_to_end.command import Command
from tests.published import publish, requests_to
from tests.tokens.test_leaks import TOKEN

FILES: dict[str, Content] = {"a.csv": b"a\n", "b.csv": b"b\n", "copy.csv": b"a\n"}


@pytest.mark.parametrize("way", [(), BY_ARCHIVE])
@pytest.mark.parametrize("private", [False, True])
def test_no_more_calls_than_were_foretold(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: tuple[str, ...],
    private: bool,  # noqa: FBT001 - a table of values
) -> None:
    """A pinned manifest does not tell who may read it, so both answers are given."""
    notes = publish(FILES, private=private)
    server = serve(notes)
    server.tokens[TOKEN] = Account("ada")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    call: tuple[str | Path, ...] = (
        "--replay",
        notes.pin(manifest),
        "--dest",
        dest,
        *way,
    )
    told = re.search(
        r"no API calls \(if private, up to (\d+)\)", command(*call, "--dry-run").out
    )
    assert told is not None
    assert server.requests == []
    assert command(*call).status == 0
    assert len(requests_to(server, "api")) <= (int(told[1]) if private else 0)
