"""What the provider remembers: requests that wait for a user, codes, sessions that ended."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

from simulators.psc.clients import Client
from simulators.psc.refusal import Refusal
from simulators.psc.tokens import Mint, Session
from simulators.psc.users import User
from testdata.conversation.psc import base64url

CODE_SECONDS = 60
"""How long a code lives; RFC 6749 4.1.2 allows ten minutes at most."""
MAX_KEPT = 10_000
"""Requests, codes, refresh tokens and ended sessions that are kept; the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request whose client and redirect_uri are right."""

    client: Client
    redirect_uri: str
    scope: str = ""
    state: str = ""
    nonce: str = ""
    challenge: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    asked: Asked
    session: Session
    expires: float


class Provider:
    """The state of the provider; its methods may be called from several threads."""

    def __init__(self, mint: Mint, clients: Sequence[Client], users: Sequence[User]) -> None:
        self.mint = mint
        self.clients = {one.id: one for one in clients}
        self.users = {one.name: one for one in users}
        self._lock = Lock()
        self._waiting: dict[str, Asked] = {}
        self._codes: dict[str, Code] = {}
        self._used: dict[str, str] = {}
        self._refresh: dict[str, Session] = {}
        self._ended: dict[str, str] = {}

    def user(self, hint: str) -> User | None:
        """The user whom a login_hint means, by name, identifier or subject."""
        return next(
            (
                one
                for one in self.users.values()
                if hint and hint in (one.name, one.who.identifier, one.subject)
            ),
            None,
        )

    def wait(self, asked: Asked) -> str:
        """Keep a request until its user has chosen; what it is known by."""
        return self._kept(self._waiting, asked)

    def resume(self, ticket: str) -> Asked | None:
        """The request of a ticket, once."""
        with self._lock:
            return self._waiting.pop(ticket, None)

    def code(self, asked: Asked, user: User) -> str:
        """A code for a user who has logged in."""
        now = self.mint.clock()
        session = Session(asked.client, user, int(now), asked.nonce, asked.scope)
        return self._kept(self._codes, Code(asked, session, now + CODE_SECONDS))

    def redeem(self, client: Client, given: Mapping[str, str]) -> dict[str, Any]:
        """The tokens for a code. Raises Refusal; a code that comes twice ends its session."""
        code = given.get("code", "")
        with self._lock:
            found = self._codes.pop(code, None)
            if found is None and code in self._used:
                self._end(self._used[code])
            elif found is not None:
                _keep(self._used, code, found.session.id)
        if found is None or found.expires <= self.mint.clock():
            raise Refusal("invalid_grant", "code unknown, used or expired")
        asked = found.asked
        if asked.client.id != client.id:
            raise Refusal("invalid_grant", "code of another client")
        if asked.redirect_uri != given.get("redirect_uri"):
            raise Refusal("invalid_grant", "redirect_uri is not that of the request")
        verifier = given.get("code_verifier", "")
        digest = base64url(sha256(verifier.encode()).digest())
        if asked.challenge and digest != asked.challenge:
            raise Refusal("invalid_grant", "code_verifier does not give the code_challenge")
        return self._tokens(found.session, refreshed=False)

    def refresh(self, client: Client, given: Mapping[str, str]) -> dict[str, Any]:
        """New tokens for a refresh token, which is replaced. Raises Refusal."""
        with self._lock:
            token = given.get("refresh_token", "")
            session = self._refresh.get(token)
            if session is None or session.id in self._ended or session.client.id != client.id:
                raise Refusal("invalid_grant", "refresh_token unknown, used or revoked")
            del self._refresh[token]
        return self._tokens(session, refreshed=True)

    def claims(self, token: str) -> dict[str, Any] | None:
        """The claims of an access token that is valid now, None for any other."""
        found = self.mint.current(token)
        if found is None or found["sid"] in self._ended or self.owner(found) is None:
            return None
        return found

    def owner(self, claims: Mapping[str, Any]) -> User | None:
        return self.user(str(claims.get("sub", "")))

    def leave(self, *, id_token: str = "", refresh_token: str = "") -> Client | None:
        """End the session of one of the two; its client, None where there is no such session."""
        with self._lock:
            session = self._refresh.get(refresh_token)
            if session is not None:
                self._end(session.id)
                return session.client
            claims = self.mint.read(id_token) if id_token else None
            if claims is None:
                return None
            self._end(str(claims.get("sid", "")))
            return self.clients.get(str(claims.get("azp", "")))

    def _end(self, session: str) -> None:
        _keep(self._ended, session, session)
        self._refresh = {token: one for token, one in self._refresh.items() if one.id != session}

    def _tokens(self, session: Session, *, refreshed: bool) -> dict[str, Any]:
        access = self.mint.access(session)
        return {
            "access_token": access,
            "expires_in": session.client.lifetime,
            "refresh_token": self._kept(self._refresh, session),
            "token_type": "Bearer",
            "id_token": self.mint.identity(session, access, refreshed=refreshed),
            "session_state": session.id,
            "scope": session.scope,
        }

    def _kept(self, store: dict[str, Any], value: object) -> str:
        name = secrets.token_urlsafe(32)
        with self._lock:
            _keep(store, name, value)
        return name


def _keep(store: dict[str, Any], name: str, value: object) -> None:
    store[name] = value
    while len(store) > MAX_KEPT:
        del store[next(iter(store))]
