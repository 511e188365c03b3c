"""Where hosts answer."""

from __future__ import annotations

import pytest

from rehydrate_tui.domain.endpoints import (
    Endpoints,
    endpoints_for,
    override_endpoints,
)
from rehydrate_tui.errors import UsageError


@pytest.mark.parametrize(
    ("host", "api", "raw"),
    [
        (
            "github.com",
            "https://api.github.com",
            "https://raw.githubusercontent.com/{owner}/{repo}/{commit}/{path}",
        ),
        (
            "octo.ghe.com",
            "https://api.octo.ghe.com",
            "https://octo.ghe.com/{owner}/{repo}/raw/{commit}/{path}",
        ),
        (
            "github.example.com:8443",
            "https://github.example.com:8443/api/v3",
            "https://github.example.com:8443/{owner}/{repo}/raw/{commit}/{path}",
        ),
    ],
)
def test_endpoints_follow_the_kind_of_host(host: str, api: str, raw: str) -> None:
    """github.com, data residency and Enterprise Server have addresses of their own."""
    endpoints = endpoints_for(host)
    assert (endpoints.api, endpoints.raw) == (api, raw)
    assert endpoints.lfs == f"https://{host}/{{owner}}/{{repo}}.git/info/lfs"
    assert "{commit}" in endpoints.archive


def test_only_what_is_given_is_replaced() -> None:
    """Empty and absent values leave the host's own; a slash at the end is dropped."""
    usual = endpoints_for("github.com")
    assert override_endpoints(usual) == usual
    assert override_endpoints(usual, api="", raw=None) == usual
    changed = override_endpoints(usual, api="http://127.0.0.1:8000/")
    assert changed.api == "http://127.0.0.1:8000"
    assert changed.raw == usual.raw
    every = {
        "api": "https://a",
        "raw": "https://r/{path}",
        "archive": "https://c",
        "lfs": "https://l",
    }
    assert override_endpoints(usual, **every) == Endpoints(**every)


@pytest.mark.parametrize("key", ["api", "raw", "archive", "lfs"])
@pytest.mark.parametrize(
    "value", ["ftp://x/{path}", "example.com/{path}", "file:///{path}"]
)
def test_an_endpoint_is_a_web_address(key: str, value: str) -> None:
    """Anything else is refused, and the variable named."""
    with pytest.raises(UsageError, match=f"REHYDRATE_{key.upper()}_URL is no web"):
        override_endpoints(endpoints_for("github.com"), **{key: value})


def test_the_raw_template_needs_a_path() -> None:
    """Without it every file would be the same one."""
    with pytest.raises(UsageError, match=r"does not contain \{path\}"):
        override_endpoints(endpoints_for("github.com"), raw="https://mirror.example")
