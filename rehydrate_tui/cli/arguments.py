"""The options, declared once."""

from __future__ import annotations

import argparse
from typing import NoReturn

from rehydrate_tui.errors import UsageError
from rehydrate_tui.version import __version__

PROGRAM = "rehydrate-tui"
ALIAS = "rehydrate"

DESCRIPTION = """\
Browse a GitHub repository in the terminal, tick the files that this session needs,
see what they cost, download them verified, and save a manifest that brings exactly
the same bytes back next time.
"""

EXAMPLES = """\
examples:
  rehydrate-tui jakevdp/PythonDataScienceHandbook
  rehydrate-tui --demo
  rehydrate-tui --replay manifest.toml
  rehydrate-tui --status manifest.toml --remote
  rehydrate-tui --update manifest.toml --dry-run
  rehydrate-tui --list owner/repo '*.csv'
  rehydrate-tui --pick owner/repo@main data/ '*.ipynb' --save manifest.toml

exit status:
  0 all in place   1 something is missing   2 the call or the manifest is wrong
  3 above a size limit or the free space   4 a conflict under --on-conflict fail
  130 interrupted

settings:
  Many options have an environment variable (REHYDRATE_DEST for --dest) and a default
  in config.toml: see --print-reference. A token for private repositories is read
  from GH_TOKEN or GITHUB_TOKEN.
"""


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing, so that all errors look alike."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}.", hint="See rehydrate-tui --help.")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [REPO] [options]",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument(
        "repo",
        nargs="?",
        metavar="REPO",
        help="owner/repo, owner/repo@ref:folder, or any address copied from GitHub",
    )
    _add_modes(parser)
    _add_files(parser)
    _add_output(parser)
    return parser


def _add_modes(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("without the terminal interface")
    modes = group.add_mutually_exclusive_group()
    modes.add_argument(
        "--replay",
        metavar="MANIFEST",
        help="bring back everything that a manifest lists; - reads standard input",
    )
    modes.add_argument(
        "--status",
        metavar="MANIFEST",
        help="show what is missing or edited; changes nothing",
    )
    modes.add_argument(
        "--update",
        metavar="MANIFEST",
        help="pin the newest commits, show what changed; downloads nothing",
    )
    modes.add_argument(
        "--list",
        nargs="+",
        metavar=("REPO", "GLOB"),
        help="print paths with sizes",
    )
    modes.add_argument(
        "--pick",
        nargs="+",
        metavar=("REPO", "GLOB"),
        help="download what gitignore patterns match",
    )
    modes.add_argument(
        "--export",
        nargs="+",
        metavar=("FORM", "MANIFEST"),
        help="print what brings the files without this program: cell, magic (for "
        "notebooks), python, curl (scripts)",
    )
    modes.add_argument(
        "--plain",
        action="store_true",
        help="pick files line by line, for screen readers and plain terminals",
    )
    group.add_argument(
        "--into",
        metavar="NOTEBOOK",
        help="with --export cell or magic: put the cell first into a notebook, once",
    )
    group.add_argument(
        "--save", metavar="FILE", help="with --pick: write the manifest to FILE"
    )
    group.add_argument(
        "--remote",
        action="store_true",
        help="with --status: also what changed upstream (one API call per source)",
    )
    group.add_argument(
        "--output",
        metavar="FILE",
        help="with --update or --export: write to FILE instead",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="show what would be done, touch nothing"
    )
    group.add_argument(
        "--demo",
        action="store_true",
        help="use an embedded GitHub with a sample repository: no network, no account",
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("files")
    group.add_argument("--dest", metavar="DIR", help="where files go (default: here)")
    group.add_argument(
        "--manifest", metavar="FILE", help="preselect from FILE, and save to it"
    )
    group.add_argument("--ref", help="a branch, tag or commit, instead of REPO's own")
    group.add_argument("--host", help="the GitHub host that owner/repo means")
    group.add_argument(
        "--on-conflict",
        choices=["keep", "overwrite", "backup", "fail"],
        help="what to do with a local file that differs (default: keep)",
    )
    group.add_argument(
        "--max-size", metavar="SIZE", help="refuse to fetch more than SIZE (250MB)"
    )
    group.add_argument(
        "--warn-size", metavar="SIZE", help="call a file large from SIZE on (50MB)"
    )
    _add_network(parser)


def _add_network(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("network")
    group.add_argument(
        "--jobs",
        metavar="N",
        help="transfers at once, at most (default: as many as help)",
    )
    group.add_argument(
        "--transport",
        choices=["auto", "files", "archive"],
        help="bring files one by one, by the archive of their commit, or as is quicker "
        "(default: auto)",
    )
    group.add_argument(
        "--wait",
        metavar="SECONDS",
        help="wait this long for limits of the hosts, all in all (default: 120)",
    )
    group.add_argument(
        "--cache",
        metavar="DIR",
        help="look for contents in DIR first and keep them there; off: do not. Whoever "
        "may read DIR can read them",
    )
    group.add_argument(
        "--offline",
        action="store_true",
        help="ask nobody: only what is on disk and in the cache",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--json", action="store_true", help="one JSON document")
    group.add_argument(
        "--progress",
        choices=["auto", "bar", "line", "log", "none"],
        help="how progress is shown (default: auto)",
    )
    group.add_argument("--quiet", action="store_true", help="errors only")
    group.add_argument(
        "--verbose", action="store_true", help="tell more, each request too"
    )
    group.add_argument(
        "--log",
        metavar="FILE",
        help="append all that is told, and each request, to FILE",
    )
    group.add_argument(
        "--tui", action="store_true", help="open the interface also inside a notebook"
    )
    group.add_argument(
        "--print-completion",
        metavar="SHELL",
        help="print the completion script for bash, zsh, fish or tcsh",
    )
    group.add_argument(
        "--print-reference",
        metavar="FORM",
        help="print this as a manual page (man) or a table (markdown), or all keys (keys)",
    )
    group.add_argument(
        "--version", action="version", version=__version__, help="show the version"
    )
    group.add_argument("-h", "--help", action="help", help="show this text")
