"""Where a picture in Markdown is: a path in the repository, or nowhere that is shown."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urlsplit

_MAX_LINK = 1000


def path_in_repository(link: str, directory: str) -> str | None:
    """Return the path that a relative link of a file in `directory` means.

    None for what leads elsewhere: addresses, other hosts, above the root.
    """
    if len(link) > _MAX_LINK:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path:
        return None
    target = unquote(parts.path)
    base = "" if target.startswith("/") else directory
    path = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
    return None if path.split("/")[0] in {"..", "."} else path
