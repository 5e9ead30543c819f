"""What the provider does wrong when it is asked to, one thing at a time.

The names are those of the mutants of a conversation that have the same effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simulators.faults import Fault, Rewrite
from simulators.psc.application import CONNECT
from simulators.psc.tokens import ID, Unsigned
from testdata.mutants.wire.changes import body

TOKEN, USERINFO, INTROSPECTION = (
    f"{CONNECT}/{name}" for name in ("token", "userinfo", "token/introspect")
)
CERTS = f"{CONNECT}/certs"
OTHER = "f" * 32
DAY = 86_400


def _target(request: bytes) -> str:
    return request.split(b"\r\n", 1)[0].decode("latin_1").split(" ")[1].partition("?")[0]


def _at(*paths: str) -> Callable[[bytes], bool]:
    """The requests of these paths."""
    return lambda request: _target(request) in paths


def _json(change: Callable[[dict[str, Any]], object], *, when: str = "") -> Rewrite:
    """Change the JSON object of an answer that has the member ``when``; leave any other."""

    def edit(raw: bytes) -> bytes:
        found = json.loads(raw)
        if when in found or not when:
            change(found)
        return json.dumps(found, separators=(",", ":")).encode()

    return body(edit)


def _told(**values: object) -> Rewrite:
    return _json(lambda found: found.update(values), when="exp")


def _granted(change: Callable[[dict[str, Any]], object]) -> Rewrite:
    return _json(change, when="access_token")


def _claimed(change: Callable[[dict[str, Any]], object]) -> Rewrite:
    return _json(change, when="sub")


def _idle(found: dict[str, Any]) -> None:
    """No practice has an activity."""
    for one in found.get("SubjectRefPro", {}).get("exercices", []):
        one.pop("activities", None)


def _identity(**claims: object) -> Callable[[Unsigned], Unsigned]:
    """Other claims in the ID token."""

    def change(token: Unsigned) -> Unsigned:
        if token.claims["typ"] != ID:
            return token
        return replace(token, claims={**token.claims, **claims})

    return change


def _aged(token: Unsigned) -> Unsigned:
    """An ID token of yesterday."""
    times = {name: token.claims[name] - DAY for name in ("iat", "exp", "auth_time")}
    return _identity(**times)(token)


def _at_once(token: Unsigned) -> Unsigned:
    return _identity(exp=token.claims["iat"])(token)


def _unsigned(token: Unsigned) -> Unsigned:
    return _headed(token, alg="none")


def _headed(token: Unsigned, **values: str) -> Unsigned:
    if token.claims["typ"] != ID:
        return token
    return replace(token, header={**token.header, **values})


def _forged(token: Unsigned) -> Unsigned:
    """Signed by a key that is not published, under the name of the one that is."""
    return replace(token, key="other") if token.claims["typ"] == ID else token


def _another_issuer(token: Unsigned) -> Unsigned:
    return _identity(iss=f"{token.claims['iss']}/")(token)


def _another_nonce(token: Unsigned) -> Unsigned:
    """The access token alone has another nonce."""
    if token.claims["typ"] == ID:
        return token
    return replace(token, claims={**token.claims, "nonce": OTHER})


def _swapped_state(raw: bytes) -> bytes:
    """The redirection has the state of another session."""
    head, _, rest = raw.partition(b"state=")
    sent, mark, after = rest.partition(b"&")
    return head + b"state=" + OTHER.encode()[: len(sent)].ljust(len(sent), b"0") + mark + after


def _denied(raw: bytes) -> bytes:
    """The redirection has an error for its code (RFC 6749 4.1.2.1)."""
    head, mark, rest = raw.partition(b"code=")
    end = min(at for at in (rest.find(b"&"), rest.find(b"\r"), len(rest)) if at >= 0)
    return head + b"error=access_denied" + rest[end:] if mark else raw


def _unavailable(raw: bytes) -> bytes:
    return raw.replace(b" 200 OK", b" 503 Service Unavailable", 1)


def _fault(name: str, effect: str, rule: str, *, breaks: str = "", **how: Any) -> Fault:
    """``breaks`` is the requirement where its id is not that of the rule."""
    return Fault(name, "psc", effect, breaks or rule, rule, **how)


ANSWERS = (
    _fault("state-of-another", "sends the user back with the state of another session",
           "E-PSC-04-STATE", rewrite=_swapped_state, at=_at("/auth", "/auth/choix")),
    _fault("id-token-absent", "answers a code without an ID token", "E-PSC-03-ANSWER",
           rewrite=_granted(lambda found: found.pop("id_token")), at=_at(TOKEN)),
    _fault("access-token-absent", "answers a code without an access token", "E-PSC-03-ANSWER",
           rewrite=_granted(lambda found: found.pop("access_token")), at=_at(TOKEN)),
    _fault("token-type-mac", "says that the access token is of type mac", "E-PSC-03-ANSWER",
           rewrite=_granted(lambda found: found.update(token_type="mac")),  # noqa: S106
           at=_at(TOKEN)),
    _fault("id-token-cut", "answers an ID token that is no JWT", "E-PSC-04-JWT",
           rewrite=_granted(lambda found: found.update(id_token="a.b")),  # noqa: S106
           at=_at(TOKEN)),
)  # fmt: skip

TOKENS = (
    _fault("id-token-unsigned", "answers an ID token of algorithm none", "E-PSC-04-ALG",
           adjust=_unsigned),
    _fault("id-token-of-another-key", "signs the ID token by a key that it does not publish",
           "E-PSC-04-SIGNATURE", adjust=_forged),
    _fault("nonce-of-another", "answers an ID token with the nonce of another session",
           "E-PSC-04-NONCE", adjust=_identity(nonce=OTHER)),
    _fault("nonce-of-the-access-token",
           "answers an access token with the nonce of another session", "E-PSC-04-NONCE",
           adjust=_another_nonce),
    _fault("issuer-is-another", "answers an ID token whose issuer has a slash more",
           "E-PSC-04-ISS", adjust=_another_issuer),
    _fault("audience-is-another", "answers an ID token for another client", "E-PSC-04-AUD",
           adjust=_identity(aud="account", azp="another-client")),
    _fault("id-token-expired", "answers an ID token of the day before", "E-PSC-04-TIME",
           adjust=_aged),
    _fault("id-token-expires-at-once", "answers an ID token that expires when it is issued",
           "E-PSC-04-TIME", adjust=_at_once),
)  # fmt: skip

CLAIMS = (
    _fault("claims-without-activity", "answers claims of a professional without activity",
           "E-PSC-11-CLAIMS", rewrite=_claimed(_idle), at=_at(USERINFO)),
    _fault("claims-without-name-id", "answers claims without SubjectNameID", "E-PSC-11-CLAIMS",
           rewrite=_claimed(lambda found: found.pop("SubjectNameID", "")), at=_at(USERINFO)),
    _fault("claims-of-another", "answers claims of a subject that the ID token does not name",
           "E-PSC-11-SUB", rewrite=_claimed(lambda found: found.update(sub="other")),
           at=_at(USERINFO)),
)  # fmt: skip

INTROSPECTIONS = (
    _fault("introspection-answer-a-string", 'answers "active": "yes", which is no boolean',
           "E-PSC-07-ANSWER", rewrite=_told(active="yes"), at=_at(INTROSPECTION)),
    _fault("introspection-answer-503", "answers 503 to introspections", "E-PSC-07-ANSWER",
           rewrite=_unavailable, at=_at(INTROSPECTION)),
    _fault("introspection-without-exp", "says that a token is active, and not until when",
           "E-PSC-07-EXP", rewrite=_json(lambda found: found.pop("exp", None)),
           at=_at(INTROSPECTION)),
    _fault("introspection-expired", "says that a token is active whose exp is past",
           "E-PSC-07-EXP", rewrite=_told(exp=1_700_000_000), at=_at(INTROSPECTION)),
    Fault("introspection-inactive", "psc", "says of every token that it is not active",
          rewrite=_json(lambda found: found.update(active=False)), at=_at(INTROSPECTION)),
    Fault("login-refused", "psc", "sends the user back with access_denied", rewrite=_denied,
          at=_at("/auth", "/auth/choix")),
)  # fmt: skip

FAULTS: tuple[Fault, ...] = (*ANSWERS, *TOKENS, *CLAIMS, *INTROSPECTIONS)
