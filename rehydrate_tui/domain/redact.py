"""Masks passwords and tokens in text that people pasted, before it is shown.

The rules rather mask too much than too little: what is shown is only meant to let
people recognise what they pasted.
"""

from __future__ import annotations

import re

_MASK = "…"
# An address inside another one is percent-encoded, sometimes twice.
_AT = r"(?:@|%(?:25)*40)"
_COLON = r"(?::|%(?:25)*3A)"
_SLASH = r"(?:/|%(?:25)*2F)"

_RULES = (
    # `user:password@`, up to the last `@`: a password may hold any character.
    (re.compile(rf"[^/:@]*{_COLON}.*{_AT}", re.IGNORECASE | re.DOTALL), f"{_MASK}@"),
    # `token@`; `git@` is the ssh user of everybody.
    (
        re.compile(
            rf"(^|{_SLASH}{_SLASH}|/urls?/)(?!git{_AT})[^/]*{_AT}", re.IGNORECASE
        ),
        rf"\1{_MASK}@",
    ),
    (re.compile(r"(?:gh[pousr]_|github_pat_)\w+"), _MASK),
    (
        re.compile(
            r"((?:token|secret|password|signature|authorization)(?:=|%(?:25)*3D))[^&#\s]+",
            re.IGNORECASE,
        ),
        rf"\1{_MASK}",
    ),
)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def redact(text: str) -> str:
    """Return `text` without the credentials that an address can carry."""
    scheme = _SCHEME.match(text)
    head = scheme[0] if scheme else ""
    rest = text[len(head) :]
    for pattern, replacement in _RULES:
        rest = pattern.sub(replacement, rest)
    return head + rest
