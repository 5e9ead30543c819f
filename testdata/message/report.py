"""ORU^R01 and MDM that carry a report (CI-SIS, transmission of a CDA R2 document, 2.1)."""

from __future__ import annotations

from base64 import b64encode
from typing import NamedTuple

from testdata.exam import Event, Exam
from testdata.message.segments import (
    escaped,
    header,
    message,
    patient,
    segment,
    sender,
    visit,
)

DOCUMENT_CODE = "18748-4^CR d'imagerie médicale^LN"
FLAGS = {
    "MASQUE_PS": "Masqué aux professionnels de Santé",
    "INVISIBLE_PATIENT": "Document Non Visible par le patient",
    "INVISIBLE_REP_LEGAUX": "Non visible par les représentants Légaux du patient",
    "CONNEXION_SECRETE": "Connexion Secrete",
    "MODIF_CONF_CODE": "Modification Confidentiality Code",
    "DESTDMP": "Destinataire DMP",
    "DESTMSSANTEPS": "Destinataire (Professionnel de Santé, organisation ou BAL applicative)",
    "DESTMSSANTEPAT": "Destinataire Patient",
    "ACK_RECEPTION": "Accusé de réception",
    "ACK_LECTURE_MSS": "Accusé de lecture",
}


class _Kind(NamedTuple):
    """How an event is told: order control, status of the document, event of an MDM."""

    order: str
    status: str
    mdm: str


_KINDS = {
    Event.CREATE: _Kind("NW", "F", "T02"),
    Event.REPLACE: _Kind("RO", "C", "T10"),
    Event.DELETE: _Kind("CA", "D", "T04"),
}


def oru(exam: Exam, report: bytes) -> bytes:
    """The report as an unsolicited result (HL7 2.5)."""
    order = exam.study.orders[0]
    asked = {
        1: "1",
        2: order.placer_number,
        4: DOCUMENT_CODE,
        7: exam.study.started,
        18: order.accession,
        25: "F",
    }
    return message(
        header(exam, "ORU^R01^ORU_R01", "2.5", at=exam.report.written, label="oru"),
        patient(exam),
        visit(exam),
        segment("ORC", {1: _KINDS[exam.event].order}),
        segment("OBR", asked),
        *_document(exam, report, media="TEXT", flag_type="CE"),
    )


def mdm(exam: Exam, report: bytes) -> bytes:
    """The report as a document (HL7 2.6): created, replaced or deleted."""
    kind, written = _KINDS[exam.event], exam.report.written
    author = exam.author
    transcription = {
        1: "1",
        2: "18748-4",
        3: "TEXT",
        4: written[:12],
        12: exam.report.oid,
        17: "AU",
        22: author.identifier,
    }
    if exam.report.replaces:
        transcription[13] = exam.report.replaces
    operator = f"{author.identifier}^{author.family}^{author.given}"
    return message(
        header(exam, f"MDM^{kind.mdm}^MDM_T02", "2.6", at=written, label="mdm"),
        segment("EVN", {2: written, 5: operator, 6: written}),
        patient(exam),
        visit(exam),
        segment("ORC", {1: kind.order}),
        segment("OBR", {1: "1", 4: DOCUMENT_CODE}),
        segment("TXA", transcription),
        *_document(exam, report, media="text", flag_type="CWE"),
    )


def _document(exam: Exam, report: bytes, *, media: str, flag_type: str) -> list[str]:
    """OBX with the report, who sends it, and the flags MetaDMPMSS in their order."""
    data = f"^{media}^XML^Base64^{b64encode(report).decode()}"
    document = {1: "1", 2: "ED", 3: DOCUMENT_CODE, 5: data, 11: _KINDS[exam.event].status}
    return [
        segment("OBX", document),
        sender(exam),
        *(
            _flag(number, name, name in _raised(exam), flag_type)
            for number, name in enumerate(FLAGS, start=2)
        ),
    ]


def _flag(number: int, name: str, raised: bool, value_type: str) -> str:
    return segment(
        "OBX",
        {
            1: str(number),
            2: value_type,
            3: f"{name}^{escaped(FLAGS[name])}^MetaDMPMSS",
            5: f"{'Y' if raised else 'N'}^^expandedYes-NoIndicator",
            11: "F",
        },
    )


def _raised(exam: Exam) -> set[str]:
    masking = exam.masking
    flags = {
        "MASQUE_PS": masking.professionals,
        "INVISIBLE_PATIENT": masking.patient,
        "INVISIBLE_REP_LEGAUX": masking.representatives,
        "MODIF_CONF_CODE": masking.changed,
        "DESTDMP": True,
        "ACK_RECEPTION": exam.acknowledge,
    }
    return {name for name, raised in flags.items() if raised}
