"""A GitHub server for this machine only: for `--demo`, tests and benchmarks.

It stands beside the other layers and imports none of them, so that a
misunderstanding of GitHub cannot hide on both sides. It may import starlette,
hypercorn, dulwich and the standard library. `server.GitHubServer` is the door.
"""
