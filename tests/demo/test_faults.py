"""Faults: each is what a client really sees, and strikes whom it should."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx
import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.server import GitHubServer

Api = Callable[..., httpx.Response]
Raw = Callable[..., httpx.Response]
FILE = "/main/large.txt"


def drain(answer: httpx.Response, received: bytearray) -> None:
    """Collect what arrives, as far as it does."""
    for piece in answer.iter_raw():
        received += piece


def test_a_status_replaces_the_answer(server: GitHubServer, raw: Raw) -> None:
    """The origin is not asked; headers, body and content type are the fault's."""
    server.add_fault(
        Fault(
            origin="raw",
            status=418,
            headers={"x-kettle": "on"},
            body=b"short and stout",
            content_type="text/tea",
        )
    )
    answer = raw("/main/README.md")
    assert (answer.status_code, answer.text) == (418, "short and stout")
    assert answer.headers["x-kettle"] == "on"
    assert answer.headers["content-type"] == "text/tea"
    assert server.requests[-1].status == 418


@pytest.mark.parametrize("status", [500, 429, 599])
def test_a_bare_status_has_a_text(server: GitHubServer, raw: Raw, status: int) -> None:
    """A status without a body is answered with its number, known or not."""
    server.add_fault(Fault(origin="raw", status=status))
    answer = raw("/main/README.md")
    assert answer.status_code == status
    assert answer.text.startswith(f"{status}: ")


def test_headers_are_added_to_a_true_answer(server: GitHubServer, raw: Raw) -> None:
    """A fault without status or body spoils the origin's own answer."""
    server.add_fault(Fault(origin="raw", headers={"etag": '"other"'}))
    answer = raw("/main/docs/notes.txt")
    assert (answer.text, answer.headers["etag"]) == ("hello", '"other"')


