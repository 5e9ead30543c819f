"""The authorization request and what comes back (DRIM-M E-PSC-02, 04; RFC 6749 4.1; RFC 7636)."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from validators.conversation.subject import Conversation, Login
from validators.conversation.turn import HIDDEN, Turn, hint
from validators.model import Defect
from validators.psc.select import authorizations, exchanged, returned, rule

SCOPES = ("openid", "scope_all")
MIN_LENGTH = 16
"""Characters of a state or nonce: 96 bits and more, in the alphabets that clients use."""


def challenged(found: Conversation) -> list[Turn]:
    """The authorization requests with a challenge."""
    return [one for one in authorizations(found) if "code_challenge" in one.parameters]


def challenged_logins(found: Conversation) -> Iterable[Login]:
    asked = {id(one) for one in challenged(found)}
    return [one for one in exchanged(found) if id(one.authorization) in asked]


def repeatable(found: Conversation) -> list[Turn]:
    """The authorization requests that have a state or a nonce."""
    return [one for one in authorizations(found) if {"state", "nonce"} & one.parameters.keys()]


@rule("E-PSC-02-TYPE", over=authorizations, verifies=("E-PSC-02-TYPE",))
def response_type_wrong(turn: Turn) -> Iterator[Defect]:
    """The response_type is code.

    Why: any other flow puts tokens in the address of the browser; Pro Santé Connect refuses it.
    Fix: send response_type=code.
    """
    if turn.parameter("response_type") != "code":
        actual = turn.parameter("response_type") or None
        yield turn.wrong("response_type", expected="code", actual=actual)


@rule("E-PSC-02-CLIENT", over=authorizations, verifies=("E-PSC-02-CLIENT",))
def client_id_absent(turn: Turn) -> Iterator[Defect]:
    """The request names its client, once.

    Why: Pro Santé Connect knows by it who asks, and where the user may be sent back.
    Fix: send the client_id that was given at registration.
    """
    if not turn.parameter("client_id"):
        actual = len(turn.parameters.get("client_id", ()))
        yield turn.wrong("client_id", expected="1", actual=actual or None)


@rule("E-PSC-02-REDIRECT", over=authorizations, verifies=("E-PSC-02-REDIRECT",))
def redirect_uri_wrong(turn: Turn) -> Iterator[Defect]:
    """The redirect_uri is an absolute URI without fragment.

    Why: the code is sent there; only an address that was registered may receive it.
    Fix: send the redirect_uri that was registered, character for character.
    """
    asked = turn.parameter("redirect_uri")
    try:
        found = urlsplit(asked)
    except ValueError:
        found = urlsplit("")
    if not (found.scheme and found.netloc) or "#" in asked:
        yield turn.wrong("redirect_uri", expected="https://", actual=asked or None)


@rule("E-PSC-02-SCOPE", over=authorizations, verifies=("E-PSC-02-SCOPE",))
def scope_incomplete(turn: Turn) -> Iterator[Defect]:
    """The scope has openid and scope_all.

    Why: without them there is no ID token, or no professional identity in the claims.
    Fix: send scope=openid scope_all.
    """
    asked = turn.parameter("scope").split()
    for one in SCOPES:
        if one not in asked:
            yield turn.wrong("scope", expected=one, actual=" ".join(asked) or None)


@rule("E-PSC-02-ACR", over=authorizations, verifies=("E-PSC-02-ACR",))
def acr_values_wrong(turn: Turn) -> Iterator[Defect]:
    """The acr_values are eidas1.

    Why: it is the level of authentication that Pro Santé Connect serves; another is refused.
    Fix: send acr_values=eidas1.
    """
    if turn.parameter("acr_values") != "eidas1":
        actual = turn.parameter("acr_values") or None
        yield turn.wrong("acr_values", expected="eidas1", actual=actual)


@rule("E-PSC-02-STATE", over=authorizations, verifies=("E-PSC-02-STATE",))
def state_absent(turn: Turn) -> Iterator[Defect]:
    """The request has a state.

    Why: without it another site can make a user log in as somebody else.
    Fix: send a random state, and keep it in the session of the browser.
    """
    if not turn.parameter("state"):
        yield turn.wrong("state", expected=HIDDEN)


@rule("E-PSC-02-NONCE", over=authorizations, verifies=("E-PSC-02-NONCE",))
def nonce_absent(turn: Turn) -> Iterator[Defect]:
    """The request has a nonce.

    Why: without it an ID token of another session can be replayed.
    Fix: send a random nonce, and compare it with that of the ID token.
    """
    if not turn.parameter("nonce"):
        yield turn.wrong("nonce", expected=HIDDEN)


@rule("E-PSC-02-LENGTH", over=repeatable, verifies=("E-PSC-02-LENGTH",))
def state_or_nonce_short(turn: Turn) -> Iterator[Defect]:
    """State and nonce have 16 characters at least.

    Why: what can be guessed protects nobody.
    Fix: draw 128 random bits, and write them in base64url or in hexadecimal.
    """
    for name in ("state", "nonce"):
        value = turn.parameter(name)
        if 0 < len(value) < MIN_LENGTH:
            yield turn.wrong(name, expected=f">= {MIN_LENGTH}", actual=len(value))


@rule("E-PSC-02-UNIQUE", over=repeatable, verifies=("E-PSC-02-UNIQUE",), bulk=True)
def state_or_nonce_repeated(turns: Sequence[Turn]) -> Iterator[Defect]:
    """No two authorization requests have the same state or the same nonce.

    Why: a value that stands still lets an old answer pass for a new one.
    Fix: draw both anew for each authorization request.
    """
    for name in ("state", "nonce"):
        first: dict[str, Turn] = {}
        for one in turns:
            value = one.parameter(name)
            before = first.setdefault(value, one)
            if value and before is not one:
                yield one.wrong(name, expected=f"!= {before.path}", actual=hint(value))


@rule("E-PSC-PKCE", over=authorizations, verifies=("E-PSC-PKCE",))
def challenge_absent(turn: Turn) -> Iterator[Defect]:
    """The request has a code_challenge.

    Why: a code that was stolen on its way is of no use without the verifier.
    Fix: send code_challenge and code_challenge_method=S256 (RFC 7636).
    """
    if not turn.parameter("code_challenge"):
        yield turn.wrong("code_challenge", expected="S256")


@rule("E-PSC-PKCE-METHOD", over=challenged, verifies=("E-PSC-PKCE-METHOD",))
def challenge_plain(turn: Turn) -> Iterator[Defect]:
    """A code_challenge is of method S256.

    Why: a plain challenge is the verifier itself: who sees the request has both.
    Fix: send code_challenge_method=S256.
    """
    found = turn.parameter("code_challenge_method")
    if found != "S256":
        yield turn.wrong("code_challenge_method", expected="S256", actual=found or None)


@rule("E-PSC-PKCE-VERIFIER", over=challenged_logins, verifies=("E-PSC-PKCE-VERIFIER",))
def verifier_wrong(login: Login) -> Iterator[Defect]:
    """The code_verifier of the token request gives the code_challenge.

    Why: Pro Santé Connect refuses the code otherwise.
    Fix: keep the verifier in the session, and send it with the code.
    """
    assert login.authorization is not None
    assert login.token is not None
    verifier = login.token.parameter("code_verifier")
    made = verifier
    if login.authorization.parameter("code_challenge_method") == "S256":
        digest = hashlib.sha256(verifier.encode("latin_1", "replace")).digest()
        made = urlsafe_b64encode(digest).decode().rstrip("=")
    asked = login.authorization.parameter("code_challenge")
    if made != asked or not verifier:
        actual = hint(made) if verifier else None
        yield login.token.wrong("code_verifier", expected=hint(asked), actual=actual)


@rule("E-PSC-04-STATE", over=returned, verifies=("E-PSC-04-STATE",))
def state_of_another(login: Login) -> Iterator[Defect]:
    """The state that comes back is the one that was sent.

    Why: a callback of another session is an attack, or an error: its code must not be used.
    Fix: compare both, and refuse the callback where they differ.
    """
    assert login.authorization is not None
    assert login.callback is not None
    sent, came = (one.parameter("state") for one in (login.authorization, login.callback))
    if sent != came:
        yield login.callback.wrong("state", expected=hint(sent), actual=hint(came) or None)
