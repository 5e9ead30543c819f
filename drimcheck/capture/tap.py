"""A connection that records what goes over it, and ends by a deadline.

A timeout of a library counts from one byte to the next: a server that sends one byte a second never
meets it. Here each read gets what is left of the deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore

Record = Callable[[bytes], None]


class Deadline(Exception):
    """The time of the exchange is over."""


class TooLong(Exception):
    """The response is longer than the capture takes."""


@dataclass(slots=True)
class Wire:
    """Where the bytes of an exchange go, and how long, in seconds and bytes, it may be."""

    sent: Record
    received: Record
    until: float
    room: int

    def left(self) -> float:
        """Seconds until the deadline. Raises Deadline."""
        seconds = self.until - monotonic()
        if seconds <= 0:
            raise Deadline
        return seconds

    def take(self, data: bytes) -> None:
        """Record what was received. Raises TooLong."""
        kept = data[: self.room]
        self.received(kept)
        self.room -= len(data)
        if self.room < 0:
            raise TooLong


class Tap(httpcore.NetworkBackend):
    """Connections to one address, recorded."""

    def __init__(self, wire: Wire, address: str) -> None:
        self.wire = wire
        self.address = address
        self.stream: Stream | None = None
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - of the interface
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the address that was looked up before, whatever the name leads to now."""
        made = self._inner.connect_tcp(
            self.address, port, self.wire.left(), local_address, socket_options
        )
        self.stream = Stream(made, self.wire)
        return self.stream


class Stream(httpcore.NetworkStream):
    """A connection, recorded above TLS."""

    def __init__(self, inner: httpcore.NetworkStream, wire: Wire) -> None:
        self.inner = inner
        self.wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        data = self.inner.read(max_bytes, self.wire.left())
        self.wire.take(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.wire.sent(buffer)
        self.inner.write(buffer, self.wire.left())

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        self.inner = self.inner.start_tls(ssl_context, server_hostname, self.wire.left())
        return self

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)