@pytest.mark.parametrize("cut", [0, 1, 1000, 200_000])
def test_a_cut_transfer_is_broken_for_the_client(
    server: GitHubServer, client: httpx.Client, cut: int
) -> None:
    """The announced length is not reached: so many bytes, then the end."""
    server.add_fault(Fault(origin="raw", cut_after=cut))
    received = bytearray()
    url = f"{server.raw_url}/Ada/Notes{FILE}"
    with (
        client.stream("GET", url) as answer,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        drain(answer, received)
    assert len(received) == cut < int(answer.headers["content-length"])
    assert server.requests[-1].sent_bytes == cut


def test_a_cut_stream_is_broken_too(server: GitHubServer, client: httpx.Client) -> None:
    """A chunked archive ends without its last chunk."""
    server.add_fault(Fault(origin="codeload", cut_after=500))
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        client.get(f"{server.codeload_url}/Ada/Notes/tar.gz/main")


def test_a_connection_can_be_reset_without_an_answer(
    server: GitHubServer, raw: Raw
) -> None:
    """Nothing comes back at all."""
    server.add_fault(Fault(origin="raw", drop=True, times=1))
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        raw(FILE)
    assert server.requests[-1].status == 0
    assert raw(FILE).status_code == 200


def test_wrong_bytes_have_the_right_length(server: GitHubServer, raw: Raw) -> None:
    """Length and headers agree, the content does not."""
    true = raw("/main/README.md").content
    server.add_fault(Fault(origin="raw", corrupt=True))
    wrong = raw("/main/README.md", accept_encoding="gzip").content
    assert len(wrong) == len(true)
    assert wrong != true


@pytest.mark.parametrize("length", [0, 3, 5, 70_000])
def test_a_wrong_length_is_consistent(
    server: GitHubServer, raw: Raw, length: int
) -> None:
    """The body is cut or padded and the header says so: only the size betrays it."""
    server.add_fault(Fault(origin="raw", length=length))
    answer = raw("/main/docs/notes.txt")
    assert answer.status_code == 200
    assert len(answer.content) == length == int(answer.headers["content-length"])
    assert answer.content[:5] == b"hello"[:length]


def test_a_stalled_transfer_times_out(
    server: GitHubServer, client: httpx.Client
) -> None:
    """After so many bytes nothing more comes, and the connection stays."""
    server.add_fault(Fault(origin="raw", stall_after=100))
    received = bytearray()
    url = f"{server.raw_url}/Ada/Notes{FILE}"
    with (
        client.stream("GET", url, timeout=0.2) as answer,
        pytest.raises(httpx.ReadTimeout),
    ):
        drain(answer, received)
    assert len(received) == 100


def test_a_delayed_answer_is_late(server: GitHubServer, raw: Raw) -> None:
    """The answer begins after the delay."""
    server.add_fault(Fault(origin="raw", delay=0.15))
    before = time.monotonic()
    assert raw("/main/docs/notes.txt").text == "hello"
    assert time.monotonic() - before >= 0.15


def test_a_slow_answer_drips(server: GitHubServer, client: httpx.Client) -> None:
    """The body comes at the rate given, in several pieces."""
    server.add_fault(Fault(origin="raw", bytes_per_second=4000))
    before = time.monotonic()
    url = f"{server.raw_url}/Ada/Notes/main/README.md"
    with client.stream("GET", url) as answer:
        pieces = list(answer.iter_raw())
    assert sum(map(len, pieces)) == 649
    assert len(pieces) > 1
    assert time.monotonic() - before >= 649 / 4000


def test_a_fault_strikes_so_many_times_after_so_many(
    server: GitHubServer, raw: Raw
) -> None:
    """`after` lets some pass, `times` ends it, the handle counts."""
    handle = server.add_fault(Fault(origin="raw", status=503, after=1, times=2))
    assert [raw("/main/empty").status_code for _ in range(5)] == [
        200,
        503,
        503,
        200,
        200,
    ]
    assert handle.fired == 2


def test_a_fault_can_be_taken_away(server: GitHubServer, raw: Raw) -> None:
    """One by its handle, all at once by the server."""
    handle = server.add_fault(Fault(status=500))
    assert raw("/main/empty").status_code == 500
    handle.remove()
    assert raw("/main/empty").status_code == 200
    server.add_fault(Fault(status=500))
    server.clear_faults()
    assert raw("/main/empty").status_code == 200


def test_a_fault_finds_its_requests(server: GitHubServer, api: Api, raw: Raw) -> None:
    """By origin, by glob or expression over the path, encoded or decoded, by method."""
    for fault, struck in (
        (Fault(origin="api", status=500), {"api"}),
        (Fault(path="*/docs/*", status=500), {"raw"}),
        (Fault(path="*B\u00e4ren \u96ea.txt", status=500), {"raw"}),
        (Fault(path="*B%C3%A4ren*", status=500), {"raw"}),
        (Fault(path=re.compile(r"/branches$"), status=500), {"api"}),
        (Fault(method="POST", status=500), set()),
    ):
        handle = server.add_fault(fault)
        answers = {
            "api": api("/branches"),
            "raw": raw("/main/docs/B%C3%A4ren%20%E9%9B%AA.txt"),
        }
        failed = {name for name, answer in answers.items() if answer.status_code == 500}
        assert failed == struck, fault
        handle.remove()


def test_the_first_fault_that_matches_wins(server: GitHubServer, raw: Raw) -> None:
    """Faults are tried in the order in which they were added."""
    server.add_fault(Fault(status=503, times=1))
    server.add_fault(Fault(status=500))
    assert [raw("/main/empty").status_code for _ in range(2)] == [503, 500]


def test_the_four_shapes_of_a_rate_limit(server: GitHubServer, api: Api) -> None:
    """Primary with a reset; secondary with seconds, with a date, with neither."""
    soon = time.time() + 90
    for fault in (
        refusals.primary_limit(reset_in=90, times=1),
        refusals.secondary_limit(retry_after=7, times=1),
        refusals.secondary_limit(retry_at=soon, status=429, times=1),
        refusals.secondary_limit(times=1),
    ):
        server.add_fault(fault)
    primary, seconds, date, neither = (api() for _ in range(4))
    assert primary.status_code == 403
    assert primary.headers["x-ratelimit-remaining"] == "0"
    assert abs(int(primary.headers["x-ratelimit-reset"]) - soon) < 5
    assert primary.json()["message"].startswith("API rate limit exceeded")
    assert seconds.headers["retry-after"] == "7"
    assert date.status_code == 429
    stated = parsedate_to_datetime(date.headers["retry-after"]).timestamp()
    assert stated == int(soon)
    assert "retry-after" not in neither.headers
    for answer in (seconds, date, neither):
        assert "secondary rate limit" in answer.json()["message"]
        assert int(answer.headers["x-ratelimit-remaining"]) > 0
    assert api().status_code == 200


def test_the_other_refusals(server: GitHubServer, api: Api, raw: Raw) -> None:
    """Each has the status, the words and the headers that a client must match."""
    for fault, status, words, header in (
        (refusals.legally_blocked(), 451, "Repository access blocked", ""),
        (refusals.blocked(), 403, "Repository access blocked", ""),
        (refusals.sso_required(), 403, "SAML", "x-github-sso"),
        (refusals.token_too_weak(), 403, "personal access token", ""),
        (refusals.server_error(), 502, '{"error":"Server Error"}', ""),
        (refusals.unavailable(), 503, "<!DOCTYPE html>", ""),
    ):
        handle = server.add_fault(fault)
        answer = api()
        assert answer.status_code == status
        assert words in answer.text
        assert not header or header in answer.headers
        handle.remove()
    server.add_fault(refusals.legally_blocked())
    assert api().json()["block"]["reason"] == "dmca"
    server.add_fault(refusals.raw_throttle())
    answer = raw("/main/empty")
    assert (answer.status_code, answer.headers["content-type"]) == (
        429,
        "text/plain; charset=utf-8",
    )
    assert "retry-after" not in answer.headers


def test_lfs_over_quota(server: GitHubServer, client: httpx.Client) -> None:
    """The whole batch is refused, with the words that mean: do not retry."""
    server.add_fault(refusals.lfs_over_quota(status=509))
    url = f"{server.lfs_url}/Ada/Notes.git/info/lfs/objects/batch"
    answer = client.post(url, json={})
    assert answer.status_code == 509
    assert "exceeded its LFS budget" in answer.json()["message"]
