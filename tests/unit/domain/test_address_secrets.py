"""No password or token of a pasted address ever comes out again."""

from __future__ import annotations

import traceback
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.address import parse_address
from rehydrate_tui.domain.redact import redact
from rehydrate_tui.errors import AddressError

TOKEN = "ghp_S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3cr3"
NOTE = (
    "A user name, password or token in the address was dropped; "
    "set GH_TOKEN if the repository is private."
)

READABLE = [
    f"https://user:{TOKEN}@github.com/o/r",
    f"https://{TOKEN}@github.com/o/r.git",
    f"https://{TOKEN}:x-oauth-basic@github.com/o/r/tree/main",
    f"user:{TOKEN}@github.com/o/r",
    f"{TOKEN}@github.com/o/r",
    f"git+https://user:{TOKEN}@github.com/o/r@main",
    f"ssh://git:{TOKEN}@github.com/o/r.git",
    f"git://{TOKEN}@github.com/o/r.git",
    f"!git clone https://user:{TOKEN}@github.com/o/r.git",
    f"https://raw.githubusercontent.com/o/r/main/a.csv?token={TOKEN}",
    f"https://user:{TOKEN}@gist.github.com/user/0123456789abcdef",
    f"https://nbviewer.org/urls/user:{TOKEN}@github.com/o/r/blob/main/a.ipynb",
    f"https://user:{TOKEN}@nbviewer.org/github/o/r/blob/main/a.ipynb",
    "https://kaggle.com/kernels/welcome?src="
    + quote(f"https://user:{TOKEN}@github.com/o/r", safe=""),
    "https://mybinder.org/v2/git/"
    + quote(f"https://user:{TOKEN}@github.com/o/r", safe="")
    + "/main",
]

UNREADABLE = [
    f"https://user:{TOKEN}@github.com/o",
    f"https://user:{TOKEN}@gitlab.com/o/r",
    f"https://{TOKEN}@gitlab.com/o/r",
    f"https://user:{TOKEN}@github.com:port/o/r",
    f"https://user:x/{TOKEN}@github.com/o/r",
    f"https://user:12/{TOKEN}@github.com/o/r",
    f"https://user:x {TOKEN}@github.com/o",
    f"https://user:x@{TOKEN}@github.com/o",
    f"https://user://{TOKEN}@github.com/o",
    f"https://user:{TOKEN}#@github.com/o/r",
    f"https://user:{TOKEN}\u2100@github.com/o/r",
    f"user:{TOKEN}@github.com:o/r",
    f"user:{TOKEN}@localhost/o/r",
    f"ftp://user:{TOKEN}@github.com/o/r",
    f"https://github.com/user:{TOKEN}@x/r",
    f"https://github.com/{TOKEN}!/r",
    f"https://user:{TOKEN}@github.com/o/r/tree/main/../x",
    f"https://raw.githubusercontent.com/o?token={TOKEN}",
    f"https://nbviewer.org/urls/{TOKEN}@gitlab.com/o/r",
    f"https://mybinder.org/v2/git/https%3A%2F%2Fuser%3A{TOKEN}%40gitlab.com%2Fr/x",
    f"https://kaggle.com/kernels/welcome?src=https%3A%2F%2F{TOKEN}%40gitlab.com%2Fr",
    f"curl -u user:{TOKEN} https://example.com/o/r",
    f"curl -H 'Authorization: token {TOKEN}' example.com",
    f"https://user:{TOKEN}" + "x" * 5000,
]


@pytest.mark.parametrize("text", READABLE)
def test_credentials_are_dropped_and_noted(text: str) -> None:
    """An address with a login is read, says once that it was dropped, and is rid of it."""
    address = parse_address(text)
    assert address.notes == (NOTE,)
    assert "S3cr3t" not in repr(address)


@pytest.mark.parametrize("text", ["git@github.com:o/r", "ssh://git@github.com/o/r"])
def test_the_user_of_ssh_is_no_secret(text: str) -> None:
    """The login that everybody uses for ssh is not worth a word."""
    assert parse_address(text).notes == ()


@pytest.mark.parametrize("text", UNREADABLE)
def test_errors_do_not_show_credentials(text: str) -> None:
    """Neither the error nor its traceback holds the password that was pasted."""
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    report = "".join(traceback.format_exception_only(caught.type, caught.value))
    assert "S3cr3t" not in report
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def outcome(text: str) -> str:
    """Return all that parsing `text` brings out: the address, or the error."""
    try:
        return repr(parse_address(text))
    except AddressError as error:
        return str(error)


passwords = st.text(min_size=1, max_size=20).map("S3cr3t{}S3cr3t".format)


@given(
    passwords,
    st.sampled_from(["https://", "ssh://", "ftp://", ""]),
    st.sampled_from(["github.com", "gitlab.com", "localhost", "[", "github.com:x"]),
    st.sampled_from(["/o/r", "/o", "/o/r/tree/main/../x", ":o/r", ""]),
)
def test_no_password_survives(password: str, scheme: str, host: str, rest: str) -> None:
    """Whatever characters a password has, it is in no error and in no address."""
    assert "S3cr3t" not in outcome(f"{scheme}user:{password}@{host}{rest}")


@given(passwords, st.integers(min_value=1, max_value=3))
def test_encoding_does_not_hide_a_password(password: str, times: int) -> None:
    """A password is masked in an address inside another one, however often encoded."""
    text = f"https://user:{password}@github.com/o/r"
    for _ in range(times):
        text = quote(text, safe="")
    assert "S3cr3t" not in redact(f"https://example.com/?src={text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("o/r@main:data", "o/r@main:data"),
        ("https://github.com/o/r@main", "https://github.com/o/r@main"),
        ("git@github.com:o/r.git", "git@github.com:o/r.git"),
        ("https://github.com/o/r/blob/main/a:b.csv", None),
        ("https://user:pw@host/x", "https://…@host/x"),
        ("https://github_pat_abc123@host/x", "https://…@host/x"),
        ("see gho_abcDEF, please", "see …, please"),
        ("/x?access_token=abc&y=1", "/x?access_token=…&y=1"),
    ],
)
def test_redaction_leaves_the_rest_readable(text: str, expected: str | None) -> None:
    """Text without credentials stays as it is; with some, the rest stays."""
    assert redact(text) == (text if expected is None else expected)
