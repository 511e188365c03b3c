"""Addresses of the endpoints; every part is percent-encoded here and nowhere else."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from rehydrate_tui.domain.endpoints import Endpoints
from rehydrate_tui.domain.objects import ObjectId, RepoId

PER_PAGE = 100
"""The largest page that the API gives."""


class Routes:
    """Builds the addresses of one host."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def repository(self, repo: RepoId) -> str:
        """`GET /repos/{owner}/{repo}`."""
        return f"{self._endpoints.api}/repos/{_one(repo.owner)}/{_one(repo.name)}"

    def commit(self, repo: RepoId, ref: str) -> str:
        """`GET …/commits/{ref}`; the API takes the slashes of a ref as they are."""
        return f"{self.repository(repo)}/commits/{_many(ref)}"

    def ref(self, repo: RepoId, ref: str) -> str:
        """`GET …/git/ref/{ref}`: exactly one ref, given without `refs/`."""
        return f"{self.repository(repo)}/git/ref/{_many(ref)}"

    def matching_refs(self, repo: RepoId, prefix: str) -> str:
        """`GET …/git/matching-refs/{prefix}`: refs that begin like this."""
        return f"{self.repository(repo)}/git/matching-refs/{_many(prefix)}"

    def tree(self, repo: RepoId, oid: ObjectId, *, is_recursive: bool) -> str:
        """`GET …/git/trees/{oid}`; any value of `recursive` means yes."""
        query = "?recursive=1" if is_recursive else ""
        return f"{self.repository(repo)}/git/trees/{_one(oid)}{query}"

    def blob(self, repo: RepoId, oid: ObjectId) -> str:
        """`GET …/git/blobs/{oid}`."""
        return f"{self.repository(repo)}/git/blobs/{_one(oid)}"

    def branches(self, repo: RepoId) -> str:
        """`GET …/branches`, in the largest pages."""
        return f"{self.repository(repo)}/branches?per_page={PER_PAGE}"

    def tags(self, repo: RepoId) -> str:
        """`GET …/tags`, in the largest pages."""
        return f"{self.repository(repo)}/tags?per_page={PER_PAGE}"

    def commits(self, repo: RepoId, ref: str, path: str, *, per_page: int) -> str:
        """`GET …/commits`: those that touched `path`, or all if it is empty."""
        query = {"sha": ref, "path": path, "per_page": str(per_page)}
        given = {key: text for key, text in query.items() if text}
        return f"{self.repository(repo)}/commits?{urlencode(given)}"

    def compare(self, repo: RepoId, base: str, head: str) -> str:
        """`GET …/compare/{base}...{head}`, with as few commits as it can name."""
        span = f"{_one(base)}...{_one(head)}"
        return f"{self.repository(repo)}/compare/{span}?per_page=1"

    def releases(self, repo: RepoId) -> str:
        """`GET …/releases`."""
        return f"{self.repository(repo)}/releases?per_page=30"

    def release(self, repo: RepoId, tag: str) -> str:
        """`GET …/releases/tags/{tag}`."""
        return f"{self.repository(repo)}/releases/tags/{_many(tag)}"

    def release_assets(self, repo: RepoId, release: int) -> str:
        """`GET …/releases/{id}/assets`, in the largest pages."""
        return f"{self.repository(repo)}/releases/{release}/assets?per_page={PER_PAGE}"

    def asset(self, repo: RepoId, asset: int) -> str:
        """`GET …/releases/assets/{id}`."""
        return f"{self.repository(repo)}/releases/assets/{asset}"

    def languages(self, repo: RepoId) -> str:
        """`GET …/languages`."""
        return f"{self.repository(repo)}/languages"

    def readme(self, repo: RepoId, ref: str, folder: str) -> str:
        """`GET …/readme/{dir}`."""
        below = f"/{_many(folder)}" if folder else ""
        return f"{self.repository(repo)}/readme{below}?{urlencode({'ref': ref})}"

    def gist(self, gist: str, revision: str) -> str:
        """`GET /gists/{id}/{sha}`; the newest revision if none is given."""
        below = f"/{_one(revision)}" if revision else ""
        return f"{self._endpoints.api}/gists/{_one(gist)}{below}"

    def user(self) -> str:
        """`GET /user`: the caller."""
        return f"{self._endpoints.api}/user"

    def repositories_of(self, owner: str) -> str:
        """`GET /users/{owner}/repos`: organisations too, last pushed first."""
        base = f"{self._endpoints.api}/users/{_one(owner)}/repos"
        return f"{base}?sort=pushed&per_page={PER_PAGE}"

    def search(self, text: str, *, per_page: int) -> str:
        """`GET /search/repositories`."""
        query = urlencode({"q": text, "per_page": str(per_page)})
        return f"{self._endpoints.api}/search/repositories?{query}"

    def raw(self, repo: RepoId, commit: ObjectId, path: str) -> str:
        """Address of a file on the raw host.

        Raises:
            UnicodeEncodeError: the path holds bytes that are no UTF-8.
        """
        filled = _fill(self._endpoints.raw, repo)
        return filled.replace("{commit}", _one(commit)).replace("{path}", _many(path))

    def archive(self, repo: RepoId, commit: ObjectId) -> str:
        """Address of the archive of a commit on the archive host."""
        filled = _fill(self._endpoints.archive, repo)
        return filled.replace("{commit}", _one(commit))

    def tarball(self, repo: RepoId, commit: ObjectId) -> str:
        """`GET …/tarball/{commit}`, which redirects to a signed address."""
        return f"{self.repository(repo)}/tarball/{_one(commit)}"

    def lfs_batch(self, repo: RepoId) -> str:
        """`POST …/info/lfs/objects/batch`."""
        return f"{_fill(self._endpoints.lfs, repo)}/objects/batch"


def is_plain_path(path: str) -> bool:
    """Tell whether `path` survives in an address.

    A client or server takes `.` and `..` out of an address before it looks at the
    rest, so a path with such a segment would reach something else.
    """
    return not any(segment in {"", ".", ".."} for segment in path.split("/"))


def _fill(template: str, repo: RepoId) -> str:
    return template.replace("{owner}", _one(repo.owner)).replace(
        "{repo}", _one(repo.name)
    )


def _one(segment: str) -> str:
    return quote(segment, safe="")


def _many(path: str) -> str:
    return quote(path, safe="/")
