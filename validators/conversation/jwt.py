"""JSON Web Tokens: taken apart, and verified with the keys of a key set (RFC 7515, 7517, 7519)."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from validators.conversation.message import json_object
from validators.reading import limits

HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    "256": hashes.SHA256,
    "384": hashes.SHA384,
    "512": hashes.SHA512,
}
_BASE64URL = re.compile("[A-Za-z0-9_-]*")


class Jwt(NamedTuple):
    """A token: its header and claims, what is signed, and the signature."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    def text(self, claim: str) -> str:
        """A claim that is a string; "" for any other."""
        found = self.claims.get(claim)
        return found if isinstance(found, str) else ""

    def time(self, claim: str) -> float | None:
        """A claim that is a NumericDate; None for any other."""
        return number(self.claims.get(claim))


def number(value: object) -> float | None:
    """A JSON number that can be a time; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 1e12 else None


def read_jwt(text: object) -> Jwt | None:
    """Take a token apart; None where it is no JWS in compact form with JSON claims."""
    if not isinstance(text, str) or len(text) > limits.MAX_JWT_CHARACTERS:
        return None
    parts = text.split(".")
    octets = [decoded(one) for one in parts]
    if len(parts) != 3 or octets[0] is None or octets[1] is None or octets[2] is None:
        return None
    header, claims = json_object(octets[0]), json_object(octets[1])
    if not header or not claims:
        return None
    return Jwt(header, claims, f"{parts[0]}.{parts[1]}".encode(), octets[2])


def decoded(text: object) -> bytes | None:
    """base64url without padding (RFC 7515 2); None where it is none."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        return None
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def verified(token: Jwt, keys: Sequence[object]) -> bool | None:
    """Whether a key of the set made the signature; None where no RSA key or algorithm applies."""
    algorithm = token.header.get("alg")
    family, size = (algorithm[:2], algorithm[2:]) if isinstance(algorithm, str) else ("", "")
    wanted = token.header.get("kid")
    named = [
        one
        for one in keys[: limits.MAX_KEYS]
        if isinstance(one, dict) and (wanted is None or one.get("kid") == wanted)
    ]
    usable = [key for key in map(_rsa_key, named) if key is not None]
    if family not in ("RS", "PS") or size not in HASHES or not usable:
        return None
    return any(_made_by(key, token, family, HASHES[size]()) for key in usable)


def _rsa_key(row: Mapping[str, object]) -> RSAPublicKey | None:
    modulus, exponent = decoded(row.get("n")), decoded(row.get("e"))
    if row.get("kty") != "RSA" or modulus is None or exponent is None:
        return None
    if len(modulus) * 8 > limits.MAX_KEY_BITS or len(exponent) > 4:
        return None
    numbers = RSAPublicNumbers(int.from_bytes(exponent), int.from_bytes(modulus))
    try:
        return numbers.public_key()
    except ValueError:
        return None


def _made_by(key: RSAPublicKey, token: Jwt, family: str, algorithm: hashes.HashAlgorithm) -> bool:
    padded: padding.AsymmetricPadding = padding.PKCS1v15()
    if family == "PS":
        padded = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
    try:
        key.verify(token.signature, token.signed, padded, algorithm)
    except InvalidSignature:
        return False
    return True
