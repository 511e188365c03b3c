"""The reference: made from the parser, and the same wherever it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rehydrate_tui.cli.arguments import build_parser
from rehydrate_tui.cli.options import SETTINGS
from rehydrate_tui.tui.commands import COMMANDS
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import publish

README = Path(__file__).parents[2] / "README.md"

OPTIONS = sorted(
    option
    for action in build_parser()._actions
    for option in action.option_strings
    if option.startswith("--")
)


def test_the_table_in_the_readme_is_the_parsers(command: Command) -> None:
    """README shows what `--print-reference markdown` prints, all of it."""
    ended = command("--print-reference", "markdown")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out in README.read_text("utf-8")
    assert sorted(re.findall(r"`[-\w, ]*?(--[-a-z]+)", ended.out)) == OPTIONS


def test_the_keys_in_the_readme_are_the_tables(command: Command) -> None:
    """README shows what `--print-reference keys` prints: every command there is."""
    ended = command("--print-reference", "keys")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out in README.read_text("utf-8")
    assert all(each.explanation in ended.out for each in COMMANDS)


def test_the_manual_page_has_every_option(command: Command) -> None:
    """Names are bold and their hyphens can be searched for; sections have titles."""
    page = command("--print-reference", "man").out
    for option in OPTIONS:
        assert option.replace("-", r"\-") in page
    for title in ("NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "EXIT STATUS"):
        assert f".SH {title}\n" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_manual_page_is_sound(command: Command) -> None:
    """The formatter of manual pages has nothing to warn about."""
    page = command("--print-reference", "man").out
    formatted = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-P-c"],  # noqa: S607 - wherever it is
        input=page.encode(),
        capture_output=True,
        check=True,
    )
    assert formatted.stderr == b""
    assert b"bring back everything that a manifest lists" in formatted.stdout


def test_an_unknown_form_is_2(command: Command) -> None:
    """The error names the forms there are."""
    ended = command("--print-reference", "html")
    assert ended.status == 2
    assert "man, markdown, keys" in ended.err


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_environment_is_read_for_what_says_so(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    serve: Serve,
    manifest: Path,
    setting: str,
) -> None:
    """Nonsense in each of the variables ends a call that is fine without it."""
    notes = publish({"a.txt": b"a\n"})
    serve(notes)
    call = ("--replay", notes.pin(manifest), "--dry-run")
    assert command(*call).status == 0
    monkeypatch.setenv(
        f"REHYDRATE_{setting.upper().replace('-', '_')}", "~no one at all"
    )
    assert command(*call).status == 2
