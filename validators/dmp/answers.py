"""What the DMP answers (DRIM-M F-RSP-01; ITI TF-2 3.18, 3.41, 3.43, 3.57)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.conversation.roles import EXISTS, PUBLISH
from validators.conversation.subject import Conversation
from validators.conversation.turn import Turn
from validators.dmp.select import ENVELOPE, answered, header, replied, rule, submissions
from validators.dmp.transport import ACTION
from validators.model import Defect

SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"


def related(found: Conversation) -> list[Turn]:
    """The answers to a request with an identifier."""
    return [
        one
        for one in replied(found)
        if (head := header(one)) is not None and head.value("{*}MessageID")
    ]


def acted(found: Conversation) -> list[Turn]:
    return [one for one in replied(found) if one.role in ACTION]


def registry_answers(found: Conversation) -> list[Turn]:
    """The answers of registry and repository, those to a submission excepted."""
    return [one for one in replied(found) if one.role not in (EXISTS, PUBLISH)]


def status_of(turn: Turn) -> str:
    """The status that an answer states; "" where it states none."""
    found = turn.payload(turn.response)
    if found is None:
        return ""
    if found.name in ("RegistryResponse", "AdhocQueryResponse"):
        return found.get("status")
    return found.value("{*}RegistryResponse", "status")


@rule("F-RSP-ENVELOPE", over=answered, verifies=("F-RSP-ENVELOPE",))
def answer_is_a_fault(turn: Turn) -> Iterator[Defect]:
    """The answer is 200 with a SOAP 1.2 envelope, and no fault.

    Why: the transaction did not take place.
    Fix: read the fault; correct the request, or send it again later.
    """
    if turn.status != 200:
        yield turn.response.defect(expected="200", actual=turn.status, child="(start line)")
        return
    root = turn.response.xml
    if root is None or root.element.tag != ENVELOPE:
        actual = None if root is None else root.element.tag
        yield turn.response.defect(expected=ENVELOPE, actual=actual, child="body")
    else:
        for one in root.all("{*}Body/{*}Fault"):
            yield one.defect(expected="", actual=one.value("{*}Code/{*}Value") or "Fault")


@rule("F-RSP-RELATES", over=related, verifies=("F-RSP-RELATES",))
def answer_to_another(turn: Turn) -> Iterator[Defect]:
    """The wsa:RelatesTo of the answer is the wsa:MessageID of the request.

    Why: otherwise an answer to one submission is taken for that to another.
    Fix: copy the identifier of the request; refuse an answer to another.
    """
    head, root = header(turn), turn.response.xml
    assert head is not None
    assert root is not None
    sent, found = head.value("{*}MessageID"), root.value("{*}Header/{*}RelatesTo")
    if sent != found:
        yield root.defect(expected=sent, actual=found or None, child="Header/RelatesTo")


@rule("F-RSP-ACTION", over=acted, verifies=("F-RSP-ACTION",))
def answer_of_another_action(turn: Turn) -> Iterator[Defect]:
    """The wsa:Action of the answer is that of the request, and Response.

    Why: clients that check it refuse any other.
    Fix: write the action that ITI TF-2 gives to the answer.
    """
    root = turn.response.xml
    assert root is not None
    wanted, found = f"{ACTION[turn.role]}Response", root.value("{*}Header/{*}Action")
    if found != wanted:
        yield root.defect(expected=wanted, actual=found or None, child="Header/Action")


@rule("F-RSP-01", over=submissions, verifies=("F-RSP-01",))
def submission_not_accepted(turn: Turn) -> Iterator[Defect]:
    """The submission was answered Success: the KOS is published.

    Why: after any other status, in part or in whole, it is not, whatever HTTP says.
    Fix: read the RegistryErrorList; keep the KOS as not published, correct, submit again.
    """
    found = status_of(turn)
    if found != SUCCESS:
        child = "body RegistryResponse/@status"
        yield turn.response.defect(expected=SUCCESS, actual=found or None, child=child)


@rule("F-RSP-STATUS", over=registry_answers, verifies=("F-RSP-STATUS",))
def status_not_success(turn: Turn) -> Iterator[Defect]:
    """Registry and repository answered Success.

    Why: what is found is not all there is, or nothing was changed.
    Fix: read the RegistryErrorList; do not show an incomplete list as a whole one.
    """
    found = status_of(turn)
    if found != SUCCESS:
        yield turn.response.defect(
            expected=SUCCESS, actual=found or None, child="body RegistryResponse/@status"
        )
