"""A client of Pro Santé Connect (DRIM-M E; OpenID Connect Core 1.0; RFC 6749, 7636, 7662, 8705)."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from threading import Lock
from typing import Any
from urllib.parse import quote_plus, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from reference_drimbox.http import Answer, Client, Unreachable
from reference_drimbox.id_token import Expected, base64url, unverified, wrong_claims

SCOPE, LEVEL = "openid scope_all", "eidas1"
ALGORITHM = "RS256"
FORM = "application/x-www-form-urlencoded"
LONGEST = 1 << 20
EARLY = 30
"""Seconds before its end at which an access token is refreshed."""
KEYS_AGAIN = 60
"""Seconds after which an unknown key may make us ask for the keys again."""


class Refused(Exception):
    """The login, or the token, is not taken; the text says why, and names nobody."""


class Unavailable(Exception):
    """Pro Santé Connect does not answer, or not as it should."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a login in progress must come back with; it lies in the session of the user."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a user; ``expires`` is when the access token ends, as time.time() counts."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    identity: str = field(repr=False)
    subject: str
    expires: float


class Provider:
    """Pro Santé Connect at a discovery URL, for a client; may be called from any thread.

    The client proves who it is by the certificate that ``client`` presents (tls_client_auth,
    E-PSC-03), or by ``secret`` where there is one, for the laboratory. Every method raises
    Unavailable.
    """

    def __init__(
        self,
        client: Client,
        discovery: str,
        client_id: str,
        secret: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client, self._discovery = client, discovery
        self.client_id, self._secret = client_id, secret
        self._clock = clock
        self._lock = Lock()
        self._described: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    def start(self, redirect_uri: str) -> Login:
        """A new login: the user is sent to its ``url`` (E-PSC-02)."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64url(sha256(verifier.encode()).digest())
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self.client_id,
                "redirect_uri": redirect_uri,
                "scope": SCOPE,
                "acr_values": LEVEL,
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )
        base = self._endpoint("authorization_endpoint")
        url = f"{base}{'&' if '?' in base else '?'}{query}"
        return Login(url, redirect_uri, state, nonce, verifier)

    def finish(self, login: Login, returned: Mapping[str, str]) -> Tokens:
        """The tokens of a user who came back with these parameters. Raises Refused."""
        if not compare_digest(returned.get("state", "").encode(), login.state.encode()):
            raise Refused("state is not that of the session")
        if "error" in returned or not returned.get("code"):
            raise Refused(f"no code: {returned.get('error', '')[:64]}")
        issuer = returned.get("iss")
        if issuer and issuer != self._endpoint("issuer"):
            raise Refused("iss is not the provider that was asked (RFC 9207)")
        found = self._token(
            {
                "grant_type": "authorization_code",
                "code": returned["code"],
                "redirect_uri": login.redirect_uri,
                "code_verifier": login.verifier,
            }
        )
        claims = self._identity(found, login.nonce)
        told = unverified(found["access_token"]).get("nonce")
        if told is not None and told != login.nonce:
            raise Refused("the nonce of the access token is not that of the session (E-PSC-04)")
        return self._tokens(found, str(claims["sub"]), found["id_token"])

    def fresh(self, tokens: Tokens) -> Tokens:
        """The tokens, refreshed where the access token ends soon (E-PSC-06). Raises Refused."""
        if tokens.expires - EARLY > self._clock():
            return tokens
        return self.refresh(tokens)

    def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens for a refresh token. Raises Refused where the session is over."""
        if not tokens.refresh:
            raise Refused("the session is over, and there is no refresh token")
        found = self._token({"grant_type": "refresh_token", "refresh_token": tokens.refresh})
        identity = tokens.identity
        if found.get("id_token"):
            claims = self._identity(found, "")
            if claims["sub"] != tokens.subject:
                raise Refused("the refreshed ID token is of somebody else (Core 12.2)")
            identity = found["id_token"]
        found.setdefault("refresh_token", tokens.refresh)
        return self._tokens(found, tokens.subject, identity)

    def userinfo(self, tokens: Tokens) -> Mapping[str, Any]:
        """What is told of the professional (E-PSC-11). Raises Refused."""
        headers = {"Authorization": f"Bearer {tokens.access}", "Accept": "application/json"}
        answer = self._sent("GET", self._endpoint("userinfo_endpoint"), headers)
        if answer.status in (401, 403):
            raise Refused("userinfo refuses the access token")
        found = _json(answer)
        if found.get("sub") != tokens.subject:
            raise Refused("userinfo is of somebody else (Core 5.3.2)")
        return found

    def active(self, token: str) -> Mapping[str, Any] | None:
        """What introspection tells of an active token; None of any other (E-PSC-07)."""
        answer = self._posted(self._endpoint("introspection_endpoint"), {"token": token})
        found = _json(answer)
        ends = found.get("exp")
        if found.get("active") is not True:
            return None
        if isinstance(ends, int | float) and ends <= self._clock():
            return None
        return found

    def logout(self, tokens: Tokens, back: str) -> str:
        """Where the user is sent to end the session (OpenID Connect RP-Initiated Logout 1.0)."""
        asked = {"id_token_hint": tokens.identity, "client_id": self.client_id}
        query = urlencode(asked | {"post_logout_redirect_uri": back})
        return f"{self._endpoint('end_session_endpoint')}?{query}"

    def _tokens(self, found: Mapping[str, Any], subject: str, identity: str) -> Tokens:
        lasts = found.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float) else 60.0
        refresh = found.get("refresh_token")
        return Tokens(
            found["access_token"],
            refresh if isinstance(refresh, str) else "",
            identity,
            subject,
            self._clock() + seconds,
        )

    def _token(self, asked: Mapping[str, str]) -> dict[str, Any]:
        answer = self._posted(self._endpoint("token_endpoint"), asked)
        if 400 <= answer.status < 500:
            raise Refused(f"the token endpoint answers {answer.status}")
        found = _json(answer)
        if not isinstance(found.get("access_token"), str):
            raise Unavailable("the token answer has no access_token")
        if str(found.get("token_type", "")).lower() != "bearer":
            raise Unavailable("token_type is not Bearer")
        return found

    def _posted(self, url: str, asked: Mapping[str, str]) -> Answer:
        headers = {"Content-Type": FORM, "Accept": "application/json"}
        sent = dict(asked)
        if self._secret:
            # Each is form-encoded before it is joined (RFC 6749 2.3.1).
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            sent["client_id"] = self.client_id
        return self._sent("POST", url, headers, urlencode(sent).encode())

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes = b""
    ) -> Answer:
        try:
            return self._client.send(method, url, headers=headers, content=content, longest=LONGEST)
        except Unreachable as problem:
            raise Unavailable(str(problem)) from None

    def _endpoint(self, name: str) -> str:
        """A URL of the discovery document, which is read once."""
        with self._lock:
            described = self._described
        if not described:
            described = _json(self._sent("GET", self._discovery, {"Accept": "application/json"}))
            with self._lock:
                self._described = described
        found = described.get(name)
        if not isinstance(found, str) or not found.startswith(("https://", "http://")):
            raise Unavailable(f"the discovery document has no {name}")
        return found

    def _key_set(self, *, again: bool) -> KeySet:
        with self._lock:
            known, since = self._keys, self._clock() - self._keys_at
        if known is not None and not (again and since > KEYS_AGAIN):
            return known
        told = _json(self._sent("GET", self._endpoint("jwks_uri"), {"Accept": "application/json"}))
        try:
            made = KeySet.import_key_set(told)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unavailable("the keys of the provider are unreadable") from None
        with self._lock:
            self._keys, self._keys_at = made, self._clock()
        return made

    def _identity(self, found: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """The claims of the ID token, verified (Core 3.1.3.7). Raises Refused."""
        token = found.get("id_token")
        if not isinstance(token, str):
            raise Refused("there is no ID token")
        claims = self._verified(token)
        expected = Expected(self._endpoint("issuer"), self.client_id, nonce, found["access_token"])
        wrong = wrong_claims(claims, expected, self._clock())
        if wrong:
            raise Refused(f"the ID token has a wrong {', '.join(wrong)}")
        return claims

    def _verified(self, token: str) -> Mapping[str, Any]:
        for again in (False, True):
            try:
                read = jwt.decode(token, self._key_set(again=again), algorithms=[ALGORITHM])
            except (JoseError, ValueError):
                continue
            return dict(read.claims)
        raise Refused("the signature of the ID token is not that of the provider")


def _json(answer: Answer) -> dict[str, Any]:
    """The object of a successful answer. Raises Unavailable."""
    if answer.status != 200:
        raise Unavailable(f"Pro Santé Connect answers {answer.status}")
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unavailable("Pro Santé Connect answers no JSON object")
    return found
