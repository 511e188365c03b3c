"""Values out of JSON answers, each checked, with the key path in every complaint."""

from __future__ import annotations

import json
from typing import cast

from rehydrate_tui.domain.objects import ObjectId, is_object_id
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


def wrong(answer: Answer, key_path: str) -> PayloadError:
    """Make the error about one key of an answer."""
    return PayloadError(
        f"The answer of the server is not as documented: {key_path} is missing or wrong.",
        url=answer.url,
        status=answer.status,
    )
