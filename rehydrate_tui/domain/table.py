"""Typed access to a table of untrusted data; errors carry the key path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import ManifestValueError

T = TypeVar("T", int, str, bool)

_TYPE_NAMES = {int: "a whole number", str: "a text", bool: "true or false"}
_SECRET_KEYS = {"token", "password", "authorization", "secret"}
MAX_SIZE = 2**63 - 1
"""Bytes; no file is larger."""
_MAX_DEPTH = 8


class Table:
    """One table and where it stands, such as `source[1].file[17]`."""

    def __init__(
        self, data: Mapping[str, Any], key_path: str, warnings: list[str] | None = None
    ) -> None:
        self.data = data
        self.key_path = key_path
        self.warnings: list[str] = [] if warnings is None else warnings

    def path_of(self, key: str) -> str:
        """Return the key path of `key` in this table."""
        return f"{self.key_path}.{key}" if self.key_path else key

    def error(self, key: str, problem: str, right: str) -> ManifestValueError:
        """Make the error about `key`: what is wrong, and what would be right."""
        return ManifestValueError(
            f"{problem}.", key_path=self.path_of(key), hint=f"Expected: {right}."
        )

    def has(self, key: str) -> bool:
        """Tell whether `key` is there."""
        return key in self.data

    def below(self, data: Mapping[str, Any], key: str) -> Table:
        """Return the table `data` under `key`; it shares the warnings."""
        return Table(data, self.path_of(key), self.warnings)

    def optional(self, key: str, kind: type[T]) -> T | None:
        """Return the value of `key`, None if it is absent."""
        value = self.data.get(key)
        if value is None:
            return None
        # bool is a kind of int in Python, not in TOML.
        if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
            raise self.error(key, "has the wrong type", _TYPE_NAMES[kind])
        return value

    def required(self, key: str, kind: type[T]) -> T:
        """Return the value of `key`, which must be there."""
        value = self.optional(key, kind)
        if value is None:
            raise self.error(key, "is missing", _TYPE_NAMES[kind])
        return value

    def size(self, key: str) -> int | None:
        """Return a number of bytes, None if it is absent."""
        value = self.optional(key, int)
        if value is not None and not 0 <= value <= MAX_SIZE:
            raise self.error(key, "is no size", "a number of bytes, 0 or more")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty if it is absent."""
        value: object = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, "has the wrong type", "a list of texts")
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - narrowed from object
        for position, item in enumerate(items):
            if not isinstance(item, str):
                raise self.error(f"{key}[{position}]", "has the wrong type", "a text")
        return tuple(items)

    def tables(self, key: str, right: str) -> list[Table]:
        """Return the tables of an array of tables that is not empty."""
        return [
            self.below(each, f"{key}[{position}]")
            for position, each in enumerate(self.maps(key, right))
        ]

    def maps(
        self, key: str, right: str, *, empty: bool = False
    ) -> list[Mapping[str, Any]]:
        """Return the plain tables of an array of tables; `empty` allows none."""
        value: object = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, "is no array of tables", f"[[{key}]]")
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - narrowed from object
        if not items and not empty:
            raise self.error(key, "is missing", right)
        for position, item in enumerate(items):
            if not isinstance(item, dict):
                raise self.error(f"{key}[{position}]", "is no table", f"[[{key}]]")
        return items

    def unknown_keys(self, known: set[str]) -> dict[str, Any]:
        """Return the unknown keys, with a warning for each.

        Raises:
            ManifestValueError: one of them would carry a secret, at any depth, or is
                nested too deep to be kept.
        """
        unknown = {key: self.data[key] for key in self.data if key not in known}
        self._check_unknown(unknown)
        for key in unknown:
            shown = shorten(strip_controls(key), 60)
            self.warnings.append(f"{self.path_of(shown)}: unknown key, ignored.")
        return unknown

    def _check_unknown(self, unknown: Mapping[str, Any]) -> None:
        """Look at all that is below the unknown keys, without recursion."""
        left: list[tuple[str, Any, int]] = [("", unknown, 0)]
        while left:
            where, value, depth = left.pop()
            if depth > _MAX_DEPTH:
                raise self.error(
                    shorten(where, 120), "is nested too deep", f"{_MAX_DEPTH} levels"
                )
            if isinstance(value, list):
                items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - narrowed from Any
                left += [(where, item, depth + 1) for item in items]
            elif isinstance(value, Mapping):
                table = cast("Mapping[str, Any]", value)
                left += [
                    (self._unknown_path(where, key), below, depth + 1)
                    for key, below in table.items()
                ]

    def _unknown_path(self, where: str, key: str) -> str:
        shown = shorten(strip_controls(key), 60)
        path = f"{where}.{shown}" if where else shown
        if key.lower() in _SECRET_KEYS:
            raise self.error(
                shorten(path, 120),
                "would carry a secret",
                "GH_TOKEN in the environment",
            )
        return path
