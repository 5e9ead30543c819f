"""What the rules on the DMP look at in a conversation."""

from __future__ import annotations

from validators.conversation.message import WireXml
from validators.conversation.roles import (
    DELETE,
    DMP,
    EXISTS,
    PUBLISH,
    QUERY,
    RETRIEVE,
    TRANSACTIONS,
)
from validators.conversation.subject import Conversation
from validators.conversation.turn import Turn
from validators.identifiers import INS_OIDS
from validators.reading.xml import NAMESPACES, XmlNode
from validators.rules import rules_for
from validators.xds import schemes

rule = rules_for("dmp")

SOAP = f"{{{NAMESPACES['soap']}}}"
ENVELOPE = f"{SOAP}Envelope"
FIND = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
FIND_BY_REFERENCE = "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492"
GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
QUERIES = (FIND, FIND_BY_REFERENCE, GET_DOCUMENTS)
"""The stored queries of TD3.1 (F-TD-05)."""
PATIENT = "$XDSDocumentEntryPatientId"
MAX_ASSERTIONS = 4
"""Assertions looked at in one request, which should have one."""
RESOURCE_ID = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"


class Vihf(WireXml):
    """The assertion of a request."""

    __slots__ = ("turn",)

    def __init__(self, node: XmlNode, turn: Turn) -> None:
        super().__init__(node.element, turn.request.path)
        self.turn = turn

    def values(self, name: str) -> list[XmlNode]:
        """The values of an attribute."""
        path = f"{{*}}AttributeStatement/{{*}}Attribute[@Name='{name}']/{{*}}AttributeValue"
        return self.all(path)

    def attribute(self, name: str) -> str:
        found = self.values(name)
        return found[0].text if found else ""

    @property
    def mode(self) -> str:
        return self.attribute("Authentification_Mode")


def requests(found: Conversation) -> list[Turn]:
    """All that was sent to the DMP."""
    return found.of(*TRANSACTIONS, DMP)


def known(found: Conversation) -> list[Turn]:
    """The transactions that the tables of DRIM-M name."""
    return found.of(*TRANSACTIONS)


def header(turn: Turn) -> WireXml | None:
    """The SOAP header of a request."""
    root = turn.request.xml
    if root is None or root.element.tag != ENVELOPE:
        return None
    found = root.first("{*}Header")
    return found if isinstance(found, WireXml) else None


def enveloped(found: Conversation) -> list[Turn]:
    """The requests that came in a SOAP 1.2 envelope with a header."""
    return [one for one in requests(found) if header(one) is not None]


def vihfs(found: Conversation) -> list[Vihf]:
    """The assertions of the requests."""
    made = []
    for one in requests(found):
        head = header(one)
        inside = head.all("{*}Security/{*}Assertion") if head is not None else []
        made += [Vihf(node, one) for node in inside[:MAX_ASSERTIONS]]
    return made


def answered(found: Conversation) -> list[Turn]:
    """The transactions that were answered to the end."""
    return [one for one in known(found) if one.whole]


def replied(found: Conversation) -> list[Turn]:
    """The transactions whose answer is an envelope."""
    return [
        one
        for one in answered(found)
        if one.response.xml is not None and one.response.xml.name == "Envelope"
    ]


def submissions(found: Conversation) -> list[Turn]:
    return [one for one in answered(found) if one.role == PUBLISH]


def exist_tests(found: Conversation) -> list[Turn]:
    return found.of(EXISTS)


def retrievals(found: Conversation) -> list[Turn]:
    return found.of(RETRIEVE)


def deletions(found: Conversation) -> list[Turn]:
    return found.of(DELETE)


def query_id(turn: Turn) -> str:
    """The stored query that a request names."""
    found = turn.payload(turn.request)
    return found.value("{*}AdhocQuery", "id") if found is not None else ""


def slot(turn: Turn, name: str) -> list[XmlNode]:
    """The values of a slot of a query, of all slots of the name."""
    found = turn.payload(turn.request)
    if found is None:
        return []
    return found.all(f"{{*}}AdhocQuery/{{*}}Slot[@name='{name}']/{{*}}ValueList/{{*}}Value")


def consults(turn: Turn) -> bool:
    """Whether a professional looks into the record: a search, or a retrieval."""
    return turn.role == RETRIEVE or (turn.role == QUERY and query_id(turn) in QUERIES[:2])


def patient(turn: Turn) -> str:
    """The patient of a request as a CX; "" where the request names none."""
    if turn.role == QUERY:
        found = slot(turn, PATIENT)
        return found[0].text.strip("'") if found else ""
    payload = turn.payload(turn.request)
    if payload is None:
        return ""
    if turn.role == EXISTS:
        return next(
            (
                f"{one.get('extension')}^^^&{one.get('root')}&ISO^NH"
                for one in payload.all(".//*[@extension]")
                if one.get("root") in INS_OIDS
            ),
            "",
        )
    for scheme in (schemes.ENTRY_PATIENT, schemes.SET_PATIENT):
        named = payload.first(f".//{{*}}ExternalIdentifier[@identificationScheme='{scheme}']")
        if named is not None:
            return named.get("value")
    return ""
