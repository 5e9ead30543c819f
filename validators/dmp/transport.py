"""How a transaction is sent: SOAP 1.2, WS-Addressing, endpoints (DRIM-M F-TD; ITI TF-2 V)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from validators.conversation.roles import DELETE, EXISTS, PUBLISH, QUERY, RETRIEVE
from validators.conversation.subject import Conversation
from validators.conversation.turn import Turn
from validators.dmp.select import ENVELOPE, enveloped, header, known, requests, rule
from validators.model import Defect

BASE = "/si-dmp-server/v2/services/"
SERVICE = {
    EXISTS: "patients",
    PUBLISH: "repository",
    QUERY: "registry",
    RETRIEVE: "repository",
    DELETE: "registry",
}
ACTION = {
    PUBLISH: "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
    QUERY: "urn:ihe:iti:2007:RegistryStoredQuery",
    RETRIEVE: "urn:ihe:iti:2007:RetrieveDocumentSet",
    DELETE: "urn:ihe:iti:2010:UpdateDocumentSet",
}
"""The action of each transaction; that of TD0.2 is in no public document."""
SOAP_TYPE, MULTIPART, XOP = "application/soap+xml", "multipart/related", "application/xop+xml"


def actions(found: Conversation) -> list[Turn]:
    """The requests whose action is known."""
    return [one for one in enveloped(found) if one.role in ACTION]


@rule("F-SOAP-ENVELOPE", over=requests, verifies=("F-SOAP-ENVELOPE",))
def envelope_absent(turn: Turn) -> Iterator[Defect]:
    """The request is a SOAP 1.2 envelope with a header and a body.

    Why: the DMP answers a fault to anything else.
    Fix: write Envelope in the namespace http://www.w3.org/2003/05/soap-envelope.
    """
    root = turn.request.xml
    if root is None:
        problems = turn.request.package.xml.problems
        actual = problems[0].kind if problems else None
        yield turn.request.defect(expected="Envelope", actual=actual, child="body")
    elif root.element.tag != ENVELOPE:
        yield root.defect(expected=ENVELOPE, actual=root.element.tag)
    else:
        for name in ("Header", "Body"):
            if root.first(f"{{*}}{name}") is None:
                yield root.defect(expected="1", child=name)


@rule("F-TD-09", over=known, verifies=("F-TD-09",))
def endpoint_of_another(turn: Turn) -> Iterator[Defect]:
    """The transaction goes to its service of the DMP.

    Why: each service knows its own transactions alone.
    Fix: send it to https://<dmp>/si-dmp-server/v2/services/ and the name of the service.
    """
    wanted = BASE + SERVICE[turn.role]
    if turn.target.path != wanted:
        yield turn.request.defect(
            expected=wanted, actual=turn.target.path or None, child="(start line)"
        )


@rule("F-SOAP-TYPE", over=enveloped, verifies=("F-SOAP-TYPE",))
def content_type_wrong(turn: Turn) -> Iterator[Defect]:
    """The type is application/soap+xml, or multipart/related of XOP: always so for documents.

    Why: SOAP 1.1 and bare XML are refused; documents in the envelope are no MTOM.
    Fix: send application/soap+xml, or multipart/related; type="application/xop+xml".
    """
    kind = turn.request.media_type
    whole = turn.request.header("Content-Type")
    bound = kind == MULTIPART and XOP in whole.lower()
    plain = kind == SOAP_TYPE and turn.role != PUBLISH
    if not (bound or plain):
        expected = f'{MULTIPART}; type="{XOP}"' if turn.role == PUBLISH else SOAP_TYPE
        yield turn.request.defect(expected=expected, actual=whole or None, child="Content-Type")


@rule("F-SOAP-ACTION", over=actions, verifies=("F-SOAP-ACTION",))
def action_of_another(turn: Turn) -> Iterator[Defect]:
    """The wsa:Action is that of the transaction.

    Why: the DMP chooses by it what it does with the body.
    Fix: write the action that ITI TF-2 gives to the transaction.
    """
    head = header(turn)
    assert head is not None
    found = head.value("{*}Action")
    if found != ACTION[turn.role]:
        yield head.defect(expected=ACTION[turn.role], actual=found or None, child="Action")


@rule("F-SOAP-ID", over=enveloped, verifies=("F-SOAP-ID",), bulk=True)
def message_id_repeated(turns: Sequence[Turn]) -> Iterator[Defect]:
    """Each request has a wsa:MessageID, which no other one has.

    Why: an answer relates to a request by it, and the traces of the DMP too.
    Fix: write urn:uuid: and a new UUID for each message.
    """
    seen: dict[str, Turn] = {}
    for one in turns:
        head = header(one)
        assert head is not None
        found = head.value("{*}MessageID")
        before = seen.setdefault(found, one)
        if not found:
            yield head.defect(expected="urn:uuid:", child="MessageID")
        elif before is not one:
            yield head.defect(expected=f"!= {before.path}", actual=found, child="MessageID")
