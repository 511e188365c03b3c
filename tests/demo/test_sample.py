"""The sample repositories: what --demo and the screenshots show."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import struct
import subprocess
import sys
import zlib
from collections import Counter

import httpx
import pytest

from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.sample import sample_repositories
from rehydrate_tui.demo.sample.tables import RAW_LOG_OID, RAW_LOG_SIZE, raw_log_bytes
from rehydrate_tui.demo.server import GitHubServer


@pytest.fixture(scope="module")
def sample() -> list[Repository]:
    """Both sample repositories, built once."""
    return sample_repositories()


@pytest.fixture(scope="module")
def notes(sample: list[Repository]) -> Repository:
    """The main one."""
    return sample[0]


def read(repository: Repository, path: str, ref: str = "main") -> bytes:
    """Read a file of the sample."""
    commit = repository.resolve(ref)
    assert commit is not None
    found = repository.find(commit, path.encode())
    assert found is not None, path
    return repository.objects.blob(found.entry.oid)


def paths(repository: Repository, ref: str = "main") -> dict[str, str]:
    """List the sample's paths with their modes."""
    commit = repository.resolve(ref)
    assert commit is not None
    tree = repository.objects.commit(commit).tree
    return {
        found.path.decode(): found.entry.mode_text for found in repository.walk(tree)
    }


def test_it_is_the_same_every_time(sample: list[Repository]) -> None:
    """Two builds have the same refs, so that screenshots do not move."""
    assert [item.refs for item in sample_repositories()] == [
        item.refs for item in sample
    ]


def test_it_imports_nothing_of_the_client() -> None:
    """The stand-in shares no code with what it tests."""
    code = (
        "import sys; import rehydrate_tui.demo.__main__\n"
        "print([name for name in sys.modules if name.startswith('rehydrate_tui.')"
        " and not name.startswith('rehydrate_tui.demo')])\n"
        "print([name for name in ('httpx', 'textual', 'tomli_w') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603 - made here
    assert done.stdout.split() == [b"[]", b"[]"]


def test_the_large_file_is_what_its_listing_says(notes: Repository) -> None:
    """The 60 MB are made lazily; id and size are known before."""
    data = raw_log_bytes()
    assert len(data) == RAW_LOG_SIZE
    blob = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    blob.update(data)
    assert blob.hexdigest() == RAW_LOG_OID
    assert data.startswith(b"tick,channel,millivolt,flag\n0000")


def test_it_has_one_of_everything(notes: Repository) -> None:
    """Kinds of entries, a wide folder, awkward names, duplicates, an empty file."""
    listed = paths(notes)
    assert len([path for path in listed if path.startswith("data/stations/")]) == 366
    assert listed["fieldnotes/split.py"] == "100755"
    assert listed["tools"] == "160000"
    assert listed["data/current.csv"] == "120000"
    assert read(notes, "data/current.csv") == b"stations/2016-12-31.csv"
    assert read(notes, "notes/shared-drive").startswith(b"../../")
    assert read(notes, "data/raw/empty.log") == b""
    assert read(notes, "notebooks/daily-2016.csv") == read(notes, "data/daily-2016.csv")
    names = {path.rpartition("/")[2] for path in listed}
    for sign in ("#", "%", "+", "\u201c", "  ", "'", "\u00e4", "\u89b3", "\U0001f3d4"):
        assert any(sign in name for name in names), sign
    assert any(name.startswith("-") for name in names)
    longest = max(len(name.encode()) for name in names)
    assert 200 < longest <= 255


def test_notebooks_are_valid_and_true(notes: Repository) -> None:
    """Nbformat 4 with outputs; the figures are those of the data beside them."""
    for path in ("notebooks/01 season.ipynb", "notebooks/02 birds.ipynb"):
        notebook = json.loads(read(notes, path))
        assert notebook["nbformat"] == 4
        assert {cell["cell_type"] for cell in notebook["cells"]} == {"markdown", "code"}
        assert all(
            cell["id"] and isinstance(cell["source"], list)
            for cell in notebook["cells"]
        )
    season = json.loads(read(notes, "notebooks/01 season.ipynb"))
    kinds = [
        output["output_type"]
        for cell in season["cells"]
        for output in cell.get("outputs", ())
    ]
    assert kinds == ["stream", "execute_result", "display_data"]
    rows = csv.DictReader(
        io.StringIO(read(notes, "data/birds/sightings-2016.csv").decode())
    )
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["species"]] += int(row["count"])
    shown = read(notes, "notebooks/02 birds.ipynb").decode()
    for species, count in counts.most_common(3):
        assert f"{species:<18}{count}" in shown


