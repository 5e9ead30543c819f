"""Connections to peers: FQDN to address where that is configured, and a deadline for everything.

TLS is checked on the FQDN whatever the address (``resolve``): httpcore gives it to ``start_tls``.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Any

import httpcore

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 60.0
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reach:
    """How peers are reached.

    ``authorities`` is a file of certificates to trust in place of those of the system;
    ``certificate`` and ``key`` are what this DRIMbox presents (PEM); ``resolve`` gives the address
    of an FQDN. ``seconds`` bounds an exchange as a whole, its body included.
    """

    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    resolve: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    seconds: float = TOTAL_SECONDS

    def tls(self) -> ssl.SSLContext:
        """The context of a client. Raises OSError, of which ssl.SSLError is one."""
        made = ssl.create_default_context(cafile=self.authorities)
        if self.certificate is not None:
            made.load_cert_chain(self.certificate, self.key)
        return made


class _Clock(threading.local):
    """The deadline of the exchange that this thread is in."""

    until: float | None = None

    def left(self, seconds: float | None, expired: type[Exception]) -> float | None:
        if self.until is None:
            return seconds
        left = self.until - monotonic()
        if left <= 0:
            raise expired("deadline")
        return left if seconds is None else min(seconds, left)


_clock = _Clock()


@contextmanager
def deadline(until: float) -> Iterator[None]:
    """All that this thread does on the network inside ends by then, or raises a timeout."""
    before, _clock.until = _clock.until, until
    try:
        yield
    finally:
        _clock.until = before


class Backend(httpcore.NetworkBackend):
    """Connections that obey ``resolve`` and the deadline; TCP_NODELAY is set by httpcore."""

    def __init__(self, resolve: Mapping[str, str]) -> None:
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _clock.left(timeout, httpcore.ConnectTimeout)
        address = self._resolve.get(host, host)
        return _Stream(self._inner.connect_tcp(address, port, left, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _clock.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _clock.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _clock.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
