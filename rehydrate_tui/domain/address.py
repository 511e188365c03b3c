"""Pasted text to a repository: every form of address that people copy.

`parse_address` only reads; where a branch name ends and a path begins cannot be
known from the text alone (`tree/feature/x/data`), so such segments stay together in
`RepoAddress.ambiguous` until the client has asked for the refs that exist.
"""

from __future__ import annotations

import re

from rehydrate_tui.domain.address_hosts import is_known_host, parse_url
from rehydrate_tui.domain.address_parts import (
    ADDRESS_HINT,
    Address,
    GistAddress,
    RepoAddress,
    address_error,
    clean_path,
    make_repo_id,
    split_url,
)
from rehydrate_tui.domain.objects import DEFAULT_HOST
from rehydrate_tui.errors import AddressError

__all__ = ["Address", "GistAddress", "RepoAddress", "parse_address"]

MAX_ADDRESS_LENGTH = 4096

_COMMANDS = re.compile(r"^[!%]?\s*(?:curl|wget|git\s+clone|pip\s+install)\s", re.ASCII)
_URL = re.compile(r"(?:[a-z][a-z+.-]*://|git@)[^\s'\"<>]+", re.IGNORECASE)
_SCP = re.compile(r"(?:[A-Za-z0-9_-]+)@([A-Za-z0-9.-]+):(?!//)/?(.+)")
_SHORT = re.compile(r"([^/@:\s]+)/([^/@:\s]+?)(?:@([^:\s]+))?(?::(.*))?")


def parse_address(text: str, *, host: str = DEFAULT_HOST) -> Address:
    """Read what a person pasted.

    Args:
        text: an address in any form of the contract's list, or a `curl` line with one.
        host: the GitHub host that `owner/repo` means.

    Raises:
        AddressError: it names no repository.
    """
    stripped = text.strip()
    if not stripped:
        raise AddressError("No address was given.", hint=ADDRESS_HINT)
    if len(stripped) > MAX_ADDRESS_LENGTH:
        raise address_error(stripped, "is too long for an address")
    if _COMMANDS.match(stripped):
        found = _URL.search(stripped)
        stripped = found[0] if found else stripped
    stripped = stripped.strip("'\"<>")
    if "://" in stripped:
        return parse_url(split_url(stripped), stripped, host)
    scp = _SCP.fullmatch(stripped)
    if scp is not None:
        return parse_url(split_url(f"ssh://git@{scp[1]}/{scp[2]}"), stripped, host)
    return _parse_schemeless(stripped, host)


def _parse_schemeless(text: str, host: str) -> Address:
    """`github.com/o/r/…` without a scheme, or the short form `o/r@ref:path`."""
    first = text.split("/", 1)[0].lower()
    if "/" in text and is_known_host(first, host):
        return parse_url(split_url(f"https://{text}"), text, host)
    match = _SHORT.fullmatch(text.rstrip("/"))
    if match is None:
        raise address_error(text, "is not an address of a repository")
    owner, name, ref, path = match.groups()
    return RepoAddress(
        repo=make_repo_id(owner, name, text, host),
        ref=ref or None,
        path=clean_path((path or "").split("/"), text),
    )
