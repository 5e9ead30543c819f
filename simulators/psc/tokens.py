"""The tokens: signed JSON Web Tokens, as Pro Santé Connect gives them (DRIM-M E-PSC-04, 08)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import uuid4

from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from simulators.faults import Fault
from simulators.psc.clients import CONSO, LIFETIME, Client
from simulators.psc.users import RADIOLOGIST, User
from testdata.conversation.psc import base64url
from testdata.keys import COUNTRY, signer

REALM = "/auth/realms/esante-wallet"
KEY_ID = "drimcheck"
ACCESS, ID = "Bearer", "ID"
"""The ``typ`` claims of an access token and of an ID token."""
SCOPE = "openid scope_all"
CLAIMS = frozenset({"exp", "sub", "azp", "sid", "scope", "preferred_username"})
"""What is read of an access token; whoever has the test data can sign one without it."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who logged in, for which client, and when; what its tokens have in common."""

    client: Client
    user: User
    auth_time: int
    nonce: str = ""
    scope: str = SCOPE
    id: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A token before it is signed, as a fault may change it; ``key`` names the key that signs."""

    claims: Mapping[str, Any]
    header: Mapping[str, Any] = field(
        default_factory=lambda: {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
    )
    key: str = KEY_ID


@cache
def _key(name: str) -> RSAKey:
    """The key of the issuer, which is published with the test data; of another name, a new one."""
    parameters = {"kid": KEY_ID, "use": "sig", "alg": "RS256"}
    if name == KEY_ID:
        private = signer(COUNTRY, (NameOID.COMMON_NAME, "PSC")).key
        return RSAKey.import_key(private, parameters)  # type: ignore[arg-type]
    return RSAKey.generate_key(2048, parameters)  # type: ignore[arg-type]


def key_set() -> dict[str, Any]:
    """The public keys, as the certs endpoint shows them (RFC 7517)."""
    return dict(KeySet([_key(KEY_ID)]).as_dict(private=False))


def issuer(base: str) -> str:
    """The issuer of a provider whose URLs begin with ``base``."""
    return f"{base}{REALM}"


class Mint:
    """Makes and reads the tokens of one issuer."""

    def __init__(
        self,
        base: str,
        faults: Sequence[Fault] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer(base)
        self.clock = clock
        self._changes = [one.adjust for one in faults if one.adjust]

    def access(self, session: Session) -> str:
        return self._signed({**self._claims(session), "typ": ACCESS, "aud": "account"})

    def identity(self, session: Session, access: str, *, refreshed: bool = False) -> str:
        """The ID token; a refreshed one has no nonce (OpenID Connect Core 1.0 12.2)."""
        claims = self._claims(session)
        if refreshed:
            claims.pop("nonce", None)
        # at_hash is the left half of the digest of the access token (OpenID Connect Core 3.1.3.6).
        half = sha256(access.encode()).digest()[:16]
        claims |= {"typ": ID, "aud": session.client.id, "at_hash": base64url(half)}
        claims["exp"] = claims["iat"] + LIFETIME
        return self._signed(claims)

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a token of this issuer, expired or not; None for any other."""
        try:
            found = jwt.decode(token, _key(KEY_ID), algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return None
        return found if found.get("iss") == self.issuer else None

    def current(self, token: str) -> dict[str, Any] | None:
        """The claims of an access token of this issuer that has not expired."""
        found = self.read(token)
        if found is None or found.get("typ") != ACCESS or not found.keys() >= CLAIMS:
            return None
        end = found["exp"]
        return found if isinstance(end, int | float) and end > self.clock() else None

    def _claims(self, session: Session) -> dict[str, Any]:
        now = int(self.clock())
        named = {"nonce": session.nonce} if session.nonce else {}
        return named | {
            "exp": now + session.client.lifetime,
            "iat": now,
            "auth_time": session.auth_time,
            "jti": str(uuid4()),
            "iss": self.issuer,
            "sub": session.user.subject,
            "azp": session.client.id,
            "sid": session.id,
            "session_state": session.id,
            "acr": "eidas1",
            "scope": session.scope,
            "preferred_username": session.user.who.identifier,
        }

    def _signed(self, claims: Mapping[str, Any]) -> str:
        made = Unsigned(claims)
        for change in self._changes:
            made = change(made)
        if made.header["alg"] == "none":
            parts = [
                base64url(json.dumps(dict(one)).encode()) for one in (made.header, made.claims)
            ]
            return ".".join([*parts, ""])
        return jwt.encode(dict(made.header), dict(made.claims), _key(made.key))


def mint(
    base: str,
    *,
    user: User = RADIOLOGIST,
    client: Client = CONSO,
    nonce: str = "",
    clock: Callable[[], float] = time.time,
) -> str:
    """An access token of the provider at ``base``, as a login would give it.

    Whoever has the test data can make one: the provider knows its tokens by their signature, not
    by a list. A client whose lifetime is negative gives one that has expired.
    """
    session = Session(client, user, int(clock()), nonce)
    return Mint(base, clock=clock).access(session)


def unknown() -> str:
    """A token that no provider has given."""
    return f"inconnu-{uuid4().hex}"
