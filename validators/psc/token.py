"""The token request and its answer (DRIM-M E-PSC-03; RFC 6749 4.1.3, 5.1; RFC 8705)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from validators.conversation.message import FORM
from validators.conversation.roles import INTROSPECTION, TOKEN
from validators.conversation.subject import Conversation, Login
from validators.conversation.turn import HIDDEN, Turn, hint
from validators.model import Defect
from validators.psc.select import exchanged, granted, rule, token_requests

GRANTS = ("authorization_code", "refresh_token", "urn:openid:params:grant-type:ciba")
SECRETS = frozenset(
    ("access_token", "refresh_token", "id_token", "token", "client_secret", "client_assertion")
)
"""Parameters that may stand in a body and never in a URL."""


def codes_back(found: Conversation) -> list[Login]:
    """The logins of which the callback and the token request were captured."""
    return [one for one in found.logins if one.callback and one.token]


def with_query(found: Conversation) -> list[Turn]:
    """The requests with parameters in their URL."""
    return [one for one in found.turns if one.query]


def with_code(found: Conversation) -> list[Turn]:
    """The token requests that give a code."""
    return [one for one in found.of(TOKEN) if "code" in one.parameters]


@rule("E-PSC-03-FORM", over=token_requests, verifies=("E-PSC-03-FORM",))
def token_request_no_form(turn: Turn) -> Iterator[Defect]:
    """The token request is a POST of a form.

    Why: a code in a URL stays in the logs of every proxy on the way.
    Fix: send a POST with Content-Type: application/x-www-form-urlencoded.
    """
    if turn.method != "POST":
        yield turn.request.defect(expected="POST", actual=turn.method, child="(start line)")
    elif turn.request.media_type != FORM:
        actual = turn.request.media_type or None
        yield turn.request.defect(expected=FORM, actual=actual, child="Content-Type")


@rule("E-PSC-03-GRANT", over=token_requests, verifies=("E-PSC-03-GRANT",))
def grant_type_wrong(turn: Turn) -> Iterator[Defect]:
    """The grant_type is authorization_code, or refresh_token afterwards.

    Why: Pro Santé Connect gives tokens for a code, for a refresh token, or by CIBA.
    Fix: send grant_type=authorization_code.
    """
    found = turn.parameter("grant_type")
    if found not in GRANTS:
        yield turn.wrong("grant_type", expected=GRANTS[0], actual=found or None)


@rule("E-PSC-03-CODE", over=codes_back, verifies=("E-PSC-03-CODE",))
def code_of_another(login: Login) -> Iterator[Defect]:
    """The code of the token request is the one of the callback.

    Why: any other is refused, or is that of another user.
    Fix: send the code as it came, decoded once.
    """
    assert login.callback is not None
    assert login.token is not None
    came, sent = login.callback.parameter("code"), login.token.parameter("code")
    if came != sent:
        yield login.token.wrong("code", expected=hint(came), actual=hint(sent) or None)


@rule("E-PSC-03-ONCE", over=with_code, verifies=("E-PSC-03-ONCE",), bulk=True)
def code_used_twice(turns: Sequence[Turn]) -> Iterator[Defect]:
    """A code is used once.

    Why: a code that comes twice was stolen: its tokens are revoked (RFC 6749 4.1.2).
    Fix: forget the code once it was sent; refresh by refresh_token.
    """
    seen: Counter[str] = Counter()
    for one in turns:
        code = one.parameter("code")
        seen[code] += 1
        if seen[code] > 1:
            yield one.wrong("code", expected="1", actual=seen[code])


@rule("E-PSC-03-REDIRECT", over=exchanged, verifies=("E-PSC-03-REDIRECT",))
def redirect_uri_of_another(login: Login) -> Iterator[Defect]:
    """The redirect_uri of the token request is that of the authorization request.

    Why: Pro Santé Connect compares them, and refuses the code.
    Fix: send the same redirect_uri twice.
    """
    assert login.authorization is not None
    assert login.token is not None
    asked, sent = (one.parameter("redirect_uri") for one in (login.authorization, login.token))
    if login.token.parameter("grant_type") == GRANTS[0] and asked != sent:
        yield login.token.wrong("redirect_uri", expected=asked, actual=sent or None)


def _basic(turn: Turn) -> bool:
    return turn.request.header("Authorization").lower().startswith("basic ")


@rule("E-PSC-03-CLIENT", over=token_requests, verifies=("E-PSC-03-CLIENT",))
def client_unnamed(turn: Turn) -> Iterator[Defect]:
    """The token request names its client.

    Why: with mutual TLS the certificate is looked up by client_id (RFC 8705 2).
    Fix: send client_id in the form.
    """
    if not (turn.parameter("client_id") or turn.parameter("client_assertion") or _basic(turn)):
        yield turn.wrong("client_id", expected="1")


@rule("E-PSC-03-SECRET", over=token_requests, verifies=("E-PSC-03-SECRET",))
def client_secret_sent(turn: Turn) -> Iterator[Defect]:
    """The client authenticates by its certificate, not by a client_secret.

    Why: the rule since 2024 is mutual TLS: a secret can be copied, a key in a keystore cannot.
    Fix: present the ORG_AUTH_CLI certificate, and send client_id alone.
    """
    if "client_secret" in turn.parameters:
        yield turn.wrong("client_secret", expected="", actual=HIDDEN)
    elif _basic(turn):
        yield turn.request.defect(expected="", actual=f"Basic {HIDDEN}", child="Authorization")


@rule("E-PSC-03-ANSWER", over=granted, verifies=("E-PSC-03-ANSWER",))
def token_answer_incomplete(turn: Turn) -> Iterator[Defect]:
    """The token answer has access_token, token_type Bearer and, for a code, id_token.

    Why: a client that finds none of them has no session.
    Fix: answer a JSON object with the three (OpenID Connect Core 3.1.3.3).
    """
    found = turn.response.json
    wanted = ["access_token"]
    wanted += ["id_token"] if turn.parameter("grant_type") == GRANTS[0] else []
    for name in wanted:
        if not isinstance(found.get(name), str) or not found[name]:
            yield turn.response.defect(expected=HIDDEN, child=f"body {name}")
    kind = found.get("token_type")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        yield turn.response.defect(expected="Bearer", actual=kind, child="body token_type")


@rule("E-PSC-URL", over=with_query, verifies=("E-PSC-URL",))
def secret_in_a_url(turn: Turn) -> Iterator[Defect]:
    """No token and no secret stands in the query of a URL.

    Why: URLs stay in the logs of servers and proxies, and in the history of browsers.
    Fix: send tokens in Authorization or in the body of a POST (RFC 6750 5.3, RFC 9700 4.3.2).
    """
    # A page of the DRIMbox may call anything of its own a token.
    secrets = SECRETS if turn.role == INTROSPECTION else SECRETS - {"token"}
    for name in sorted(secrets & turn.query.keys()):
        yield turn.request.defect(expected="", actual=HIDDEN, child=f"query {name}")
