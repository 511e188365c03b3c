"""HTTP/2 and HTTP/1.1 on plain sockets, under httpx's transport API.

For every host that is reached directly, the API as well as content: one way to do
things. Proxies, and loops that watch no sockets, stay with httpx (`github.roads`).

Why an own one: httpx's spends 1.3 to 1.9 ms of CPU on a small file, because its pool
looks at every connection for every request and its TLS and HTTP/2 are layers of Python.
CPU seconds of one process that gets and hashes files from nginx over TLS, median of
three interleaved rounds (500 MB with httpx: two) on two cores that other jobs shared, so
that walls said nothing; httpx's client layer left out except for the stock ones:

| transport              | 1,000 files, 30 ms | 20 x 20 MB | 500 MB | RSS MB |
| ---------------------- | ------------------ | ---------- | ------ | ------ |
| httpx, 32 clients      | 1.41               | -          | 2.70   | 37     |
| httpx with h2          | 1.88               | -          | -      | 37     |
| httpx-aiohttp, 64      | 0.61               | 1.08       | 1.77   | 60     |
| pyreqwest, 100 streams | 0.36               | 0.79       | 0.87   | 88     |
| this, 400 streams      | 0.27               | 1.06       | 1.29   | 52     |

pyreqwest is cheaper for large files, but is compiled, takes more memory, and leaves
connections and unread bytes to its own rules. So the framing is ours and small; hpack,
which the library h2 uses as well, decodes the heads. The library itself was measured only
inside httpx.

From the bottom: `link` (a socket), `dialing` (addresses, TCP, TLS, ALPN), `frames`,
`head_encoder` and `head_decoder`, `http2*` and `http1*` (the connections), `pool` (few
connections, many streams), `transport` (what is safe to try again, and HTTP/1.1 for
large bodies). Unread bytes are
bounded by the windows of HTTP/2, and by not reading with HTTP/1.1. Everything that fails
is an exception of httpx.
"""

from rehydrate_tui.github.wire.transport import LARGE_BODY, WireTransport

__all__ = ["LARGE_BODY", "WireTransport"]
