"""Where a peer listens, and the name and port under which others know it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificate chain and key of a server, and the authorities whose clients it accepts (PEM).

    Without ``authorities`` no client certificate is asked for; with ``optional`` a client may
    come without one.
    """

    certificate: Path
    key: Path
    authorities: Path | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """``listen`` and ``port`` are where the socket is; port 0 is any that is free.

    ``public_name`` and ``public_port`` are what URLs carry: those of the socket unless given, as
    behind a proxy or a container they are not.
    """

    listen: str = LOOPBACK
    port: int = 0
    public_name: str = ""
    public_port: int = 0
    tls: Tls | None = None

    @property
    def base(self) -> str:
        """Scheme, host and port of the URLs of this peer, without a slash at the end."""
        scheme, usual = ("https", 443) if self.tls else ("http", 80)
        port = self.public_port or self.port
        host = self.public_name or self.listen
        return f"{scheme}://{host}" + ("" if port == usual else f":{port}")

    def on(self, port: int) -> Network:
        """The network once the port is known."""
        return replace(self, port=port)
