"""Hand-overs: a manifest as a script, a notebook cell, a magic or curl lines.

What is exported runs without this package. Its code is real code of this package,
embedded as it is beside the manifest's data: `standalone` (standard library, Python 3.8
and newer) and `standalone.sh` (POSIX shell). May import `storage`, `domain`, `errors`.
"""
