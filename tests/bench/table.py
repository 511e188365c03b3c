"""The one table that all benchmarks fill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure beside what it should be."""

    case: str
    figure: str
    """What is measured, with its unit."""
    value: float
    must: float | None = None
    """At most this; None: there is no such bound."""
    aim: float | None = None
    against: float | None = None
    """What the figure was divided by, in seconds."""

    @property
    def verdict(self) -> str:
        """One word: what the figure reaches."""
        if self.aim is not None and self.value <= self.aim:
            return "aim"
        if self.must is not None:
            return "must" if self.value <= self.must else "MISSED"
        return "" if self.aim is None else "below aim"


_HEAD = ("case", "figure", "value", "must", "aim", "reaches", "against")


def draw(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [_HEAD, tuple("---" for _ in _HEAD)]
    lines += [
        (
            row.case,
            row.figure,
            _number(row.value),
            _number(row.must),
            _number(row.aim),
            row.verdict,
            "" if row.against is None else f"{row.against:.3f} s",
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join(
        "| "
        + " | ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        )
        + " |"
        for line in lines
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 10 else f"{value:.2f}"
