"""What the rules on Pro Santé Connect look at in a conversation."""

from __future__ import annotations

from validators.conversation.jwt import Jwt, read_jwt
from validators.conversation.roles import AUTHORIZATION, INTROSPECTION, TOKEN, USERINFO
from validators.conversation.subject import Conversation, Login
from validators.conversation.turn import Turn
from validators.model import Node
from validators.rules import rules_for

rule = rules_for("psc")


class IdToken(Node):
    """The ID token of a token answer; ``read`` is None where it is no JWT."""

    def __init__(self, login: Login, turn: Turn) -> None:
        self.login = login
        self.turn = turn
        self.read: Jwt | None = read_jwt(turn.response.json.get("id_token"))

    @property
    def path(self) -> str:
        return f"{self.turn.response.path} body id_token"

    separator = " "


def authorizations(found: Conversation) -> list[Turn]:
    return found.of(AUTHORIZATION)


def token_requests(found: Conversation) -> list[Turn]:
    return found.of(TOKEN)


def granted(found: Conversation) -> list[Turn]:
    """The token requests that were answered 200."""
    return [one for one in found.of(TOKEN) if one.whole and one.status == 200]


def introspections(found: Conversation) -> list[Turn]:
    return found.of(INTROSPECTION)


def introspected(found: Conversation) -> list[Turn]:
    """The introspections that were answered to the end."""
    return [one for one in found.of(INTROSPECTION) if one.whole]


def userinfos(found: Conversation) -> list[Turn]:
    return found.of(USERINFO)


def claimed(found: Conversation) -> list[Turn]:
    """The userinfo requests that were answered 200."""
    return [one for one in found.of(USERINFO) if one.whole and one.status == 200]


def returned(found: Conversation) -> list[Login]:
    """The logins of which the authorization request and the callback were captured."""
    return [one for one in found.logins if one.authorization and one.callback]


def exchanged(found: Conversation) -> list[Login]:
    """The logins of which the authorization request and the token request were captured."""
    return [one for one in found.logins if one.authorization and one.token]


def id_tokens(found: Conversation) -> list[IdToken]:
    """The ID tokens of the token answers that have one."""
    return [
        IdToken(one, one.token)
        for one in found.logins
        if one.token is not None
        and one.token.status == 200
        and "id_token" in one.token.response.json
    ]


def readable_id_tokens(found: Conversation) -> list[IdToken]:
    return [one for one in id_tokens(found) if one.read is not None]


def signed_id_tokens(found: Conversation) -> list[IdToken]:
    return [
        one
        for one in readable_id_tokens(found)
        if one.read and one.read.header.get("alg") != "none"
    ]
