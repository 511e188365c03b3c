"""Which language a file is in, by its name: only lexers that are quick on anything."""

from __future__ import annotations

from rehydrate_tui.preview.sample import Sample

_EXTENSIONS = {
    "bash": "bash",
    "bat": "batch",
    "bib": "bibtex",
    "c": "c",
    "cc": "cpp",
    "cff": "yaml",
    "cfg": "ini",
    "cpp": "cpp",
    "css": "css",
    "geojson": "json",
    "go": "go",
    "h": "c",
    "hpp": "cpp",
    "htm": "html",
    "html": "html",
    "ini": "ini",
    "java": "java",
    "jl": "julia",
    "js": "javascript",
    "json": "json",
    "jsonl": "json",
    "kt": "kotlin",
    "lock": "toml",
    "lua": "lua",
    "m": "matlab",
    "ndjson": "json",
    "pl": "perl",
    "py": "python",
    "pyi": "python",
    "r": "r",
    "rb": "ruby",
    "rs": "rust",
    "scala": "scala",
    "sh": "bash",
    "sql": "sql",
    "svg": "xml",
    "tex": "latex",
    "toml": "toml",
    "topojson": "json",
    "ts": "typescript",
    "tsx": "typescript",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yaml",
    "zsh": "bash",
}
_NAMES = {
    "dockerfile": "docker",
    "makefile": "make",
    ".gitmodules": "ini",
    ".bashrc": "bash",
}
_TITLES = {
    "cpp": "C++",
    "css": "CSS",
    "docker": "Dockerfile",
    "html": "HTML",
    "ini": "INI",
    "javascript": "JavaScript",
    "json": "JSON",
    "latex": "LaTeX",
    "sql": "SQL",
    "toml": "TOML",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
}


def language_of(sample: Sample) -> str:
    """Return the language as Pygments calls it; empty for plain text."""
    found = _NAMES.get(sample.name.lower()) or _EXTENSIONS.get(sample.extension, "")
    if not found and sample.data.startswith(b"#!"):
        first = sample.data[:100].partition(b"\n")[0]
        found = "python" if b"python" in first else "bash"
    return found


def title_of(language: str) -> str:
    """Return a language as people write it."""
    return _TITLES.get(language, language.capitalize())
