"""One exchange: who may be asked, how it is asked, and why it ended."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import httpcore

from drimcheck.capture.tap import Deadline, Tap, TooLong, Wire

READ = 1 << 16
DEFAULT_SECONDS = 60.0
DEFAULT_BYTES = 4 << 30


class Refused(Exception):
    """The host is none that may be asked; the message says which, and how to allow it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an exchange may take: wall-clock seconds, and bytes of the response."""

    seconds: float = DEFAULT_SECONDS
    bytes: int = DEFAULT_BYTES


@dataclass(frozen=True, slots=True)
class Secrets:
    """The access token, the client certificate with its key, the authorities to trust."""

    token: str = ""
    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to send: the URL, and the headers besides Host and Accept-Encoding."""

    url: str
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)
    method: str = "GET"


def capture(asked: Asked, wire: Wire, *, hosts: frozenset[str], secrets: Secrets) -> str:
    """Send a request and record the exchange; why it ended, "" where the response came whole.

    One of: deadline, cap, connection, tls, protocol. Raises Refused before anything is sent.
    """
    allow(asked.url, hosts)
    tap: Tap | None = None
    try:
        tap = Tap(wire, _address(asked.url))
        _exchange(asked, tap, secrets)
    except Deadline:
        return "deadline"
    except TooLong:
        return "cap"
    except httpcore.TimeoutException:
        return "deadline"
    except httpcore.RemoteProtocolError:
        return _drained(tap)
    except ssl.SSLError:
        return "tls"
    except (httpcore.NetworkError, OSError) as error:
        return "tls" if isinstance(error.__cause__, ssl.SSLError) else "connection"
    return ""


def allow(address: str, hosts: frozenset[str]) -> None:
    """Let a URL pass. Raises Refused.

    A host that was not named may be anywhere: in the network of whoever runs this (SSRF).
    """
    try:
        url = urlsplit(address)
        host, _ = (url.hostname or "").lower(), url.port
    except ValueError:
        raise Refused(f"{address}: no URL") from None
    if url.scheme not in ("http", "https") or not host:
        raise Refused(f"{address}: only http and https are asked")
    if host not in hosts:
        raise Refused(f"{host}: not among the hosts to ask; allow it by --host {host}")


def _address(text: str) -> str:
    """The address that the host of a URL leads to now. Raises OSError."""
    url = urlsplit(text)
    found = socket.getaddrinfo(url.hostname, url.port or 443, type=socket.SOCK_STREAM)
    return str(found[0][4][0])


def _exchange(asked: Asked, tap: Tap, secrets: Secrets) -> None:
    headers = [
        ("Host", urlsplit(asked.url).netloc.rpartition("@")[2]),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
        *asked.headers,
    ]
    if secrets.token:
        headers.append(("Authorization", f"Bearer {secrets.token}"))
    with (
        httpcore.ConnectionPool(ssl_context=_tls(secrets), network_backend=tap) as pool,
        pool.stream(asked.method, asked.url, headers=headers) as response,
    ):
        for _ in response.iter_stream():
            tap.wire.left()


def _tls(secrets: Secrets) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=secrets.authorities)
    if secrets.certificate:
        context.load_cert_chain(secrets.certificate, secrets.key)
    return context


def _drained(tap: Tap | None) -> str:
    """Record what follows after what the library refused to read, up to deadline and cap."""
    stream = tap.stream if tap else None
    try:
        while stream and stream.read(READ):
            pass
    except (Deadline, httpcore.TimeoutException):
        return "deadline"
    except TooLong:
        return "cap"
    except (httpcore.NetworkError, OSError):
        pass
    return "protocol"


def deadline(limits: Limits) -> float:
    """The moment by which an exchange that starts now ends."""
    return monotonic() + limits.seconds
