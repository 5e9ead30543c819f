"""Credentials in the head of a message, replaced by what tells them apart and gives nothing away.

A token becomes ``masked-`` and the beginning of its SHA-256: two equal tokens stay equal, and the
header keeps its form.
"""

from __future__ import annotations

import hashlib
import re

_CREDENTIAL = re.compile(
    rb"(?im)^((?:proxy-)?authorization:[ \t]*(?:[A-Za-z-]+[ \t]+)?)([^\r\n]+)"
    rb"|^(set-cookie:[ \t]*)([^\r\n]+)"
    rb"|^(cookie:[ \t]*)([^\r\n]+)"
)
DIGITS = 16


def masked(head: bytes) -> bytes:
    """The head with its credentials masked; cookies lose their values, not their attributes."""
    return _CREDENTIAL.sub(_replaced, head)


def mask(secret: bytes) -> bytes:
    """What stands for a secret."""
    return b"masked-" + hashlib.sha256(secret.strip()).hexdigest()[:DIGITS].encode()


def _replaced(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return found[1] + mask(found[2])
    if found[5] is not None:
        return found[5] + b"; ".join(map(_pair, found[6].split(b";")))
    name, equals, rest = found[4].partition(b"=")
    value, semicolon, attributes = rest.partition(b";")
    shown = mask(value) if equals else b""
    return bytes(found[3]) + name + equals + shown + semicolon + attributes


def _pair(pair: bytes) -> bytes:
    """A cookie as a client sends it (RFC 6265 4.2.1): a name and a value, or a value alone."""
    name, equals, value = pair.strip().partition(b"=")
    return name + equals + mask(value) if equals else mask(name)
