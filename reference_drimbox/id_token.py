"""The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7; DRIM-M E-PSC-04)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

SKEW = 60
"""Seconds by which the clocks may differ."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the claims must agree with; ``nonce`` is "" after a refresh, which has none."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access: str = field(repr=False)


def wrong_claims(claims: Mapping[str, Any], expected: Expected, now: float) -> list[str]:
    """The names of the claims that are not as they must be."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    ends, issued = _number(claims.get("exp")), _number(claims.get("iat"))
    checks = {
        "iss": claims.get("iss") == expected.issuer,
        "aud": expected.client_id in audiences,
        "azp": claims.get("azp", expected.client_id) == expected.client_id,
        "exp": ends > max(now - SKEW, issued),
        "iat": 0 < issued < now + SKEW,
        "sub": isinstance(claims.get("sub"), str) and bool(claims["sub"]),
        "nonce": not expected.nonce or claims.get("nonce") == expected.nonce,
        "at_hash": claims.get("at_hash") in (None, _half(expected.access)),
    }
    return [name for name, right in checks.items() if not right]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def base64url(data: bytes) -> str:
    """Base64 for URLs, without padding (RFC 7515 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _half(access: str) -> str:
    """The left half of the digest of an access token (Core 3.1.3.6)."""
    return base64url(sha256(access.encode()).digest()[:16])


def unverified(token: str) -> Mapping[str, Any]:
    """The claims of an access token that is a JWT; nothing else may be decided by them."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        found = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
