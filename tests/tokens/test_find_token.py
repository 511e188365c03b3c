"""Where a token is looked for, in which order, and for which host."""

from __future__ import annotations

import copy
import json
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from rehydrate_tui.storage.credentials import Token, find_token, withheld

HOST = "github.com"
CORP = "github.corp.example"
TENANT = "octo.ghe.com"


def found(host: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return secret and source of what is found."""
    token = find_token(host, environ)
    return None if token is None else (token.reveal(), token.source)


@pytest.mark.parametrize(
    ("host", "environ", "source"),
    [
        (HOST, {"GH_TOKEN": "a", "GITHUB_TOKEN": "b"}, "GH_TOKEN"),
        (HOST, {"GITHUB_TOKEN": "b"}, "GITHUB_TOKEN"),
        (HOST, {"GH_TOKEN": " ", "GITHUB_TOKEN": "b"}, "GITHUB_TOKEN"),
        (TENANT, {"GH_TOKEN": "a", "GH_ENTERPRISE_TOKEN": "c"}, "GH_TOKEN"),
        (CORP, {"GH_TOKEN": "a", "GH_ENTERPRISE_TOKEN": "c"}, "GH_ENTERPRISE_TOKEN"),
        (CORP, {"GITHUB_ENTERPRISE_TOKEN": "d"}, "GITHUB_ENTERPRISE_TOKEN"),
        (CORP, {"GITHUB_TOKEN": "b", "CODESPACES": "true"}, "GITHUB_TOKEN"),
        (
            CORP,
            {"GITHUB_TOKEN": "b", "CODESPACES": "true", "GH_ENTERPRISE_TOKEN": "c"},
            "GH_ENTERPRISE_TOKEN",
        ),
    ],
)
def test_variables(host: str, environ: dict[str, str], source: str) -> None:
    """Each kind of host has its own variables, in the order of GitHub's own client."""
    assert found(host, environ) == (environ[source].strip(), source)


@pytest.mark.parametrize(
    ("host", "environ"),
    [
        (CORP, {"GH_TOKEN": "a", "GITHUB_TOKEN": "b"}),
        (CORP, {"GITHUB_TOKEN": "b", "CODESPACES": "false"}),
        (CORP, {"GITHUB_TOKEN": "b", "CODESPACES": ""}),
        (HOST, {"GH_ENTERPRISE_TOKEN": "c", "GITHUB_ENTERPRISE_TOKEN": "d"}),
        ("github.com.evil.example", {"GH_TOKEN": "a"}),
        ("evilghe.com", {"GH_TOKEN": "a"}),
        ("ghe.com", {"GH_TOKEN": "a"}),
        (HOST, {}),
        (HOST, {"GH_TOKEN": "\t "}),
    ],
)
def test_a_token_is_for_its_own_host(host: str, environ: dict[str, str]) -> None:
    """A token of github.com is never offered to another host, nor the other way."""
    assert found(host, environ) is None


HOSTS_FILES = {
    "new": f"""\
{HOST}:
    git_protocol: https
    users:
        monalisa:
            oauth_token: gho_of_monalisa
        hubot:
            oauth_token: gho_of_hubot
    user: monalisa
    oauth_token: gho_wanted
{CORP}:
    oauth_token: gho_corp
""",
    "old": f"{CORP}:\n  oauth_token: gho_corp\n{HOST}:\n  oauth_token: gho_wanted\n  user: m\n",
    "quoted": f'{HOST}:\n    oauth_token: "gho_wanted"\n',
    "single quotes": f"{HOST}:\n    oauth_token: 'gho_wanted'\n",
    "comments": f"# made by hand\n\n{HOST}:\n    # mine\n    oauth_token: gho_wanted\n",
    "windows": f"{HOST}:\r\n    oauth_token: gho_wanted\r\n",
    "last line": f"{HOST}:\n    user: m\n    oauth_token: gho_wanted",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTS_FILES.values(), ids=HOSTS_FILES)
def test_hosts_file(tmp_path: Path, text: str) -> None:
    """The token of the active account of the host, in every form that gh has written."""
    (tmp_path / "hosts.yml").write_bytes(text.encode())
    environ = {"GH_CONFIG_DIR": str(tmp_path)}
    assert found(HOST, environ) == ("gho_wanted", "the hosts file of gh")


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{HOST}:\n",
        f"{HOST}:\n    user: m\n",
        f"{HOST}:\n    users:\n        m:\n            oauth_token: gho_x\n",
        f"{CORP}:\n    oauth_token: gho_x\n",
        f"x.{HOST}:\n    oauth_token: gho_x\n",
        "oauth_token: gho_x\n",
        f"{HOST}:\n    oauth_token:\n",
        f"{HOST}:\n    oauth_token: ''\n",
        "\x00\xff\n\n::::\n- - -\n{",
    ],
)
def test_hosts_file_without_the_token(tmp_path: Path, text: str) -> None:
    """A key ring holds it, another host's it is, or the file is no such file: none."""
    (tmp_path / "hosts.yml").write_bytes(text.encode("latin-1"))
    assert found(HOST, {"GH_CONFIG_DIR": str(tmp_path)}) is None


