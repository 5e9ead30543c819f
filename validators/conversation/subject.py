"""A conversation: the exchanges of a capture in order, and what belongs together in them."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial

from validators.conversation.jwt import read_jwt
from validators.conversation.message import Room
from validators.conversation.roles import (
    AUTHORIZATION,
    CALLBACK,
    CERTS,
    INTROSPECTION,
    PUBLISH,
    TOKEN,
)
from validators.conversation.turn import Turn, identity
from validators.engine import Embedded
from validators.model import Exchange, Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.limits import MAX_JSON_BYTES, MAX_SNIFFED_BYTES

_MARK = re.compile(
    rb'\s*\{\s*"exchanges"\s*:\s*\[\s*'
    rb'(?:\]|\{(?:\s*"(?:url|ended)"\s*:\s*"[^"]*"\s*,)*\s*"request"\s*:\s*"[A-Za-z0-9+/=]*(?:"|\Z))'
)

OTHER_GRANTS = ("refresh_token", "urn:openid:params:grant-type:ciba")
"""Grants of token requests without an authorization request before them."""


class Login(Node):
    """One authentication: the authorization request, the callback and the token request of it."""

    def __init__(self, authorization: Turn | None = None) -> None:
        self.authorization = authorization
        self.callback: Turn | None = None
        self.token: Turn | None = None

    @property
    def path(self) -> str:
        turns = (self.authorization, self.callback, self.token)
        return next(one.path for one in turns if one is not None)


class Conversation:
    """The exchanges of a capture. ``limit`` says why it could not be read."""

    def __init__(self, exchanges: Sequence[Exchange], limit: str = "") -> None:
        self.limit = limit
        if len(exchanges) > limits.MAX_EXCHANGES:
            self.limit = f"MAX_EXCHANGES {limits.MAX_EXCHANGES}"
            exchanges = ()
        room = Room()
        self.turns = [Turn(number, one, room) for number, one in enumerate(exchanges, start=1)]

    def release(self) -> None:
        """Free the memory of the conversation; nothing can be asked of it afterwards."""
        self.__dict__.clear()

    @property
    def unread(self) -> str:
        return self.limit

    @cached_property
    def given(self) -> frozenset[str]:
        """``certs`` where the keys of the issuer were captured, ``introspections`` where any."""
        seen = {one.role for one in self.turns}
        names = {CERTS: "certs", INTROSPECTION: "introspections"}
        return frozenset(name for role, name in names.items() if role in seen)

    @cached_property
    def embedded(self) -> list[Embedded]:
        """The submissions, which are judged as what they are."""
        found = self.of(PUBLISH)
        return [Embedded(f"{one.number} request body", "xds", one.request.entity) for one in found]

    def of(self, *roles: str) -> list[Turn]:
        """The exchanges of these roles, in order."""
        return [one for one in self.turns if one.role in roles]

    @cached_property
    def logins(self) -> list[Login]:
        """The authentications: a callback by its state, a token request by its code."""
        made: list[Login] = []
        for one in self.turns:
            if one.role == AUTHORIZATION:
                made.append(Login(one))
            elif one.role == CALLBACK:
                found = _waiting(made, "callback", partial(_by_state, one))
                _kept(made, found).callback = one
            elif one.role == TOKEN and one.parameter("grant_type") not in OTHER_GRANTS:
                found = _waiting(made, "token", partial(_by_code, one))
                _kept(made, found).token = one
        return made

    @cached_property
    def issued(self) -> dict[str, Turn]:
        """The identities of the access tokens that were given, with the first exchange of each."""
        found: dict[str, Turn] = {}
        for one in self.of(TOKEN):
            token = one.response.json.get("access_token")
            if isinstance(token, str) and token:
                found.setdefault(identity(token), one)
        return found


def _waiting(made: list[Login], part: str, fits: Callable[[Login], bool]) -> Login | None:
    """The login that waits for this part: the one that fits it, else the last one."""
    open_ones = [one for one in made[-limits.MAX_KEYS :] if getattr(one, part) is None]
    fitting = [one for one in open_ones if fits(one)] or open_ones
    return fitting[-1] if fitting else None


def _kept(made: list[Login], found: Login | None) -> Login:
    """The login found, or a new one of which the beginning was not captured."""
    if found is None:
        made.append(found := Login())
    return found


def _by_state(turn: Turn, login: Login) -> bool:
    asked = login.authorization
    return asked is not None and asked.parameter("state") == turn.parameter("state")


def _by_code(turn: Turn, login: Login) -> bool:
    """By the code of the callback; by the nonce of the ID token where it was not captured."""
    back, asked = login.callback, login.authorization
    if back is not None:
        return back.parameter("code") == turn.parameter("code")
    token = read_jwt(turn.response.json.get("id_token"))
    nonce = asked.parameter("nonce") if asked is not None else ""
    return token is not None and bool(nonce) and token.text("nonce") == nonce


def conversation(exchanges: Iterable[Exchange]) -> Conversation:
    """The conversation of captured exchanges. Never raises for their content."""
    return Conversation(list(exchanges))


def load(buffer: Buffer) -> Conversation:
    """Read a capture in one file: a JSON object whose ``exchanges`` have ``url``, ``request``,
    ``response`` and ``ended``, the bytes of the wire in base64. Never raises for its content.
    """
    if len(buffer) > MAX_JSON_BYTES:
        return Conversation((), f"MAX_JSON_BYTES {MAX_JSON_BYTES}")
    try:
        rows = json.loads(bytes(buffer))["exchanges"]
        found = [_exchange(row) for row in rows[: limits.MAX_EXCHANGES + 1]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Conversation((), "JSON exchanges")
    return Conversation(found)


def _exchange(row: dict[str, str]) -> Exchange:
    """A row of the file. Raises ValueError, KeyError or TypeError where it is none."""
    try:
        sides = [b64decode(row[side], validate=True) for side in ("request", "response")]
    except binascii.Error as problem:
        raise ValueError(str(problem)) from problem
    url, ended = row["url"], row.get("ended", "")
    if not isinstance(url, str) or not isinstance(ended, str):
        raise TypeError("url")
    return Exchange(url, sides[0], sides[1], ended)


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, exchanges; "" for a capture in one file.

    The index of a folder names files where a capture in one file has base64.
    """
    found = _MARK.match(bytes(buffer[:MAX_SNIFFED_BYTES]))
    return "" if found else "exchanges"
