"""The use cases: open a repository, plan, fetch, replay. Asynchronous, no terminal.

May import `storage`, `domain` and `errors`. The network is reached through the
`ports.Remote` protocol only, which `wiring` fills with the GitHub client.
"""
