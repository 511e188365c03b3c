"""The server against git itself: the same objects, listings, archives and clones."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.server import GitHubServer

Api = Callable[..., httpx.Response]
Git = Callable[..., str]


def members(data: bytes) -> dict[str, tuple[int, bytes, int, str, bytes]]:
    """Describe the members of a tar archive: mode, type, time, link and content."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = {}
        for info in archive:
            file = archive.extractfile(info) if info.isreg() else None
            content = file.read() if file else b""
            found[info.name] = (
                info.mode,
                info.type,
                int(info.mtime),
                info.linkname,
                content,
            )
        return found


def test_git_accepts_the_built_objects(exported: Path, git: Git) -> None:
    """Git fsck finds nothing wrong with a built repository."""
    git("fsck", "--strict", "--full", cwd=exported)
    assert git("rev-list", "--all", "--count", cwd=exported).strip() == "3"


@pytest.mark.parametrize("recursive", [True, False])
def test_tree_listing_is_that_of_ls_tree(
    api: Api, exported: Path, git: Git, *, recursive: bool
) -> None:
    """The tree endpoint lists what `git ls-tree -t -l` lists, in the same order."""
    options = ["-r", "-t"] if recursive else []
    listed = git("ls-tree", "-l", "-z", *options, "main", cwd=exported)
    query = "?recursive=1" if recursive else ""
    tree = api(f"/git/trees/main{query}").json()["tree"]
    ours = [
        f"{item['mode']} {item['type']} {item['sha']} {item.get('size', '-'):>7}\t"
        f"{item['path']}"
        for item in tree
    ]
    assert ours == listed.split("\0")[:-1]


def test_blobs_have_the_ids_that_git_gives(
    api: Api, tmp_path: Path, git: Git, repository: Repository, head: str
) -> None:
    """The bytes of every blob endpoint hash to the id in the listing."""
    for number, item in enumerate(api("/git/trees/main?recursive=1").json()["tree"]):
        if item["type"] != "blob":
            continue
        data = api(f"/git/blobs/{item['sha']}", accept="application/vnd.github.raw")
        file = tmp_path / str(number)
        file.write_bytes(data.content)
        assert git("hash-object", "--no-filters", file).strip() == item["sha"]
        assert len(data.content) == item["size"]


@pytest.mark.parametrize("ref", ["main", "v1.0", "feature/deep/er"])
def test_archive_holds_what_git_archive_writes(
    server: GitHubServer, client: httpx.Client, exported: Path, git: Git, ref: str
) -> None:
    """Members, modes, times, links and converted contents are those of git archive."""
    commit = git("rev-parse", f"{ref}^{{commit}}", cwd=exported).strip()
    prefix = f"Notes-{commit}/"
    output = exported.with_suffix(".tar.gz")
    git(
        "archive",
        f"--prefix={prefix}",
        "--format=tar.gz",
        f"--output={output}",
        commit,
        cwd=exported,
    )
    ours = client.get(f"{server.codeload_url}/Ada/Notes/tar.gz/{commit}")
    theirs = members(output.read_bytes())
    assert members(ours.content) == theirs
    assert list(members(ours.content)) == list(theirs)
    with tarfile.open(fileobj=io.BytesIO(ours.content)) as archive:
        assert archive.pax_headers == {"comment": commit}


def test_archive_names_its_commit_to_git(
    server: GitHubServer, client: httpx.Client, tmp_path: Path, git: Git, head: str
) -> None:
    """`git get-tar-commit-id` reads the commit from the archive."""
    import gzip
    import shutil
    import subprocess

    data = client.get(f"{server.codeload_url}/Ada/Notes/tar.gz/{head}").content
    executable = shutil.which("git") or "git"
    done = subprocess.run(  # noqa: S603 - made here
        [executable, "get-tar-commit-id"],
        input=gzip.decompress(data),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == head


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("bare", [True, False])
def test_a_clone_serves_the_same_answers(
    exported: Path,
    tmp_path: Path,
    git: Git,
    client: httpx.Client,
    api: Api,
    *,
    packed: bool,
    bare: bool,
) -> None:
    """A clone made by git, packed or not, bare or not, is served like the original."""
    clone = tmp_path / "clone"
    # a submodule without its repository must not stop the checkout
    git("clone", *(["--mirror"] if bare else []), "--no-local", exported, clone)
    if not bare:
        git("branch", "feature/deep/er", "origin/feature/deep/er", cwd=clone)
    if packed:
        git("gc", "--quiet", cwd=clone)
    served = Repository.from_clone(clone, "Ada", "Notes")
    assert served.default_branch == "main"
    with GitHubServer([served]).running() as other:
        for path in (
            "/git/trees/main?recursive=1",
            "/branches",
            "/tags",
            "/git/matching-refs/tags/",
            "/commits/feature%2Fdeep%2Fer",
            "/contents/docs",
        ):
            theirs = client.get(f"{other.api_url}/repos/Ada/Notes{path}")
            ours = api(path)
            assert _portless(theirs.text) == _portless(ours.text), path
    served.close()


def _portless(text: str) -> str:
    import re

    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", text)


def test_short_ids_resolve_as_in_git(api: Api, exported: Path, git: Git) -> None:
    """An abbreviated commit id leads to the commit that git finds."""
    short = git("rev-parse", "--short=8", "main", cwd=exported).strip()
    assert api(f"/commits/{short}").json()["sha"].startswith(short)


def test_changed_files_are_those_of_diff_tree(
    api: Api, exported: Path, git: Git
) -> None:
    """A commit names the files that `git diff-tree` names, with the same line counts."""
    ref = "feature/deep/er"
    listed = git("diff-tree", "-r", "--no-commit-id", "--numstat", ref, cwd=exported)
    files = api(f"/commits/{ref}").json()["files"]
    ours = [f"{f['additions']}\t{f['deletions']}\t{f['filename']}" for f in files]
    assert ours == listed.splitlines()
