from __future__ import annotations

import json

import httpx
import pytest

from rehydrate_tui.errors import (
    BlockedError,
    CredentialError,
    EmptyRepositoryError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    RemoteError,
    ServerError,
)
from rehydrate_tui.github.answers import Answer, Caller
from rehydrate_tui.github.auth import HostBoundToken
from rehydrate_tui.github.statuses import api_error
from rehydrate_tui.storage.credentials import Token
from tests.unit.github.fake_host import API, NOW, SECRET

HTML = {"content-type": "text/html; charset=utf-8"}


def error_for(
    status: int,
    document: object = None,
    headers: dict[str, str] | None = None,
    *,
    refused: bool = False,
) -> RemoteError:
    """Return the error for an answer to a caller with a token."""
    bound = HostBoundToken(
        Token(SECRET, "GH_TOKEN"), api=httpx.URL(API), host="github.com"
    )
    if refused:
        bound.refuse()
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    answer = Answer(
        url=f"{API}/x", status=status, headers=httpx.Headers(headers or {}), body=body
    )
    caller = Caller(host="github.com", token=bound, clock=lambda: NOW)
    return api_error(answer, caller, lambda _: NotFoundError("missing"))


def says(message: str) -> dict[str, str]:
    """Return the usual body of an error."""
    return {"message": message}


@pytest.mark.parametrize("status", [404, 422])
def test_missing_is_up_to_the_asker(status: int) -> None:
    """404 and 422 mean what the one who asked says they mean."""
    assert error_for(status).message == "missing"


@pytest.mark.parametrize(
    ("status", "document", "kind"),
    [
        (401, says("Bad credentials"), CredentialError),
        (403, says("Resource not accessible by integration"), CredentialError),
        (403, says("You have exceeded a secondary rate limit"), RateLimitedError),
        (403, says("Repository access blocked"), BlockedError),
        (403, {"message": "x", "block": {"reason": "tos"}}, BlockedError),
        (409, says("Git Repository is empty."), EmptyRepositoryError),
        (409, says("Something else"), RemoteError),
        (429, says("slow down"), RateLimitedError),
        (451, says("Repository access blocked"), BlockedError),
        (400, says("Unknown version"), RemoteError),
        (410, says("Gone"), RemoteError),
        (204, says(""), RemoteError),
        (500, b"<html>", ServerError),
        (502, {"error": "Server Error"}, ServerError),
        (503, b"", ServerError),
    ],
)
def test_statuses(status: int, document: object, kind: type[RemoteError]) -> None:
    """Each status of the contract has its own error, which knows status and address."""
    error = error_for(status, document)
    assert type(error) is kind
    assert error.status == status
    assert error.url == f"{API}/x"


@pytest.mark.parametrize("status", [400, 403])
def test_a_page_is_no_answer_of_the_api(status: int) -> None:
    """An HTML page instead of an error points to a proxy or login in between."""
    error = error_for(status, b"<html>Blocked by your company</html>", HTML)
    assert type(error) is PayloadError
    assert "proxy" in error.hint


def test_too_large() -> None:
    """A blob above 100 MB is told apart from a lack of rights."""
    body = {"message": "too big", "errors": [{"code": "too_large"}]}
    assert "100 MB" in error_for(403, body).message


def test_refused_token_is_named() -> None:
    """When both the token and going without fail, the message says so."""
    error = error_for(401, says("Requires authentication"), refused=True)
    assert "token from GH_TOKEN was refused" in error.message
    assert "Requires authentication" in error.message


def test_sso_link_is_shown() -> None:
    """A link to the host's own sign-on is handed on."""
    link = "https://github.com/orgs/acme/sso?authorization_request=1"
    header = {"x-github-sso": f"required; url={link}"}
    error = error_for(403, says("Resource protected"), header)
    assert type(error) is CredentialError
    assert link in error.hint


@pytest.mark.parametrize(
    "link",
    [
        "http://github.com/orgs/acme/sso",
        "https://github.com.evil.example/sso",
        "https://github.com@evil.example/sso",
        "https://evil@github.com/sso",
        "https://github.com:8443/sso",
        "javascript:alert(1)",
        "https://[::1",
    ],
)
def test_foreign_sso_link_is_not_shown(link: str) -> None:
    """Any other link is kept from the person."""
    header = {"x-github-sso": f"required; url={link}"}
    error = error_for(403, says("x"), header)
    assert link not in str(error)
    assert "Authorise the token" in error.hint


def test_needed_permission_is_named() -> None:
    """The permission that the API asks for is in the hint."""
    header = {"x-accepted-github-permissions": "contents=read"}
    assert "contents=read" in error_for(403, says("x"), header).hint


@pytest.mark.parametrize("status", [400, 401, 403, 451])
def test_words_of_the_server_are_safe(status: int) -> None:
    """Escape sequences, repeated tokens and endless texts do not pass."""
    hostile = f"\x1b]52;c;x\x07 {SECRET} " + "long " * 500
    error = error_for(status, says(hostile))
    assert "\x1b" not in str(error)
    assert SECRET not in str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"[]", b"{}", b'{"message": 3}', b"[" * 100_000, b'"\\ud800"', b"1"],
)
def test_odd_bodies_of_errors(body: bytes) -> None:
    """Whatever stands in the body of an error, an error of ours comes out."""
    assert isinstance(error_for(400, body), RemoteError)
