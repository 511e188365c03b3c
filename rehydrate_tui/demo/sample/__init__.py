"""The sample repositories of `--demo`: a field station's notes and data.

Everything is made in code, the same on every machine, and in a fraction of a
second; the one large file is made only when somebody asks for it.
"""

from rehydrate_tui.demo.sample.history import sample_repositories

__all__ = ["sample_repositories"]
