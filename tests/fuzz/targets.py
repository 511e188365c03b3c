"""What must hold for any input: one function for each reader of untrusted data.

Each takes bytes and raises only when a promise is broken. `test_fuzz` feeds them by
Hypothesis, `campaign` by Atheris where that is installed.
"""

from __future__ import annotations

import os.path
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import httpx

from rehydrate_tui.domain.address import parse_address
from rehydrate_tui.domain.attributes import LfsRules
from rehydrate_tui.domain.digest import MAX_POINTER_SIZE, LfsPointer
from rehydrate_tui.domain.names import NameRules, clashing_targets
from rehydrate_tui.domain.paths import symlink_escapes, unsafe_reason
from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.domain.portability import portability_notes
from rehydrate_tui.domain.redact import redact
from rehydrate_tui.domain.tar import TarReader
from rehydrate_tui.domain.text import shorten, strip_controls, strip_controls_multiline
from rehydrate_tui.engine.inflating import BLOCK, Inflating
from rehydrate_tui.errors import (
    AddressError,
    ManifestError,
    PayloadError,
    RemoteError,
    UsageError,
)
from rehydrate_tui.github.answers import Answer, shown_url
from rehydrate_tui.github.lfs_payloads import lfs_downloads_from
from rehydrate_tui.github.payloads import (
    commit_from,
    listing_from,
    ref_from,
    refs_from,
    repository_from,
)
from rehydrate_tui.github.rate_limit import parse_quota, parse_retry_after
from rehydrate_tui.storage.credentials import _oauth_token
from rehydrate_tui.storage.manifest_file import manifest_bytes, parse_manifest

Target = Callable[[bytes], None]

POINTER = LfsPointer("a" * 64, 7)
_HEX = re.compile(r"[0-9a-f]{64}")
_SECRET = "hunter2secret"


def check_shown(text: str) -> None:
    """Fail if a terminal would obey `text`, or order it otherwise than it is read."""
    for character in text:
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in _BIDI, repr(character)


_BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def manifest(data: bytes) -> None:
    """A manifest is read or refused; what is read stays below, and saves and reads on."""
    try:
        made = parse_manifest(data, "m.toml")
    except ManifestError as error:
        check_shown(str(error))
        return
    for source in made.sources:
        for file in source.files:
            target = source.target(file)
            assert not unsafe_reason(target) or len(target) > 4000
            assert os.path.normpath(os.path.join("/d", target)).startswith("/d/")  # noqa: PTH118 - text, not a path here
    for warning in made.warnings:
        check_shown(warning)
    saved = manifest_bytes(made, "m.toml")
    again = parse_manifest(saved, "m.toml")
    assert again == made
    assert manifest_bytes(again, "m.toml") == saved


def address(data: bytes) -> None:
    """An address is read or refused in words that can be shown."""
    text = _lenient(data)
    try:
        parse_address(text)
    except AddressError as error:
        check_shown(str(error))


def pointer(data: bytes) -> None:
    """A pointer has a whole id and a size, and is small; all else is none."""
    found = LfsPointer.parse(data)
    if found is not None:
        assert _HEX.fullmatch(found.oid)
        assert 0 <= found.size < 10**18
        assert len(data) < MAX_POINTER_SIZE


def path(data: bytes) -> None:
    """A path that may be written leads below the destination, and not into `.git`."""
    text = _lenient(data)
    if unsafe_reason(text):
        return
    joined = os.path.normpath(os.path.join("/d", text))  # noqa: PTH118 - text, not a path here
    assert joined == f"/d/{text}"
    segments = text.split("/")
    assert not {"", ".", ".."} & set(segments)
    assert not any(each.lower().rstrip(". ") == ".git" for each in segments)
    assert not any(unicodedata.category(each) == "Cc" for each in text)


def links(data: bytes) -> None:
    """The text of a link that may be made leads to a place below the destination."""
    link, _, text = _lenient(data).partition("\n")
    if unsafe_reason(link) or symlink_escapes(link, text):
        return
    above = os.path.join("/d/e", os.path.dirname(link))  # noqa: PTH118, PTH120 - text
    led = os.path.normpath(os.path.join(above, text))  # noqa: PTH118 - text
    assert f"{led}/".startswith("/d/e/")


