"""The hosts that this process made a connection to, whatever library made it.

An audit hook of Python sees every connection and every name that is looked up (PEP 578). Programs
that are started besides, such as a hook of ``sut.toml``, are not seen.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

_hosts: dict[str, None] = {}
INET_PARTS = (2, 4)
"""How many parts an address of IPv4 and of IPv6 has; one of another family is a single text."""


@cache
def watch() -> None:
    """Begin to note connections; once for a process, as an audit hook stays."""
    sys.addaudithook(_heard)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and len(address) in INET_PARTS:
            _hosts[str(address[0])] = None
    elif event == "socket.getaddrinfo" and arguments[0] and arguments[1]:
        host = arguments[0]
        _hosts[host.decode("latin_1") if isinstance(host, bytes) else str(host)] = None


def note(host: str) -> None:
    """Note a host that a program which we started connects to."""
    _hosts[host] = None


def hosts() -> tuple[str, ...]:
    """The hosts until now, in alphabetical order."""
    return tuple(sorted(_hosts))
