"""Pasted text to a repository: every form of address that people copy.

`parse_address` only reads; where a branch name ends and a path begins cannot be
known from the text alone (`tree/feature/x/data`), so such segments stay together in
`RepoAddress.ambiguous` until the client has asked for the refs that exist.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rehydrate_tui.domain.address_hosts import is_known_host, parse_url
from rehydrate_tui.domain.address_parts import (
    ADDRESS_HINT,
    Address,
    GistAddress,
    RepoAddress,
    address_error,
    clean_path,
    clean_ref,
    host_name,
    make_repo_id,
    split_url,
)
from rehydrate_tui.domain.objects import DEFAULT_HOST
from rehydrate_tui.errors import AddressError

__all__ = ["Address", "GistAddress", "RepoAddress", "parse_address"]

MAX_ADDRESS_LENGTH = 4096

_COMMAND = re.compile(
    r"(?:[!%$]\s*)?(?:sudo\s+)?(curl|wget|git\s+clone|pip\s+install)\s"
)
_URL = re.compile(r"(?:[a-z][a-z+.-]*://|git@)[^\s'\"<>|]+", re.IGNORECASE)
_BRANCH = re.compile(r"\s(?:-b|--branch)[\s=]+['\"]?([^\s'\"]+)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SCP = re.compile(r"(?:[A-Za-z0-9_-]+)@([A-Za-z0-9.-]+):(?!//)/?(.+)")
_SHORT = re.compile(r"([^/@:\s]+)/([^/@:\s]+)(?:@([^:\s]+))?(?::(.*))?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# Invisible characters that come along when text is copied from a page.
_MARGIN = " \t\r\n\u00a0\u200b\u2060\ufeff"


def parse_address(text: str, *, host: str = DEFAULT_HOST) -> Address:
    """Read what a person pasted.

    Args:
        text: an address in any form of the contract's list, or a `curl`, `wget`,
            `git clone` or `pip install` line with one.
        host: the GitHub host that `owner/repo` means.

    Raises:
        AddressError: it names no repository.
    """
    stripped = text.strip(_MARGIN)
    if not stripped:
        raise AddressError("No address was given.", hint=ADDRESS_HINT)
    if len(stripped) > MAX_ADDRESS_LENGTH:
        # Not shown: cut off, a password in it could not be recognised.
        raise AddressError(
            f"{len(stripped)} characters are too long for an address.",
            hint=ADDRESS_HINT,
        )
    command = _COMMAND.match(stripped)
    if command is not None:
        return _parse_command(stripped, command[1], host.lower())
    return _parse_one(stripped.strip("'\"<>"), host.lower())


def _parse_command(line: str, name: str, host: str) -> Address:
    """Read the address in a shell line; the other words of it are not shown."""
    found = [each.rstrip(";,)") for each in _URL.findall(line)]
    if not found:
        raise AddressError(f"The {name} line holds no address.", hint=ADDRESS_HINT)
    # A proxy or a referrer can come before the address that is meant.
    wanted = next((each for each in found if _is_on_known_host(each, host)), found[0])
    address = _parse_one(wanted, host)
    branch = _BRANCH.search(line)
    if branch is None or not isinstance(address, RepoAddress):
        return address
    return replace(address, ref=clean_ref(branch[1], wanted))


def _is_on_known_host(text: str, host: str) -> bool:
    try:
        url = split_url(_with_scheme(text))
    except AddressError:
        return False
    return is_known_host(host_name(url), host)


def _parse_one(text: str, host: str) -> Address:
    if _CONTROL.search(text):
        raise address_error(text, "holds a line break or another control character")
    absolute = _with_scheme(text)
    if _SCHEME.match(absolute):
        return parse_url(split_url(absolute, text), text, host)
    first = text.split("/", 1)[0].lower()
    # An owner has no dot, so what has one is a host, known or not.
    if "/" in text and ("." in first or is_known_host(first.partition(":")[0], host)):
        return parse_url(split_url(f"https://{text}", text), text, host)
    return _parse_short(text, host)


def _with_scheme(text: str) -> str:
    """Write `git@host:path` as the ssh address it stands for."""
    scp = _SCP.fullmatch(text)
    return f"ssh://git@{scp[1]}/{scp[2]}" if scp is not None else text


def _parse_short(text: str, host: str) -> Address:
    """Read `owner/repo`, `owner/repo@ref` and `owner/repo@ref:path`."""
    match = _SHORT.fullmatch(text.rstrip("/"))
    if match is None:
        raise address_error(text, "is not an address of a repository")
    owner, name, ref, path = match.groups()
    return RepoAddress(
        repo=make_repo_id(owner, name, text, host),
        ref=clean_ref(ref or "", text),
        path=clean_path([path or ""], text),
    )
