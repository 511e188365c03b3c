"""Which reader is for which web host, and what all absolute addresses share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import SplitResult, parse_qs

from rehydrate_tui.domain import address_github as github
from rehydrate_tui.domain import address_services as services
from rehydrate_tui.domain.address_parts import (
    ADDRESS_HINT,
    Address,
    address_error,
    host_name,
    shown,
)
from rehydrate_tui.domain.objects import DEFAULT_HOST

_SECRET_NOTE = (
    "A user name, password or token in the address was dropped; "  # noqa: S105 - a sentence
    "set GH_TOKEN if the repository is private."
)

GitHubReader = Callable[[SplitResult, str, str], Address]
ServiceReader = Callable[[SplitResult, str, services.Read], Address]

_GITHUB_READERS: dict[str, GitHubReader] = {
    "github.com": github.parse_web,
    "ssh.github.com": github.parse_web,
    "raw.githubusercontent.com": github.parse_raw,
    "raw.github.com": github.parse_raw,
    "media.githubusercontent.com": github.parse_media,
    "api.github.com": github.parse_api,
    "codeload.github.com": github.parse_codeload,
    "gist.github.com": github.parse_gist,
    "gist.githubusercontent.com": github.parse_gist,
}

_SERVICE_READERS: dict[str, ServiceReader] = {
    "cdn.jsdelivr.net": services.parse_jsdelivr,
    "colab.research.google.com": services.parse_mirror,
    "vscode.dev": services.parse_mirror,
    "studiolab.sagemaker.aws": services.parse_mirror,
    "nbviewer.org": services.parse_nbviewer,
    "nbviewer.jupyter.org": services.parse_nbviewer,
    "mybinder.org": services.parse_binder,
    "kaggle.com": services.parse_kaggle,
    "github.dev": services.parse_github_dev,
}

# Subdomains of an Enterprise host, or first path segments of one without them.
_ENTERPRISE_READERS: dict[str, GitHubReader] = {
    "raw": github.parse_raw,
    "media": github.parse_raw,
    "codeload": github.parse_codeload,
    "api": github.parse_api,
}
_DATA_RESIDENCY = re.compile(r"(?:.+\.)?([a-z0-9-]+\.ghe\.com)")


def parse_url(url: SplitResult, text: str, host: str) -> Address:
    """Read an absolute address.

    Args:
        url: the address, as `split_url` returns it.
        text: what the person pasted, for errors.
        host: the GitHub host in use, besides github.com.

    Raises:
        AddressError: it names no repository, or its host is not known.
    """
    address = _read_by_host(url, text, host)
    if not _has_secret(url) or _SECRET_NOTE in address.notes:
        return address
    return replace(address, notes=(*address.notes, _SECRET_NOTE))


def is_known_host(name: str, host: str) -> bool:
    """Tell whether `name` is a host whose addresses this module reads."""
    bare = name.removeprefix("www.")
    known = bare in _GITHUB_READERS or bare in _SERVICE_READERS
    return known or bool(_enterprise_host(bare, host))


def _read_by_host(url: SplitResult, text: str, host: str) -> Address:
    name = host_name(url)
    if name in _GITHUB_READERS:
        return _GITHUB_READERS[name](url, text, DEFAULT_HOST)
    if name in _SERVICE_READERS:
        read = partial(parse_url, text=text, host=host)
        return _SERVICE_READERS[name](url, text, read)
    enterprise = _enterprise_host(name, host)
    if enterprise:
        return _read_enterprise(url, text, enterprise)
    hint = f"If it is an Enterprise host, add --host {shown(name)}. {ADDRESS_HINT}"
    raise address_error(text, f"is not on GitHub ({shown(name)})", hint=hint)


def _enterprise_host(name: str, host: str) -> str:
    """Return the web host of the Enterprise host `name`; empty if it is none."""
    bare = host.partition(":")[0]
    prefix = name.removesuffix(f".{bare}") if name.endswith(f".{bare}") else ""
    if name == bare or prefix in _ENTERPRISE_READERS:
        return host
    residency = _DATA_RESIDENCY.fullmatch(name)
    return residency[1] if residency else ""


def _read_enterprise(url: SplitResult, text: str, host: str) -> Address:
    """Read an address of an Enterprise host, with or without subdomain isolation."""
    bare = host.partition(":")[0]
    kind = host_name(url).removesuffix(bare).rstrip(".")
    path = url.path
    if not kind:
        first, _, rest = path.removeprefix("/").partition("/")
        kind = first if first in _ENTERPRISE_READERS else ""
        path = f"/{rest}" if kind in {"raw", "media", "codeload"} else path
    reader = _ENTERPRISE_READERS.get(kind, github.parse_web)
    return reader(url._replace(path=path), text, host)


def _has_secret(url: SplitResult) -> bool:
    """Tell whether the address carries a login; `git@` of ssh is none."""
    is_web = url.scheme not in {"ssh", "git+ssh"}
    has_login = url.password is not None or (is_web and url.username is not None)
    return has_login or "token" in parse_qs(url.query)
