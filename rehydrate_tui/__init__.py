"""rehydrate-tui: bring the files of a GitHub repository back, byte for byte.

The package in layers; an arrow points down, never up:

    __main__ > cli > wiring > (tui | headless) > (engine | github) > storage > domain > errors

- `cli` reads the arguments and chooses a front end.
- `wiring` is the one place where the engine meets the GitHub client.
- `tui` and `headless` are the two front ends over one `engine.session.Session`.
- `engine` has the use cases; it knows the network as the protocol `engine.ports.Remote`.
- `github` is the only package that knows httpx.
- `storage` is the disk and this machine; only `storage.toml_io` knows TOML.
- `domain` is pure: values and decisions.
- `demo` is the embedded GitHub server; it shares no code with the rest.
"""
