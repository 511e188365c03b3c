"""Values out of JSON answers, each checked, with the key path in every complaint."""

from __future__ import annotations

import json
from datetime import datetime
from typing import cast

from rehydrate_tui.domain.objects import ObjectId, is_object_id
from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import PayloadError
from rehydrate_tui.github.answers import Answer


def json_of(answer: Answer) -> object:
    """Parse the body.

    Raises:
        PayloadError: it is not so.
    """
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise PayloadError(
            "The answer is not JSON.", url=answer.url, status=answer.status
        ) from error


def document_of(answer: Answer) -> dict[str, object]:
    """Parse the body, which must be an object.

    Raises:
        PayloadError: it is not so.
    """
    return object_of(json_of(answer), answer, "answer")


def object_of(value: object, answer: Answer, where: str) -> dict[str, object]:
    """Check that a value is an object.

    Raises:
        PayloadError: it is not so.
    """
    if not isinstance(value, dict):
        raise wrong(answer, where)
    return cast("dict[str, object]", value)


def list_of(value: object, answer: Answer, where: str) -> list[object]:
    """Check that a value is a list.

    Raises:
        PayloadError: it is not so.
    """
    if not isinstance(value, list):
        raise wrong(answer, where)
    return cast("list[object]", value)


def text_of(
    document: dict[str, object], key: str, answer: Answer, where: str = ""
) -> str:
    """Return a text that must be there and not be empty.

    Raises:
        PayloadError: it is not so.
    """
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise wrong(answer, f"{where}{key}")
    return value


def oid_of(
    document: dict[str, object], key: str, answer: Answer, where: str = ""
) -> ObjectId:
    """Return an object id that must be there.

    Raises:
        PayloadError: it is not so.
    """
    text = text_of(document, key, answer, where)
    if not is_object_id(text):
        raise wrong(answer, f"{where}{key}")
    return ObjectId(text)


def count_of(
    document: dict[str, object], key: str, answer: Answer, where: str = ""
) -> int:
    """Return a number from 0 upwards that must be there.

    Raises:
        PayloadError: it is not so.
    """
    value = document.get(key)
    if type(value) is not int or value < 0:
        raise wrong(answer, f"{where}{key}")
    return value


def words_of(document: dict[str, object], key: str, longest: int = 200) -> str:
    """Return a text for people, safe to show; empty if there is none."""
    value = document.get(key)
    return shorten(strip_controls(value), longest) if isinstance(value, str) else ""


def moment_of(document: dict[str, object], key: str) -> datetime | None:
    """Return a moment, None if there is none that makes sense."""
    value = document.get(key)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def wrong(answer: Answer, key_path: str) -> PayloadError:
    """Make the error about one key of an answer."""
    return PayloadError(
        f"The answer of the server is not as documented: {key_path} is missing or wrong.",
        url=answer.url,
        status=answer.status,
    )
