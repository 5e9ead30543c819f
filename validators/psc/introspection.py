"""The introspection of a token by the Source (DRIM-M E-PSC-07; RFC 7662)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.conversation.jwt import number
from validators.conversation.message import FORM
from validators.conversation.subject import Conversation
from validators.conversation.turn import HIDDEN, Turn
from validators.model import Defect
from validators.psc.select import introspected, introspections, rule

JSON = "application/json"


def answered(found: Conversation) -> list[Turn]:
    """The introspections that say that a token is active."""
    return [one for one in introspected(found) if one.response.json.get("active") is True]


@rule("E-PSC-07-FORM", over=introspections, verifies=("E-PSC-07-FORM",))
def introspection_no_form(turn: Turn) -> Iterator[Defect]:
    """The introspection is a POST of a form with one token.

    Why: Pro Santé Connect reads the token there and nowhere else.
    Fix: POST application/x-www-form-urlencoded, token=<access token>.
    """
    if turn.method != "POST":
        yield turn.request.defect(expected="POST", actual=turn.method, child="(start line)")
    elif turn.request.media_type != FORM:
        actual = turn.request.media_type or None
        yield turn.request.defect(expected=FORM, actual=actual, child="Content-Type")
    elif not turn.parameter("token"):
        count = len(turn.parameters.get("token", ()))
        yield turn.wrong("token", expected="1", actual=count or None)


@rule("E-PSC-07-CLIENT", over=introspections, verifies=("E-PSC-07-CLIENT",))
def introspection_of_nobody(turn: Turn) -> Iterator[Defect]:
    """The Source names itself: by Basic authentication, or by client_id with its certificate.

    Why: an introspection of a client that is not known is refused (RFC 7662 2.1).
    Fix: present the ORG_AUTH_CLI certificate and send client_id, or Authorization: Basic.
    """
    basic = turn.request.header("Authorization").lower().startswith("basic ")
    if not (basic or turn.parameter("client_id") or turn.parameter("client_assertion")):
        yield turn.wrong("client_id", expected="1")


@rule("E-PSC-07-ACCEPT", over=introspections, verifies=("E-PSC-07-ACCEPT",))
def introspection_of_another_type(turn: Turn) -> Iterator[Defect]:
    """The introspection asks for JSON.

    Why: some servers answer a signed token or a page to whoever asks for neither.
    Fix: send Accept: application/json.
    """
    asked = turn.request.header("Accept")
    if JSON not in asked.lower():
        yield turn.request.defect(expected=JSON, actual=asked or None, child="Accept")


@rule("E-PSC-07-ANSWER", over=introspected, verifies=("E-PSC-07-ANSWER",))
def introspection_unanswered(turn: Turn) -> Iterator[Defect]:
    """The answer is 200, and says by a boolean whether the token is active.

    Why: what is no true boolean, some Sources take for true.
    Fix: answer a JSON object with "active": true or false.
    """
    if turn.status != 200:
        yield turn.response.defect(expected="200", actual=turn.status, child="(start line)")
    elif not isinstance(turn.response.json.get("active"), bool):
        found = turn.response.json.get("active")
        yield turn.response.defect(expected="true | false", actual=found, child="body active")


@rule("E-PSC-07-EXP", over=answered, verifies=("E-PSC-07-EXP",))
def active_but_expired(turn: Turn) -> Iterator[Defect]:
    """A token that is active says until when, and that is in the future.

    Why: a Source that keeps the answer must know when to forget it.
    Fix: answer exp, in seconds since 1970; keep the clocks right.
    """
    end = number(turn.response.json.get("exp"))
    if end is None:
        found = turn.response.json.get("exp")
        actual = None if found is None else HIDDEN
        yield turn.response.defect(expected="NumericDate", actual=actual, child="body exp")
    elif turn.at is not None and end <= turn.at:
        yield turn.response.defect(
            expected=f"> {turn.at:.0f}", actual=f"{end:.0f}", child="body exp"
        )
