"""Completion scripts, made from the parser and run by the shells that are here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.command import Command


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_every_option_is_in_the_script(command: Command, shell: str) -> None:
    """The script goes to stdout and knows the options of the parser."""
    ended = command("--print-completion", shell)
    assert (ended.status, ended.err) == (0, "")
    for option in ("replay", "status", "update", "on-conflict", "dest"):
        assert option in ended.out
    assert "('REPO'" not in ended.out


CHECKS = {"bash": "-n", "zsh": "-n", "fish": "--no-execute", "tcsh": "-n"}
PRESENT = [shell for shell in CHECKS if shutil.which(shell)]


@pytest.mark.parametrize("shell", PRESENT)
def test_a_shell_can_read_its_script(
    command: Command, tmp_path: Path, shell: str
) -> None:
    """Each shell that is installed here finds no fault in the script."""
    script = tmp_path / "completion"
    script.write_text(command("--print-completion", shell).out, "utf-8")
    subprocess.run([shell, CHECKS[shell], script], check=True)  # noqa: S603 - made here


def test_an_unknown_shell_is_2(command: Command) -> None:
    """The error names the shells there are."""
    ended = command("--print-completion", "korn")
    assert ended.status == 2
    assert "bash, zsh, fish, tcsh" in ended.err


COMPLETE = """
source "$1"
COMP_WORDS=(rehydrate-tui "${@:2}"); COMP_CWORD=$(($# - 1))
COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
_shtab_rehydrate_tui rehydrate-tui "${!#}" "${COMP_WORDS[$COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def test_bash_completes_options_values_and_files(
    command: Command, tmp_path: Path
) -> None:
    """What a person would see after TAB."""
    bash = shutil.which("bash")
    assert bash is not None
    script = tmp_path / "completion.bash"
    script.write_text(command("--print-completion", "bash").out, "utf-8")
    (tmp_path / "manifest.toml").touch()

    def complete(*words: str) -> list[str]:
        ended = subprocess.run(  # noqa: S603 - a script of this test
            [bash, "-c", COMPLETE, "bash", str(script), *words],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        return ended.stdout.split()

    assert complete("--stat") == ["--status"]
    assert complete("--on-conflict", "b") == ["backup"]
    assert complete("--replay", "man") == ["manifest.toml"]
