"""GET /languages: bytes by language, told by the endings of names."""

from __future__ import annotations

from collections import Counter

from rehydrate_tui.demo.api.call import Call, Reply, json_reply
from rehydrate_tui.demo.repository import Repository

_LANGUAGES = {
    b"py": "Python",
    b"ipynb": "Jupyter Notebook",
    b"c": "C",
    b"h": "C",
    b"js": "JavaScript",
    b"sh": "Shell",
    b"html": "HTML",
    b"css": "CSS",
    b"r": "R",
    b"jl": "Julia",
}


def get_languages(call: Call) -> Reply:
    """Show how much of the default branch is written in what."""
    return json_reply(dict(languages_of(call.repository).most_common()))


def languages_of(repository: Repository) -> Counter[str]:
    """Count the bytes of each language."""
    found: Counter[str] = Counter()
    head = repository.resolve("HEAD")
    if head is None:
        return found
    for item in repository.walk(repository.objects.commit(head).tree):
        name, dot, ending = item.path.rpartition(b".")
        language = _LANGUAGES.get(ending.lower()) if dot and name else None
        if language and item.entry.kind == "blob":
            found[language] += repository.objects.blob_size(item.entry.oid)
    return found


ROUTES = (("/languages", get_languages),)