def test_tables_are_regular(notes: Repository) -> None:
    """Every row of every table has as many cells as its head."""
    for path in paths(notes):
        delimiter = {"csv": ",", "tsv": "\t"}.get(path.rpartition(".")[2])
        if delimiter is None or path.startswith(("data/raw/", "data/current")):
            continue
        text = read(notes, path).decode()
        widths = {
            len(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        }
        assert len(widths) == 1, path


def test_pictures_are_pictures(notes: Repository) -> None:
    """PNG files with sound checksums and as many pixels as they say."""
    for path in (path for path in paths(notes) if path.endswith(".png")):
        data = read(notes, path)
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", data[16:24])
        pixels, place = b"", 8
        while place < len(data):
            (length,) = struct.unpack(">I", data[place : place + 4])
            chunk = data[place + 4 : place + 8 + length]
            (checksum,) = struct.unpack(
                ">I", data[place + 8 + length : place + 12 + length]
            )
            assert zlib.crc32(chunk) == checksum
            pixels += chunk[4:] if chunk.startswith(b"IDAT") else b""
            place += 12 + length
        assert len(zlib.decompress(pixels)) == height * (width + 1)


def test_large_files_are_in_lfs(notes: Repository) -> None:
    """Each pointer names an object of the right size and sum."""
    for path in ("data/audio/2016-05-14-dawn.npy", "data/audio/2016-06-02-dawn.npy"):
        pointer = dict(
            line.split(" ", 1) for line in read(notes, path).decode().splitlines()
        )
        item = notes.lfs_objects[pointer["oid"].removeprefix("sha256:")]
        data = item.make()
        assert len(data) == item.size == int(pointer["size"])
        assert hashlib.sha256(data).hexdigest() == item.oid
        assert data.startswith(b"\x93NUMPY\x01\x00")
    assert max(item.size for item in notes.lfs_objects.values()) > 4_000_000


def test_branches_and_tags_differ(notes: Repository) -> None:
    """Three branches and two tags with contents of their own."""
    assert [name for name, _ in notes.refs_under("refs/heads/")] == [
        "data",
        "feature/2017-season",
        "main",
    ]
    assert notes.objects.kind(notes.refs["refs/tags/v1.0"]) == "tag"
    assert notes.refs["refs/tags/v1.1"] == notes.resolve("main")
    assert "data/daily-2016.tsv" in paths(notes, "data")
    assert "data/birds/sightings-2017.csv" in paths(notes, "feature/2017-season")
    assert "notebooks/01 season.ipynb" not in paths(notes, "v1.0")


def test_the_submodule_is_served_at_its_commit(
    sample: list[Repository], notes: Repository, client: httpx.Client
) -> None:
    """The address in .gitmodules leads to the second repository, which has the commit."""
    with GitHubServer(sample).running() as server:
        base = f"{server.api_url}/repos/rehydrate/field-notes"
        module = client.get(f"{base}/contents/tools").json()
        tree = client.get(module["git_url"]).json()
        assert tree["sha"] == module["sha"]
        assert "start-logger.sh" in [item["path"] for item in tree["tree"]]


def test_every_file_arrives_by_its_encoded_path(
    sample: list[Repository], notes: Repository, client: httpx.Client
) -> None:
    """All small files come from the raw host under their percent-encoded names."""
    from urllib.parse import quote

    commit = notes.resolve("main")
    with GitHubServer(sample).running() as server:
        for path, mode in paths(notes).items():
            if path.startswith(("data/stations", "data/raw/logger")) or mode in {
                "040000",
                "160000",
            }:
                continue
            url = f"{server.raw_url}/rehydrate/field-notes/{commit}/{quote(path)}"
            assert client.get(url).content == read(notes, path), path
