"""Checks documents against the schemas that ship with the package."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator


def schema(name: str) -> dict[str, Any]:
    """Return a schema as it ships."""
    text = (files("rehydrate_tui") / "schemas" / f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def closed(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a schema that allows no key but those it describes.

    What ships is open, so that a later version may add keys; what this version prints
    must all be described.
    """
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    below = {key: closed(value) for key, value in part.items()}
    if part.get("type") == "object" and "properties" in part:
        below["additionalProperties"] = False
    return below


def check(name: str, document: object) -> None:
    """Fail unless `document` is what the schema says, and nothing more."""
    Draft202012Validator(closed(schema(name))).validate(document)
