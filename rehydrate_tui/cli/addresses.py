"""The address of a repository among the arguments."""

from __future__ import annotations

from dataclasses import replace

from rehydrate_tui.cli.options import Options
from rehydrate_tui.domain.address import GistAddress, RepoAddress, parse_address
from rehydrate_tui.errors import AddressError


def read_address(options: Options, text: str) -> RepoAddress:
    """Read the address of a repository; `--ref` replaces its ref.

    Raises:
        AddressError: it names no repository.
    """
    address = parse_address(text, host=options.settings.host)
    if isinstance(address, GistAddress):
        raise AddressError(
            "This is the address of a gist; only repositories can be opened.",
            hint="Clone the gist, or put the files into a repository.",
        )
    ref = options.arguments.ref
    return replace(address, ref=ref, ambiguous=()) if ref else address
