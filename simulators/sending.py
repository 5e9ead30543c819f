"""A raw request sent over a socket, and its answer, byte for byte, by a deadline."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlsplit

import h11

from validators.model import Exchange

SECONDS = 30.0
LONGEST = 1 << 30
READ = 1 << 18


def send(
    url: str,
    raw: bytes,
    *,
    seconds: float = SECONDS,
    longest: int = LONGEST,
    tls: ssl.SSLContext | None = None,
    address: tuple[str, int] | None = None,
    watch: Callable[[int], None] = lambda _count: None,
) -> Exchange:
    """Send ``raw`` to the host of the URL, or to ``address``; the exchange, whatever came.

    ``ended`` is connection, tls, deadline or cap where the answer did not come whole, protocol
    where it is no HTTP. ``watch`` is told how many bytes came, each time some did. Never raises
    for what the other side does.
    """
    until = monotonic() + seconds
    got = bytearray()
    ended = ""
    try:
        with _connected(url, until, tls, address) as stream:
            stream.sendall(raw)
            ended = _received(stream, raw, got, until, longest, watch)
    except TimeoutError:
        ended = "deadline"
    except ssl.SSLError:
        ended = "tls"
    except OSError:
        ended = "connection"
    return Exchange(url, raw, bytes(got), ended)


@contextmanager
def _connected(
    url: str, until: float, tls: ssl.SSLContext | None, address: tuple[str, int] | None
) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host = parts.hostname or ""
    where = address or (host, parts.port or (443 if secure else 80))
    with socket.create_connection(where, timeout=max(until - monotonic(), 0.001)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not secure:
            yield plain
            return
        context = tls or ssl.create_default_context()
        with context.wrap_socket(plain, server_hostname=host) as stream:
            yield stream


def _received(
    stream: socket.socket,
    raw: bytes,
    got: bytearray,
    until: float,
    longest: int,
    watch: Callable[[int], None],
) -> str:
    """Read until the answer is whole by its own framing, or the connection ends."""
    parser = _parser(raw)
    problem = False
    while len(got) < longest:
        left = until - monotonic()
        if left <= 0:
            return "deadline"
        stream.settimeout(left)
        data = stream.recv(READ)
        got += data
        watch(len(got))
        if not problem:
            try:
                if _whole(parser, data):
                    return ""
            except h11.RemoteProtocolError:
                problem = True
        if not data:
            return "protocol" if problem else "" if got else "connection"
    return "cap"


def _parser(raw: bytes) -> h11.Connection:
    """A parser of the answer to this request: what matters is whether its method is HEAD."""
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
    method = b"HEAD" if raw.startswith(b"HEAD ") else b"GET"
    parser.send(h11.Request(method=method, target="/", headers=[("Host", "a")]))
    parser.send(h11.EndOfMessage())
    return parser


def _whole(parser: h11.Connection, data: bytes) -> bool:
    parser.receive_data(data)
    while True:
        event = parser.next_event()
        if isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            return True
        if event is h11.NEED_DATA or event is h11.PAUSED:
            return False
