"""The ID token (DRIM-M E-PSC-04; OpenID Connect Core 1.0 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.conversation.jwt import read_jwt, verified
from validators.conversation.roles import CERTS, DISCOVERY
from validators.conversation.subject import Conversation
from validators.conversation.turn import HIDDEN, hint
from validators.model import Defect
from validators.psc.select import (
    IdToken,
    id_tokens,
    readable_id_tokens,
    rule,
    signed_id_tokens,
)
from validators.rules import Undecided

REALM = "/auth/realms/esante-wallet"
ISSUERS = (
    f"https://auth.bas.psc.esante.gouv.fr{REALM}",
    f"https://auth.esw.esante.gouv.fr{REALM}",
)
"""The issuers of test and of production (E-PSC-01)."""


class Issued(IdToken):
    """An ID token with the issuers that may have made it and their keys."""

    issuers: tuple[str, ...] = ()
    keys: tuple[object, ...] = ()


def asked_for(found: Conversation) -> list[IdToken]:
    """The ID tokens whose authorization request was captured."""
    return [one for one in readable_id_tokens(found) if one.login.authorization]


def timed(found: Conversation) -> list[IdToken]:
    return readable_id_tokens(found)


def issued(found: Conversation) -> Iterable[Issued]:
    """The ID tokens with the issuers that the capture discovered, or that are known."""
    names = [one.response.json.get("issuer") for one in found.of(DISCOVERY)]
    told = tuple(one for one in names if isinstance(one, str))
    for one in readable_id_tokens(found):
        made = Issued(one.login, one.turn)
        own = one.turn.url.partition("/protocol/openid-connect/")[0]
        made.issuers = told or (*ISSUERS, *filter(None, [own]))
        yield made


def verifiable(found: Conversation) -> Iterable[Issued]:
    """The signed ID tokens with the keys that the capture has."""
    sets = [one.response.json.get("keys") for one in found.of(CERTS)]
    keys = tuple(key for one in sets if isinstance(one, list) for key in one)
    for one in signed_id_tokens(found):
        made = Issued(one.login, one.turn)
        made.keys = keys
        yield made


@rule("E-PSC-04-JWT", over=id_tokens, verifies=("E-PSC-04-JWT",))
def id_token_unreadable(node: IdToken) -> Iterator[Defect]:
    """The ID token is a signed JWT with JSON claims.

    Why: who cannot read it does not know who is logged in.
    Fix: take the id_token as it came; look for what cut or changed it.
    """
    if node.read is None:
        yield node.defect(expected="RFC 7519", actual=HIDDEN)


@rule("E-PSC-04-ALG", over=readable_id_tokens, verifies=("E-PSC-04-ALG",))
def id_token_unsigned(node: IdToken) -> Iterator[Defect]:
    """The ID token is signed: its algorithm is not none, nor one of a shared secret.

    Why: anybody can write an unsigned token in anybody's name.
    Fix: accept RS256 alone, whatever the header says.
    """
    assert node.read is not None
    found = node.read.header.get("alg")
    if not isinstance(found, str) or found[:2] not in ("RS", "PS", "ES"):
        yield node.defect(expected="RS256", actual=found, child="alg")


@rule("E-PSC-04-NONCE", over=asked_for, verifies=("E-PSC-04-NONCE",))
def nonce_of_another(node: IdToken) -> Iterator[Defect]:
    """The nonce of the ID token, and of an access token that has one, is the one that was sent.

    Why: a token with another nonce is one of another session: it is replayed.
    Fix: compare it with the session, and refuse the login where they differ.
    """
    assert node.read is not None
    assert node.login.authorization is not None
    sent = node.login.authorization.parameter("nonce")
    came = node.read.text("nonce")
    if came != sent:
        yield node.defect(expected=hint(sent), actual=hint(came) or None, child="nonce")
    access = read_jwt(node.turn.response.json.get("access_token"))
    carried = access.text("nonce") if access else ""
    if carried and carried != sent:
        yield node.turn.response.defect(
            expected=hint(sent), actual=hint(carried), child="body access_token nonce"
        )


@rule("E-PSC-04-ISS", over=issued, verifies=("E-PSC-04-ISS",))
def issuer_is_another(node: Issued) -> Iterator[Defect]:
    """The ID token is one of Pro Santé Connect: its iss is the issuer.

    Why: a token of another issuer says nothing of the professional.
    Fix: compare iss with the issuer of the discovery document, character for character.
    """
    assert node.read is not None
    if node.read.text("iss") not in node.issuers:
        actual = node.read.text("iss") or None
        yield node.defect(expected=node.issuers[0], actual=actual, child="iss")


@rule("E-PSC-04-AUD", over=asked_for, verifies=("E-PSC-04-AUD",))
def audience_is_another(node: IdToken) -> Iterator[Defect]:
    """The ID token is for the client that asked: aud has its client_id.

    Why: a token made for another application would let its users in.
    Fix: compare aud with the own client_id.
    """
    assert node.read is not None
    assert node.login.authorization is not None
    client = node.login.authorization.parameter("client_id")
    found = node.read.claims.get("aud")
    if client != found and not (isinstance(found, list) and client in found):
        yield node.defect(expected=client, actual=found, child="aud")


@rule("E-PSC-04-TIME", over=timed, verifies=("E-PSC-04-TIME",))
def id_token_expired(node: IdToken) -> Iterator[Defect]:
    """The ID token expires after it was issued, and had not expired when it came.

    Why: an old token proves an old login.
    Fix: refuse a token whose exp is past; keep the clocks right.
    """
    assert node.read is not None
    made, end = node.read.time("iat"), node.read.time("exp")
    if made is None or end is None or end <= made:
        yield node.defect(expected="> iat", actual=node.read.claims.get("exp"), child="exp")
    elif node.turn.at is not None and end <= node.turn.at:
        yield node.defect(expected=f"> {node.turn.at:.0f}", actual=f"{end:.0f}", child="exp")


@rule("E-PSC-04-SIGNATURE", over=verifiable, verifies=("E-PSC-04-SIGNATURE",), needs=("certs",))
def id_token_signature_wrong(node: Issued) -> Iterator[Defect]:
    """The signature of the ID token is one of a key that the issuer publishes.

    Why: anybody can write a token that only claims to be signed.
    Fix: verify it with the key of the set whose kid the header names.
    """
    assert node.read is not None
    answer = verified(node.read, node.keys)
    if answer is None:
        raise Undecided("certs")
    if not answer:
        algorithm = node.read.header.get("alg")
        yield node.defect(expected=algorithm, actual=HIDDEN, child="signature")