def names(data: bytes) -> None:
    """What is told of names is told of those that may be written, and obeys nobody."""
    targets = [each for each in _lenient(data).split("\n") if not unsafe_reason(each)]
    for note in portability_notes(targets, most=3):
        check_shown(note)
    clashes = clashing_targets(targets, NameRules(folds_case=True, folds_form=True))
    assert set(clashes) | set(clashes.values()) <= set(targets)
    assert not set(clashes) & {targets[0] for _ in targets[:1]}


def sanitiser(data: bytes) -> None:
    """What is shown obeys nobody, and showing it twice changes nothing more."""
    text = _lenient(data)
    once = strip_controls(text)
    check_shown(once)
    assert strip_controls(once) == once
    assert len(once) == len(text)
    for line in strip_controls_multiline(text).split("\n"):
        check_shown(line)
    assert len(shorten(text, 20)) <= 20


def secrets(data: bytes) -> None:
    """A password in an address is shown nowhere, whatever stands around it."""
    text = _lenient(data).translate(str.maketrans("", "", "/?#@:\\ \t\r\n"))
    for url in (
        f"https://{text}:{_SECRET}@example.org/{text}",
        f"https://example.org/{text}?{text}={_SECRET}",
        f"https://example.org/{text}#{_SECRET}",
    ):
        assert _SECRET not in shown_url(url)
        check_shown(shown_url(url))
    assert _SECRET not in redact(f"https://{text}:{_SECRET}@example.org/x")
    assert _SECRET not in redact(f"https://example.org/x?token={_SECRET}")


def attributes(data: bytes) -> None:
    """Attribute files say yes or no about a path, and raise nothing."""
    text = data.decode("utf-8", "replace")
    first, _, rest = text.partition("\n")
    for name in (first.strip("/") or "a", "a/b.npy", "data.csv"):
        assert LfsRules({"": rest, "a": text}).matches(name) in {True, False}


def patterns(data: bytes) -> None:
    """Rules are read or refused."""
    lines = data.decode("utf-8", "replace").split("\n")
    try:
        rules = PatternSet(lines)
    except UsageError as error:
        check_shown(str(error))
        return
    rules.matches("a/b.csv")


def payloads(data: bytes) -> None:
    """An answer is what it should be, or an error that names a key."""
    answer = Answer(
        url="https://api.example/x", status=200, headers=httpx.Headers(), body=data
    )
    for reader in _READERS:
        try:
            reader(answer)
        except RemoteError as error:
            check_shown(str(error))


_READERS: tuple[Callable[[Answer], object], ...] = (
    lambda answer: repository_from(answer, "github.com"),
    commit_from,
    ref_from,
    refs_from,
    listing_from,
    lambda answer: lfs_downloads_from(answer, [POINTER]),
)


def hosts_file(data: bytes) -> None:
    """The hosts file of gh has a token on one line, or none."""
    text = data.decode("utf-8", "replace")
    token = _oauth_token(text, "github.com")
    assert "\n" not in token
    assert token == "" or "github.com:" in text


def headers(data: bytes) -> None:
    """Headers about limits are numbers and dates, or nothing."""
    value = data.decode("latin-1")
    made = httpx.Headers()
    with suppress(UnicodeError):
        for name in ("retry-after", "date", *_QUOTA):
            made[name] = value
    wait = parse_retry_after(made, now=0.0)
    assert wait is None or 0 <= wait < 10**12
    quota = parse_quota(made)
    assert quota is None or quota.limit >= 0


_QUOTA = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


def archive(data: bytes) -> None:
    """An archive is read or refused; what is read is no longer than it claims."""
    blocks = iter([data[at : at + 100] for at in range(0, len(data), 100)])
    reader = TarReader(lambda: next(blocks, b""))
    with suppress(PayloadError):
        for member in reader:
            assert member.path
            assert "\0" not in member.path
            content = reader.content() if member.link is None else member.link
            assert len(content) == member.size <= len(data)
    stream = Inflating(partial(next, iter([data]), b""), 2**22)
    with suppress(PayloadError):
        while block := stream.read():
            assert len(block) <= BLOCK


TARGETS: dict[str, Target] = {
    each.__name__: each
    for each in (
        manifest, address, pointer, path, links, names, sanitiser, secrets, attributes, patterns,
        payloads, hosts_file, headers, archive,
    )
}  # fmt: skip


def _lenient(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")
