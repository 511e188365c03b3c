"""Where a GitHub host answers: API, raw files, archives and Git LFS."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rehydrate_tui.domain.objects import DEFAULT_HOST
from rehydrate_tui.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of one host.

    All but `api` are templates over `{owner}`, `{repo}`, `{commit}` and `{path}`.
    """

    api: str
    raw: str
    archive: str
    lfs: str
    """Base of the LFS API; `/objects/batch` is appended."""


_PUBLIC = Endpoints(
    api="https://api.github.com",
    raw="https://raw.githubusercontent.com/{owner}/{repo}/{commit}/{path}",
    archive="https://codeload.github.com/{owner}/{repo}/tar.gz/{commit}",
    lfs="https://github.com/{owner}/{repo}.git/info/lfs",
)


def endpoints_for(host: str) -> Endpoints:
    """Derive the endpoints from the kind of host.

    github.com has its own names, `*.ghe.com` (data residency) puts the API on a
    subdomain, anything else is an Enterprise Server with its paths.
    """
    if host == DEFAULT_HOST:
        return _PUBLIC
    web = f"https://{host}"
    api = f"https://api.{host}" if host.endswith(".ghe.com") else f"{web}/api/v3"
    return Endpoints(
        api=api,
        raw=f"{web}/{{owner}}/{{repo}}/raw/{{commit}}/{{path}}",
        archive=f"{web}/{{owner}}/{{repo}}/archive/{{commit}}.tar.gz",
        lfs=f"{web}/{{owner}}/{{repo}}.git/info/lfs",
    )


def override_endpoints(
    endpoints: Endpoints,
    *,
    api: str | None = None,
    raw: str | None = None,
    archive: str | None = None,
    lfs: str | None = None,
) -> Endpoints:
    """Replace what the person has set (`REHYDRATE_API_URL` and its siblings).

    Raises:
        UsageError: the raw template lacks `{path}`, or one is no http address.
    """
    given = {"api": api, "raw": raw, "archive": archive, "lfs": lfs}
    chosen = {key: value.rstrip("/") for key, value in given.items() if value}
    for key, value in chosen.items():
        if not value.startswith(("https://", "http://")):
            raise UsageError(
                f"REHYDRATE_{key.upper()}_URL is no web address: “{value}”.",
                hint="It starts with https:// (or http:// on this machine).",
            )
    if "raw" in chosen and "{path}" not in chosen["raw"]:
        raise UsageError(
            "REHYDRATE_RAW_URL does not contain {path}.",
            hint="Write it as https://host/{owner}/{repo}/{commit}/{path}.",
        )
    return replace(endpoints, **chosen)
