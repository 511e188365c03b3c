"""Answers of the API that are kept between sessions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rehydrate_tui.storage import stored_answers
from rehydrate_tui.storage.stored_answers import (
    ANONYMOUS,
    StoredAnswer,
    StoredAnswers,
)

URL = "https://api.github.com/repos/o/r"
JSON = "application/vnd.github+json"
ANSWER = StoredAnswer(etag='W/"ab"', headers={"link": "<x>"}, body=b"{}" * 1000)
SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ"


def files(folder: Path) -> list[Path]:
    """Return the answers in a folder."""
    return sorted(folder.glob("*.answer"))


def test_an_answer_comes_back_to_who_asked(tmp_path: Path) -> None:
    """Caller, address and media type must all be the same."""
    kept = StoredAnswers(tmp_path / "a")
    kept.save(ANONYMOUS, URL, JSON, ANSWER)
    again = StoredAnswers(tmp_path / "a")
    assert again.load(ANONYMOUS, URL, JSON) == ANSWER
    assert again.load("somebody", URL, JSON) is None
    assert again.load(ANONYMOUS, f"{URL}x", JSON) is None
    assert again.load(ANONYMOUS, URL, "text/plain") is None


def test_no_token_is_written(tmp_path: Path) -> None:
    """The name of a caller is a hash under a key of this folder, and stays the same."""
    kept = StoredAnswers(tmp_path / "a")
    caller = kept.caller(SECRET)
    kept.save(caller, URL, JSON, ANSWER)
    assert StoredAnswers(tmp_path / "a").caller(SECRET) == caller
    assert StoredAnswers(tmp_path / "b").caller(SECRET) != caller
    assert kept.caller("") == ANONYMOUS
    for path in (tmp_path / "a").iterdir():
        assert SECRET not in path.name
        assert SECRET.encode() not in path.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="rights of Windows are others")
def test_nobody_else_may_look(tmp_path: Path) -> None:
    """Listings of private repositories lie in a folder of this user."""
    kept = StoredAnswers(tmp_path / "a")
    kept.save(kept.caller(SECRET), URL, JSON, ANSWER)
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0
    assert (tmp_path / "a" / "key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:-5],
        lambda data: data[:20],
        lambda data: b"[1]\n" + data,
        lambda _: b'{"etag":1,"headers":{}}\n',
        lambda data: data.replace(b"sha256", b"sha255"),
        lambda _: b"[" * 100_000,
        lambda _: b"\xff\xfe\n",
    ],
)
def test_a_damaged_answer_is_none(tmp_path: Path, damage: object) -> None:
    """Whatever happened to a file, it is as if it were not there."""
    kept = StoredAnswers(tmp_path)
    kept.save(ANONYMOUS, URL, JSON, ANSWER)
    (path,) = files(tmp_path)
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    assert kept.load(ANONYMOUS, URL, JSON) is None


def test_the_folder_stays_small(tmp_path: Path) -> None:
    """When there is too much, what was used longest ago goes."""
    body = os.urandom(1000)
    kept = StoredAnswers(tmp_path, most_bytes=5000)
    for number in range(10):
        answer = StoredAnswer(etag='"x"', headers={}, body=body)
        kept.save(ANONYMOUS, f"{URL}/{number}", JSON, answer)
        path = kept._path(ANONYMOUS, f"{URL}/{number}", JSON)
        os.utime(path, (number, number))
    found = [n for n in range(10) if kept.load(ANONYMOUS, f"{URL}/{n}", JSON)]
    assert found[-1] == 9
    assert len(found) == 4


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """Without a folder nothing is kept, and nothing fails."""
    (tmp_path / "file").write_text("in the way")
    kept = StoredAnswers(tmp_path / "file")
    kept.save(kept.caller(SECRET), URL, JSON, ANSWER)
    assert kept.load(kept.caller(SECRET), URL, JSON) is None


def test_an_answer_that_is_too_long_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would push out all others."""
    monkeypatch.setattr(stored_answers, "_LONGEST_BODY", 10)
    kept = StoredAnswers(tmp_path / "a")
    kept.save(ANONYMOUS, URL, JSON, ANSWER)
    assert kept.load(ANONYMOUS, URL, JSON) is None


def test_a_damaged_key_is_made_anew(tmp_path: Path) -> None:
    """What was kept under it is found no more; what comes now is."""
    kept = StoredAnswers(tmp_path / "a")
    kept.save(kept.caller(SECRET), URL, JSON, ANSWER)
    (tmp_path / "a" / "key").write_bytes(b"short")
    again = StoredAnswers(tmp_path / "a")
    assert again.load(again.caller(SECRET), URL, JSON) is None
    again.save(again.caller(SECRET), URL, JSON, ANSWER)
    assert StoredAnswers(tmp_path / "a").caller(SECRET) == again.caller(SECRET)
