"""The stored queries (DRIM-M F-TD-05, F-TD-06; ITI TF-2 3.18)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.conversation.message import WireXml
from validators.conversation.roles import QUERY
from validators.conversation.subject import Conversation
from validators.conversation.turn import Turn
from validators.dmp.select import (
    FIND_BY_REFERENCE,
    PATIENT,
    QUERIES,
    query_id,
    rule,
    slot,
)
from validators.identifiers import INS, INS_OIDS
from validators.model import Defect
from validators.reading.xml import XmlNode

STATUS, TYPE = "$XDSDocumentEntryStatus", "$XDSDocumentEntryTypeCode"
EVENTS, REFERENCES = "$XDSDocumentEntryEventCodeList", "$XDSDocumentEntryReferenceIdList"
APPROVED = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')"
KOS = "IMG-KOS^^1.2.250.1.213.1.1.4.12"
CX = re.compile(rf"'?({INS.pattern})\^\^\^&([0-9.]+)&ISO\^NH'?")
_CODES = re.compile(r"\('[^'^]+\^\^[0-9.]+'(?:,\s*'[^'^]+\^\^[0-9.]+')*\)")
_ONE = r"'[^'^]+\^\^\^&[0-9.]+&ISO\^urn:ihe:iti:xds:[0-9]{4}:[A-Za-z]+'"
_IDS = re.compile(rf"\({_ONE}(?:,\s*{_ONE})*\)")


def queries(found: Conversation) -> list[Turn]:
    return [one for one in found.of(QUERY) if one.payload(one.request) is not None]


def searches(found: Conversation) -> list[Turn]:
    """The queries that search the record of a patient."""
    return [one for one in queries(found) if query_id(one) in QUERIES[:2]]


def by_reference(found: Conversation) -> list[Turn]:
    return [one for one in queries(found) if query_id(one) == FIND_BY_REFERENCE]


def event_codes(found: Conversation) -> Iterable[XmlNode]:
    return [value for one in queries(found) for value in slot(one, EVENTS)]


def _query(turn: Turn) -> WireXml:
    found = turn.payload(turn.request)
    assert found is not None
    return found


def _place(name: str) -> str:
    return f"AdhocQuery/Slot[{name}]"


@rule("F-TD-05", over=queries, verifies=("F-TD-05",))
def query_unknown(turn: Turn) -> Iterator[Defect]:
    """The query is FindDocuments, FindDocumentsByReferenceId or GetDocuments.

    Why: the DMP answers an error to a query that it does not know.
    Fix: write the identifier of one of them in AdhocQuery/@id.
    """
    if query_id(turn) not in QUERIES:
        actual = query_id(turn) or None
        yield _query(turn).defect(
            expected=" | ".join(QUERIES), actual=actual, child="AdhocQuery/@id"
        )


@rule("F-TD-06-PATIENT", over=searches, verifies=("F-TD-06-PATIENT",))
def patient_malformed(turn: Turn) -> Iterator[Defect]:
    """A search names one patient by INS, as a CX between apostrophes.

    Why: without them the DMP does not read it; with another identifier it finds nothing.
    Fix: write '<INS>^^^&<OID>&ISO^NH', the apostrophes included.
    """
    found = slot(turn, PATIENT)
    text = found[0].text if len(found) == 1 else ""
    read = CX.fullmatch(text)
    quoted = text.startswith("'") and text.endswith("'")
    if read is None or not quoted or read[2] not in INS_OIDS:
        actual = "***" if text else len(found) or None
        yield _query(turn).defect(
            expected="'INS^^^&OID&ISO^NH'", actual=actual, child=_place(PATIENT)
        )


@rule("F-TD-06-STATUS", over=searches, verifies=("F-TD-06-STATUS",))
def status_not_approved(turn: Turn) -> Iterator[Defect]:
    """A search asks for approved documents alone.

    Why: deprecated KOS lead to images that were replaced or withdrawn.
    Fix: write one value, ('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved').
    """
    found = [one.text for one in slot(turn, STATUS)]
    if found != [APPROVED]:
        actual = " ".join(found) or None
        yield _query(turn).defect(expected=APPROVED, actual=actual, child=_place(STATUS))


@rule("F-TD-06-TYPE", over=searches, verifies=("F-TD-06-TYPE",))
def type_not_filtered(turn: Turn) -> Iterator[Defect]:
    """A search for imaging asks for the type IMG-KOS among others, or alone.

    Why: without it the DMP answers every document of the patient.
    Fix: write ('IMG-KOS^^1.2.250.1.213.1.1.4.12').
    """
    found = [one.text for one in slot(turn, TYPE)]
    if not any(KOS in one for one in found):
        actual = " ".join(found) or None
        yield _query(turn).defect(expected=f"('{KOS}')", actual=actual, child=_place(TYPE))


@rule("F-TD-06-CODES", over=event_codes, verifies=("F-TD-06-CODES",))
def event_code_malformed(value: XmlNode) -> Iterator[Defect]:
    """Event codes are a list of codes with their schemes, in parentheses and apostrophes.

    Why: what is written otherwise finds nothing, or is refused.
    Fix: write ('MR^^1.2.250.1.213.1.1.5.618'); separate slots for what must all be true.
    """
    if not _CODES.fullmatch(value.text):
        yield value.defect(expected="('code^^OID')", actual=value.text or None)


@rule("F-TD-06-REFERENCE", over=by_reference, verifies=("F-TD-06-REFERENCE",))
def reference_malformed(turn: Turn) -> Iterator[Defect]:
    """A search by reference has a list of identifiers with their authority and their kind.

    Why: an accession number without its authority is that of any hospital.
    Fix: write ('<accession>^^^&<root>&ISO^urn:ihe:iti:xds:2013:accession').
    """
    found = slot(turn, REFERENCES)
    wrong = [one for one in found if not _IDS.fullmatch(one.text)]
    if not found:
        yield _query(turn).defect(expected="1", child=_place(REFERENCES))
    for one in wrong:
        yield one.defect(expected="('id^^^&OID&ISO^urn:ihe:iti:xds:2013:...')", actual=one.text)
