"""Textual's own dark and light themes with a calmer accent."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES

DARK = replace(
    BUILTIN_THEMES["textual-dark"],
    name="rehydrate-dark",
    primary="#5fb3c8",
    secondary="#3d7685",
    accent="#d9a05b",
    success="#7fb77e",
    warning="#d9a05b",
    error="#d5707a",
    background="#14171a",
    surface="#1b1f23",
    panel="#252a2f",
)
"""The theme of the start."""

LIGHT = replace(
    BUILTIN_THEMES["textual-light"],
    name="rehydrate-light",
    primary="#1f6f84",
    secondary="#4a93a5",
    accent="#9a5b00",
    success="#2f7d4f",
    warning="#9a5b00",
    error="#b3364a",
    background="#f6f7f7",
    surface="#eceeef",
    panel="#dfe3e5",
)
"""Its light counterpart."""
