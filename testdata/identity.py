"""Invented identities and identifiers, all derived from a seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

UID_ROOT = "2.25"
"""Root of UIDs derived from UUIDs, which needs no registration (PS3.5 B.2)."""

INS_TEST_OID = "1.2.250.1.213.1.4.10"


@dataclass(frozen=True, slots=True)
class Seed:
    """Where UIDs and numbers come from: the same text always gives the same ones."""

    text: str = "alpha"

    def _digest(self, label: str) -> bytes:
        return hashlib.sha256(f"{self.text}/{label}".encode()).digest()

    def uid(self, label: str) -> str:
        """A UID for a thing named by ``label``, from a UUID of version 8 (PS3.5 B.2, RFC 9562)."""
        return f"{UID_ROOT}.{self.uuid(label).int}"

    def uuid(self, label: str) -> UUID:
        """A UUID of version 8 for a thing named by ``label`` (RFC 9562)."""
        octets = bytearray(self._digest(label)[:16])
        octets[6] = octets[6] & 0x0F | 0x80
        octets[8] = octets[8] & 0x3F | 0x80
        return UUID(bytes=bytes(octets))

    def digits(self, label: str, length: int) -> str:
        """A number of ``length`` digits that does not begin with zero."""
        low = 10 ** (length - 1)
        return str(low + int.from_bytes(self._digest(label)) % (9 * low))


def ins_key(body: str) -> str:
    """The key of a NIR or NIA body of 13 characters: 97 minus the body modulo 97.

    The departments of Corsica count as 19 (2A) and 18 (2B).
    """
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"
