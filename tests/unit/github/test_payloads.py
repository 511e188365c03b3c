from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import FileMode, RepoId
from rehydrate_tui.errors import PathNotFoundError, PayloadError, RemoteError
from rehydrate_tui.github.answers import Answer
from rehydrate_tui.github.lfs_payloads import lfs_downloads_from
from rehydrate_tui.github.payloads import (
    commit_from,
    listing_from,
    ref_from,
    refs_from,
    repository_from,
)
from tests.unit.github.fake_host import COMMIT, answer
from tests.unit.github.served import links

OID = "a" * 64
POINTER = LfsPointer(OID, 7)

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "tree",
                    "path",
                    "mode",
                    "sha",
                    "size",
                    "objects",
                    "oid",
                    "actions",
                    "download",
                    "href",
                    "header",
                    "error",
                    "code",
                    "ref",
                    "object",
                    "full_name",
                    "default_branch",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def entry(**changes: object) -> dict[str, object]:
    """Return a right entry of a tree, with changes."""
    good = {"path": "a/b", "mode": "100644", "type": "blob", "sha": COMMIT, "size": 3}
    return {**good, **changes}


def tree(*entries: object, **more: object) -> Answer:
    """Return a tree answer."""
    return answer({"sha": COMMIT, "tree": list(entries), **more})


def read_lfs(given_answer: Answer) -> object:
    """Read a batch for one pointer."""
    return links(lfs_downloads_from(given_answer, [POINTER]))


def read_repository(given_answer: Answer) -> object:
    """Read a repository of github.com."""
    return repository_from(given_answer, "github.com")


@pytest.mark.parametrize(
    "reader",
    [read_repository, commit_from, ref_from, refs_from, listing_from, read_lfs],
)
@given(document=Json)
def test_any_json_is_read_or_refused(
    reader: Callable[[Answer], object], document: object
) -> None:
    """No JSON whatever makes a reader fail in another way than with our errors."""
    with contextlib.suppress(RemoteError):
        reader(answer(document))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe\xfa", b"[" * 200_000, b"1" * 5000, b"NaN "]
)
@pytest.mark.parametrize("reader", [read_repository, refs_from, listing_from])
def test_broken_json(reader: Callable[[Answer], object], body: bytes) -> None:
    """What is not JSON, or too deep, is an answer that was not asked for."""
    with pytest.raises(PayloadError):
        reader(answer(None, body=body))


@pytest.mark.parametrize(
    ("mode", "expected", "size"),
    [
        ("100644", FileMode.REGULAR, 3),
        ("100664", FileMode.REGULAR, 3),
        ("100755", FileMode.EXECUTABLE, 3),
        ("120000", FileMode.SYMLINK, 3),
        ("040000", FileMode.TREE, 0),
        ("160000", FileMode.GITLINK, 0),
    ],
)
def test_modes(mode: str, expected: FileMode, size: int) -> None:
    """All modes are known, also the old 100664; only blobs have a size."""
    found = listing_from(tree(entry(mode=mode))).entries[0]
    assert (found.mode, found.size) == (expected, size)


def test_directories_need_no_size() -> None:
    """Trees and submodules come without a size."""
    item = entry(mode="040000")
    del item["size"]
    assert listing_from(tree(item)).entries[0].size == 0


def test_prefix_is_put_in_front() -> None:
    """The entries of a subtree get their whole path."""
    assert listing_from(tree(entry()), "x/y").entries[0].path == "x/y/a/b"


def test_truncation_is_read() -> None:
    """Only a true `truncated` counts; old answers have none."""
    assert listing_from(tree(truncated=True)).is_truncated
    assert not listing_from(tree(truncated=False)).is_truncated
    assert not listing_from(tree()).is_truncated


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"mode": "100000"}, "mode"),
        ({"mode": None}, "mode"),
        ({"mode": []}, "mode"),
        ({"sha": COMMIT.upper()}, "sha"),
        ({"sha": "1234"}, "sha"),
        ({"sha": 5}, "sha"),
        ({"path": ""}, "path"),
        ({"path": 5}, "path"),
        ({"size": -1}, "size"),
        ({"size": None}, "size"),
        ({"size": True}, "size"),
        ({"size": 1.5}, "size"),
    ],
)
def test_wrong_entries_name_their_key(changes: dict[str, object], key: str) -> None:
    """A wrong value is refused with the place where it stands."""
    with pytest.raises(PayloadError, match=rf"tree\[1\]\.{key} is missing or wrong"):
        listing_from(tree(entry(), entry(**changes)))


@pytest.mark.parametrize("key", ["path", "mode", "sha", "size"])
def test_missing_keys_are_named(key: str) -> None:
    """The same for a key that is not there."""
    item = entry()
    del item[key]
    with pytest.raises(PayloadError, match=rf"tree\[0\]\.{key}"):
        listing_from(tree(item))


