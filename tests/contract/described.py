"""The official description of the API, as schemas that jsonschema understands."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from tests.contract.recorded import DESCRIPTION

Schema = dict[str, Any]


def description() -> Schema:
    """Read the reduced OpenAPI document."""
    found: Schema = json.loads(gzip.decompress(DESCRIPTION.read_bytes()))
    return found


def paths() -> list[str]:
    """Return the described paths; none without the description."""
    return list(description()["paths"]) if DESCRIPTION.is_file() else []


def validators(document: Schema, path: str, status: str) -> Iterator[Draft7Validator]:
    """Yield what the JSON answers of an operation must pass, one per media type."""
    answer = _resolved(document, document["paths"][path]["get"]["responses"][status])
    components = _as_json_schema(document["components"])
    for media in answer.get("content", {}).values():
        if "schema" in media:
            schema = {
                "allOf": [_as_json_schema(media["schema"])],
                "components": components,
            }
            yield Draft7Validator(schema, format_checker=FormatChecker())


def _resolved(document: Schema, item: Schema) -> Schema:
    while "$ref" in item:
        found: Any = document
        for name in item["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        item = found
    return item


def _as_json_schema(schema: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Turn OpenAPI 3.0 into JSON Schema: `nullable` is a type there."""
    if isinstance(schema, list):
        return [_as_json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _as_json_schema(each) for key, each in schema.items()}
    if made.pop("nullable", None) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


def pinned(document: Schema, **values: list[str]) -> Schema:
    """Return the description with some path parameters bound to what there is."""
    made = copy.deepcopy(document)
    parameters = list(made["components"]["parameters"].values())
    for path in made["paths"].values():
        parameters += [p for p in path["get"].get("parameters", []) if "$ref" not in p]
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["name"] in values:
            parameter["schema"] = {"type": "string", "enum": values[parameter["name"]]}
    return made