@pytest.mark.parametrize(
    ("variable", "below"),
    [
        ("GH_CONFIG_DIR", ""),
        ("XDG_CONFIG_HOME", "gh"),
        ("AppData", "GitHub CLI"),
        ("HOME", ".config/gh"),
    ],
)
def test_place_of_the_hosts_file(tmp_path: Path, variable: str, below: str) -> None:
    """The folders in which gh keeps its configuration on each platform."""
    folder = tmp_path / below
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hosts.yml").write_text(HOSTS_FILES["new"])
    assert found(HOST, {variable: str(tmp_path)}) is not None


def test_the_first_folder_counts_alone(tmp_path: Path) -> None:
    """As with gh: another folder that was chosen is not filled up from home."""
    home = tmp_path / ".config/gh"
    home.mkdir(parents=True)
    (home / "hosts.yml").write_text(HOSTS_FILES["new"])
    environ = {"HOME": str(tmp_path), "GH_CONFIG_DIR": str(tmp_path / "empty")}
    assert found(HOST, environ) is None


def test_a_hosts_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A folder in its place is no reason to stop."""
    (tmp_path / "hosts.yml").mkdir()
    assert found(HOST, {"GH_CONFIG_DIR": str(tmp_path)}) is None


def fake_gh(folder: Path, script: str) -> Path:
    """Write a program `gh`; its `asked.json` tells what it was called with."""
    program = folder / "gh"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys, os\n"
        "here = os.path.dirname(os.path.abspath(__file__))\n"
        "json.dump(sys.argv[1:], open(os.path.join(here, 'asked.json'), 'w'))\n"
        f"{script}\n"
    )
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("host", [HOST, CORP])
def test_key_ring(tmp_path: Path, host: str) -> None:
    """The client itself is asked for the token of the host, by its documented command."""
    fake_gh(tmp_path, "print('gho_ring')")
    assert found(host, {"PATH": str(tmp_path)}) == ("gho_ring", "gh auth token")
    asked = json.loads((tmp_path / "asked.json").read_text())
    assert asked == ["auth", "token", "--hostname", host]


def test_gh_in_another_place(tmp_path: Path) -> None:
    """`GH_PATH` says where it is."""
    program = fake_gh(tmp_path, "print('gho_ring')")
    assert found(HOST, {"GH_PATH": str(program)}) == ("gho_ring", "gh auth token")


@pytest.mark.parametrize(
    "script",
    [
        "sys.exit('no oauth token found for github.com')",
        "print('gho_half'); sys.exit(4)",
        "print()",
        "pass",
    ],
)
def test_a_gh_without_a_token(tmp_path: Path, script: str) -> None:
    """Not logged in, an old version, nothing said: no token."""
    fake_gh(tmp_path, script)
    assert found(HOST, {"PATH": str(tmp_path)}) is None


@pytest.mark.parametrize("content", ["not a program", ""])
def test_a_gh_that_cannot_be_run(tmp_path: Path, content: str) -> None:
    """A file that is no program is no reason to stop."""
    program = tmp_path / "gh"
    program.write_text(content)
    program.chmod(0o755)
    assert found(HOST, {"PATH": str(tmp_path)}) is None
    assert found(HOST, {"GH_PATH": str(tmp_path / "gone")}) is None


def test_a_gh_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked key ring that waits for somebody is given up."""
    monkeypatch.setattr("rehydrate_tui.storage.credentials._GH_SECONDS", 0.05)
    fake_gh(tmp_path, "sys.stdin = open(os.pipe()[0]); sys.stdin.read()")
    assert found(HOST, {"PATH": str(tmp_path)}) is None


def test_a_program_in_the_working_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository that brings a file named gh does not get it run."""
    fake_gh(tmp_path, "print('gho_evil')")
    monkeypatch.chdir(tmp_path)
    assert found(HOST, {"PATH": "."}) is None
    assert not (tmp_path / "asked.json").exists()


def test_order(tmp_path: Path) -> None:
    """Environment, hosts file, key ring; a later place is not even asked."""
    fake_gh(tmp_path, "print('gho_ring')")
    (tmp_path / "hosts.yml").write_text(HOSTS_FILES["new"])
    environ = {"PATH": str(tmp_path), "GH_CONFIG_DIR": str(tmp_path)}
    assert found(HOST, {**environ, "GITHUB_TOKEN": "b"}) == ("b", "GITHUB_TOKEN")
    assert found(HOST, environ) == ("gho_wanted", "the hosts file of gh")
    assert not (tmp_path / "asked.json").exists()


def test_a_token_does_not_show_itself() -> None:
    """Neither printed, formatted, nor written by pickle or copy."""
    token = Token("ghp_secret", "GH_TOKEN")
    assert "ghp_secret" not in f"{token} {token!r} {[token]} {vars(Token)}"
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(token)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (HOST, ()),
        (TENANT, ()),
        ("evil.example", ("GH_ENTERPRISE_TOKEN",)),
    ],
)
def test_what_is_withheld(host: str, expected: tuple[str, ...]) -> None:
    """The Enterprise variables name no host, so a manifest may not choose it."""
    environ = {"GH_TOKEN": "a", "GITHUB_TOKEN": "b", "GH_ENTERPRISE_TOKEN": "c"}
    assert withheld(host, environ) == expected