def test_an_entry_that_is_no_object() -> None:
    """An entry of another shape is refused as a whole."""
    with pytest.raises(PayloadError, match=r"tree\[0\] is"):
        listing_from(tree("x"))


def test_repository_takes_the_true_case() -> None:
    """Owner and name are those of the answer, the host is the one that was asked."""
    document = {
        "full_name": "Octo/Hello-World",
        "default_branch": "main",
        "private": True,
        "size": 12,
    }
    found = repository_from(answer(document), "git.example")
    assert found.id == RepoId("Octo", "Hello-World", "git.example")
    assert (found.default_branch, found.is_private, found.size_kb) == ("main", True, 12)


@pytest.mark.parametrize("name", ["", "o", "o/", "/r", "o/..", "o/r/x", "o o/r", 5])
def test_repository_with_an_impossible_name(name: object) -> None:
    """A name that cannot be one is refused: it would become part of addresses."""
    with pytest.raises(PayloadError, match="full_name"):
        read_repository(answer({"full_name": name, "default_branch": "main"}))


def test_commit_as_text_or_json() -> None:
    """The short answer is the bare id; JSON of servers that ignore it works too."""
    assert commit_from(answer(None, body=f"{COMMIT}\n".encode())) == COMMIT
    assert commit_from(answer({"sha": COMMIT})) == COMMIT


@pytest.mark.parametrize("body", [b"", b"main", b"g" * 40, "é".encode()])
def test_commit_that_is_no_id(body: bytes) -> None:
    """Anything but an id is refused."""
    with pytest.raises(PayloadError):
        commit_from(answer(None, body=body))


def test_refs_lose_their_kind() -> None:
    """Branches and tags go by their short names; annotated tags are marked."""
    documents = [
        {"ref": "refs/heads/a/b", "object": {"type": "commit", "sha": COMMIT}},
        {"ref": "refs/tags/v1", "object": {"type": "tag", "sha": COMMIT}},
    ]
    found = refs_from(answer(documents))
    assert [(ref.name, ref.is_commit) for ref in found] == [
        ("a/b", True),
        ("v1", False),
    ]


def test_wrong_ref_names_its_key() -> None:
    """The place of a wrong value in a list of refs is said."""
    with pytest.raises(PayloadError, match=r"\[0\]\.object\.sha"):
        refs_from(answer([{"ref": "refs/heads/a", "object": {"sha": "x"}}]))


def batch(**changes: object) -> Answer:
    """Return a batch for `POINTER`, with changes to its download action."""
    action = {"href": "https://s.example/x", "header": {"X-Key": "v"}, **changes}
    item = {"oid": OID, "size": 7, "actions": {"download": action}}
    return answer({"objects": [item]})


def test_lfs_batch() -> None:
    """A download has the address and the headers that the server gave."""
    (download,) = links(lfs_downloads_from(batch(), [POINTER]))
    assert download.pointer == POINTER
    assert download.href == "https://s.example/x"
    assert download.headers == (("X-Key", "v"),)


def test_lfs_order_is_that_of_the_pointers() -> None:
    """Answers in another order, and pointers that occur twice, are put in order."""
    other = LfsPointer("b" * 64, 8)
    items = [
        {"oid": p.oid, "actions": {"download": {"href": f"https://s.example/{p.oid}"}}}
        for p in (POINTER, other)
    ]
    wanted = [other, POINTER, other]
    found = links(lfs_downloads_from(answer({"objects": items}), wanted))
    assert [download.pointer for download in found] == wanted


@pytest.mark.parametrize(
    "header",
    [
        {"X Key": "v"},
        {"X-Key": "a\r\nX-Evil: 1"},
        {"X-Key": "é"},
        {"X-Key": 5},
        {"": "v"},
        [],
        "x",
    ],
)
def test_lfs_headers_are_checked(header: object) -> None:
    """A header that could smuggle something in, or cannot be sent, is refused."""
    if header == []:
        assert (
            links(lfs_downloads_from(batch(header=header), [POINTER]))[0].headers == ()
        )
        return
    with pytest.raises(PayloadError, match="header"):
        links(lfs_downloads_from(batch(header=header), [POINTER]))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 404, "message": "x"}, PathNotFoundError),
        ({"code": 410}, PathNotFoundError),
        ({"code": 422, "message": "x"}, RemoteError),
        ({"code": "\x1b[2J"}, RemoteError),
        ({"code": []}, RemoteError),
        ("x", RemoteError),
    ],
)
def test_lfs_object_errors_name_the_object(
    error: object, kind: type[RemoteError]
) -> None:
    """An object that is not given is named by its id."""
    document = {"objects": [{"oid": OID, "error": error}]}
    with pytest.raises(kind, match=OID) as caught:
        links(lfs_downloads_from(answer(document), [POINTER]))
    assert "\x1b" not in str(caught.value)


def test_lfs_object_that_is_left_out() -> None:
    """Silence about an object is an error too."""
    with pytest.raises(PayloadError, match=OID):
        links(lfs_downloads_from(answer({"objects": []}), [POINTER]))
