"""Git LFS: the batch, the storage behind it, and who gets which credentials."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer

MEDIA = "application/vnd.git-lfs+json"
HEADERS = {"accept": MEDIA, "content-type": f"{MEDIA}; charset=utf-8"}
MODEL = b"\x93NUMPY" + bytes(range(256)) * 40
OID = hashlib.sha256(MODEL).hexdigest()


def batch(
    server: GitHubServer,
    client: httpx.Client,
    *oids: str,
    repo: str = "Ada/Notes",
    **more: str,
) -> httpx.Response:
    """Ask for objects."""
    body = {
        "operation": "download",
        "transfers": ["basic"],
        "objects": [{"oid": oid, "size": len(MODEL)} for oid in oids],
    }
    url = f"{server.lfs_url}/{repo}.git/info/lfs/objects/batch"
    return client.post(url, json=body, headers={**HEADERS, **more})


def download(server: GitHubServer, client: httpx.Client) -> dict[str, Any]:
    """Ask for the model and return its download action."""
    answer = batch(server, client, OID).json()
    action: dict[str, Any] = answer["objects"][0]["actions"]["download"]
    return action


def test_an_object_is_fetched_with_the_header_of_its_batch(
    server: GitHubServer, client: httpx.Client
) -> None:
    """The action leads to the storage origin, which gives the bytes."""
    action = download(server, client)
    assert action["href"] == f"{server.storage_url}/lfs/{OID}"
    assert action["expires_in"] == 3600
    answer = client.get(action["href"], headers=action["header"])
    assert answer.content == MODEL


def test_an_unknown_object_fails_alone(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Its error stands inside a successful answer, beside the others."""
    answer = batch(server, client, "0" * 64, OID, "short")
    assert answer.status_code == 200
    absent, known, invalid = answer.json()["objects"]
    assert absent["error"]["code"] == 404
    assert "actions" not in absent
    assert known["actions"]
    assert invalid["error"]["code"] == 422


def test_storage_wants_its_own_header_and_no_other(
    server: GitHubServer, client: httpx.Client
) -> None:
    """No header and an altered one are 403, a GitHub token is 400."""
    action = download(server, client)
    altered = action["header"]["Authorization"][:-1] + "0"
    for header, status in (("", 403), (f"{altered}f", 403), ("Bearer good", 400)):
        headers = {"authorization": header} if header else {}
        answer = client.get(action["href"], headers=headers)
        assert answer.status_code == status, header
        assert answer.headers["content-type"] == "application/xml"
    other = action["href"].replace(OID, "1" * 64)
    assert client.get(other, headers=action["header"]).status_code == 403


def test_an_action_expires(repository: Repository, client: httpx.Client) -> None:
    """After `expires_in` seconds the storage refuses; a new batch helps."""
    now = [1_000_000.0]
    server = GitHubServer([repository], clock=lambda: now[0])
    with server.running():
        action = download(server, client)
        now[0] += action["expires_in"] + 1
        assert client.get(action["href"], headers=action["header"]).status_code == 403
        action = download(server, client)
        assert client.get(action["href"], headers=action["header"]).status_code == 200


def test_storage_resumes(server: GitHubServer, client: httpx.Client) -> None:
    """Ranges work under a strong tag."""
    action = download(server, client)
    first = client.head(action["href"], headers=action["header"])
    headers = {
        **action["header"],
        "range": "bytes=10000-",
        "if-range": first.headers["etag"],
    }
    answer = client.get(action["href"], headers=headers)
    assert answer.status_code == 206
    assert answer.content == MODEL[10000:]


def test_a_private_repository_needs_credentials(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Anonymous is asked to log in, a stranger sees nothing, the right account passes."""
    anonymous = batch(server, client, OID, repo="Ada/Secret")
    assert anonymous.status_code == 401
    assert anonymous.headers["lfs-authenticate"] == 'Basic realm="GitHub"'
    stranger = batch(
        server, client, OID, repo="Ada/Secret", authorization="Bearer other"
    )
    assert stranger.status_code == 404
    url = f"{server.lfs_url}/Ada/Secret.git/info/lfs/objects/batch"
    oid = hashlib.sha256(b"\0" * 99).hexdigest()
    body = {"operation": "download", "objects": [{"oid": oid, "size": 99}]}
    known = client.post(url, json=body, headers=HEADERS, auth=("grace", "good"))
    assert known.json()["objects"][0]["actions"]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"accept": "application/json"}, b"{}", 406),
        ({}, b"not json", 422),
        ({}, b'{"operation": "download"}', 422),
        ({}, b'{"operation": "upload", "objects": []}', 403),
        ({"authorization": "Bearer wrong"}, b"{}", 401),
    ],
)
def test_a_batch_that_cannot_be_answered_is_refused_whole(
    server: GitHubServer,
    client: httpx.Client,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    """Wrong media type, no batch, an upload, a bad token: each with a message."""
    url = f"{server.lfs_url}/Ada/Notes.git/info/lfs/objects/batch"
    answer = client.post(url, content=body, headers={**HEADERS, **headers})
    assert answer.status_code == status
    assert answer.json()["message"]
    assert answer.json()["request_id"]


def test_the_pointer_in_the_tree_names_the_object(
    server: GitHubServer, client: httpx.Client
) -> None:
    """Raw gives the pointer whose oid and size the batch answers for."""
    text = client.get(f"{server.raw_url}/Ada/Notes/main/model.npy").text
    assert f"oid sha256:{OID}\nsize {len(MODEL)}\n" in text
