"""The host that is not asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from rehydrate_tui.domain.address import RepoAddress
from rehydrate_tui.domain.digest import LfsPointer
from rehydrate_tui.domain.objects import ObjectId, RepoId
from rehydrate_tui.domain.remote_values import LfsDownload
from rehydrate_tui.engine.offline import OfflineRemote, not_here
from rehydrate_tui.errors import OfflineError
from tests.unit.github.served import read

REPO = RepoId("ada", "notes")
OID = ObjectId("0" * 40)
POINTER = LfsPointer("a" * 64, 7)
LINK = LfsDownload(pointer=POINTER, href="https://storage.example/x")
QUESTIONS: list[Callable[[OfflineRemote], Awaitable[object]]] = [
    lambda remote: remote.repository(REPO),
    lambda remote: remote.resolve(RepoAddress(repo=REPO), default_branch="main"),
    lambda remote: remote.list_tree(REPO, OID, max_requests=1),
    lambda remote: read(remote.open_raw(REPO, OID, "a\x1b[31m")),
    lambda remote: read(remote.open_archive(REPO, OID)),
    lambda remote: read(remote.open_blob(REPO, OID)),
    lambda remote: remote.locate_lfs(REPO, [POINTER]),
    lambda remote: read(remote.open_lfs(LINK)),
]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_question_is_refused(
    question: Callable[[OfflineRemote], Awaitable[object]],
) -> None:
    """In words, with what to do, and without what a terminal would obey."""
    remote = OfflineRemote()
    with pytest.raises(OfflineError, match="--offline forbids the network") as caught:
        await question(remote)
    assert "\x1b" not in str(caught.value)
    await remote.aclose()


def test_an_address_is_shown_without_its_password() -> None:
    """A document on the web is named, what it carries is not."""
    error = not_here("https://ada:hunter2@example.org/m.toml")
    assert "example.org/m.toml" in str(error)
    assert "hunter2" not in str(error)
