"""Parts of files: what is asked for, and answers that are believed only if exact."""

from __future__ import annotations

import re

import httpx

from rehydrate_tui.domain.remote_values import ByteRange, Resume

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
_STRONG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')


def range_headers(resume: Resume) -> dict[str, str]:
    """Return the headers that ask for the rest, if the content is still the same."""
    return {"Range": f"bytes={resume.offset}-", "If-Range": resume.etag}


def is_the_rest(headers: httpx.Headers, resume: Resume) -> bool:
    """Tell whether a partial answer is exactly the rest that was asked for."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
    if match is None or not _is_plain(headers):
        return False
    first, last, total = (int(each) for each in match.groups())
    return (
        first == resume.offset
        and last == total - 1
        and str(headers.get("etag", resume.etag)) == resume.etag
    )


def part_headers(part: ByteRange) -> dict[str, str]:
    """Return the headers that ask for some bytes of a file."""
    return {"Range": f"bytes={part.offset}-{part.end - 1}"}


def is_the_part(headers: httpx.Headers, part: ByteRange) -> bool:
    """Tell whether a partial answer is what was asked for, or its bytes up to the end."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
    if match is None or not _is_plain(headers):
        return False
    first, last, total = (int(each) for each in match.groups())
    return first == part.offset and last == min(part.end, total) - 1


def strong_etag(headers: httpx.Headers) -> str:
    """Return the ETag if bytes can be told apart by it; else an empty string."""
    etag = str(headers.get("etag", ""))
    return etag if _STRONG.fullmatch(etag) and _is_plain(headers) else ""


def _is_plain(headers: httpx.Headers) -> bool:
    """Tell whether ranges count the bytes of the file, not those of a compressed one."""
    encoding = str(headers.get("content-encoding", "identity"))
    return encoding.lower() == "identity"
