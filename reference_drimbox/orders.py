"""What a message asks of the Source: a report in force, gone, or images that changed (B.4)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reference_drimbox import cda, hl7
from reference_drimbox.cda import NotAReport
from reference_drimbox.hl7 import Message, Segment, Unreadable, component_of
from reference_drimbox.masks import CODES

TO_DMP = "DESTDMP"


class Kind(StrEnum):
    """What a message is of."""

    REPORT = "report"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Asked:
    """A message, understood. ``report`` is there for one of a report, with its bytes in ``cda``.

    ``masks`` are the flags that are raised; ``to_dmp`` is DESTDMP.
    """

    kind: Kind
    studies: Sequence[str]
    report: cda.Report | None = None
    document: bytes = field(default=b"", repr=False)
    masks: Sequence[str] = ()
    to_dmp: bool = True
    replaces: bool = False


_EVENTS = {("NW", "F"): "T02", ("RO", "C"): "T10", ("CA", "D"): "T04"}
"""Order control and status of the document, with the event of an MDM (B-HL7-02)."""


def understood(message: Message) -> Asked:
    """What a message asks. Raises Unreadable."""
    _check_header(message)
    if message.kind == "OMI^O23":
        return _imaging(message)
    return _report(message)


def _check_header(message: Message) -> None:
    head = message.header
    if not head.field(10):
        raise Unreadable("101", "MSH-10 is missing", "MSH^1^10")
    code, trigger = head.component(9), head.component(9, 2)
    if code not in ("ORU", "MDM", "OMI"):
        raise Unreadable("200", "ORU^R01, MDM^T02, T10, T04 or OMI^O23", "MSH^1^9")
    if trigger not in {"ORU": ("R01",), "MDM": ("T02", "T10", "T04"), "OMI": ("O23",)}[code]:
        raise Unreadable("201", "ORU^R01, MDM^T02, T10, T04 or OMI^O23", "MSH^1^9")
    if head.field(11)[:1] not in ("P", "T", "D"):
        raise Unreadable("202", "MSH-11 is not P, T or D", "MSH^1^11")
    if not head.field(12).startswith("2."):
        raise Unreadable("203", "MSH-12 is no version 2 of HL7", "MSH^1^12")
    if code != "OMI" and not _ins_of(message.first("PID")):
        raise Unreadable("101", "PID-3 has no INS", "PID^1^3")


def _ins_of(patient: Segment) -> str:
    for one in patient.repetitions(3):
        if component_of(one, 5) == "INS" or component_of(one, 4, 2) in cda.INS_ROOTS:
            return component_of(one, 1)
    return ""


def _report(message: Message) -> Asked:
    order = message.first("ORC").component(1)
    document = next((one for one in message.all("OBX") if one.field(2) == "ED"), None)
    if document is None:
        raise Unreadable("100", "no OBX of type ED carries a document", "OBX")
    _check_event(message, order, document)
    raw = _document(document)
    try:
        report = cda.read(raw)
    except NotAReport as problem:
        raise Unreadable("102", str(problem), "OBX^1^5") from None
    if component_of(document.field(3), 1) != cda.REPORT_CODE:
        raise Unreadable("103", "OBX-3 is not the code of the document", "OBX^1^3")
    flags = {one.component(3): one.component(5) for one in message.all("OBX")
             if one.component(3, 3) == "MetaDMPMSS"}  # fmt: skip
    return Asked(
        kind=Kind.WITHDRAWN if order == "CA" else Kind.REPORT,
        studies=report.studies,
        report=report,
        document=raw,
        masks=[name for name in CODES if flags.get(name) == "Y"],
        to_dmp=flags.get(TO_DMP, "Y") != "N",
        replaces=order == "RO",
    )


def _check_event(message: Message, order: str, document: Segment) -> None:
    """Order, status and event agree; messages of version 2.0 of the volet may say SC."""
    status = document.field(11)
    if order == "SC" and message.header.component(21).startswith("2.0"):
        order = "NW"
    event = _EVENTS.get((order, status))
    if event is None:
        raise Unreadable("103", "ORC-1 and OBX-11 do not agree", "ORC^1^1")
    if message.header.component(9) == "MDM" and message.header.component(9, 2) != event:
        raise Unreadable("201", "the event does not agree with ORC-1 and OBX-11", "MSH^1^9")


def _document(segment: Segment) -> bytes:
    parts = segment.field(5).split("^")
    if len(parts) < 5 or parts[3].lower() != "base64":
        raise Unreadable("102", "OBX-5 is not ^TEXT^XML^Base64^", "OBX^1^5")
    try:
        return b64decode(parts[4], validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("102", "OBX-5.5 is no base64", "OBX^1^5^1^5") from None


def _imaging(message: Message) -> Asked:
    """OMI^O23: the study is in IPC-3; CA says that its images are gone (B-XH-03)."""
    control = message.first("ORC").component(1)
    studies = [one.component(3) for one in message.all("IPC") if one.component(3)]
    if not studies:
        raise Unreadable("101", "IPC-3 names no study", "IPC^1^3")
    if control not in ("NW", "CA", "XO", "SC"):
        raise Unreadable("103", "ORC-1 is not NW, XO, SC or CA", "ORC^1^1")
    return Asked(Kind.DELETED if control == "CA" else Kind.CHANGED, list(dict.fromkeys(studies)))


def of_block(raw: bytes) -> Asked:
    """What a block of the inbox asks, which was understood when it came. Raises Unreadable."""
    return understood(hl7.read(raw))
