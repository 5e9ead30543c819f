"""Ports for what is started as a process of its own, and must be told where to listen."""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"
LISTENED, EPHEMERAL, TRIES = 20_000, 32_768, 100
"""Where ports are chosen: below those that Linux gives to connections on their way out."""


def free_port() -> int:
    """A port that nobody listens on, and that no connection is given on its way out.

    Raises OSError where none of those that were tried is free.
    """
    for left in reversed(range(TRIES)):
        port = LISTENED + secrets.randbelow(EPHEMERAL - LISTENED)
        try:
            with socket.create_server((LOOPBACK, port)):
                return port
        except OSError:
            if not left:
                raise
    raise AssertionError
