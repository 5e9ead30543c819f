"""The conforming messages that the mutants are made from."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from testdata.exam import Masking
from testdata.exams import NEXT_WRITTEN, exam
from testdata.message import acknowledgement, exam_deleted, mdm, oru
from testdata.mutants.base import Base
from testdata.mutants.hl7.changes import both, field, insert
from testdata.report import cda

PROFILE = "drim-m-lab"
MAIL_TEXT = b64encode(b"Bonjour, voici votre compte rendu.").decode()
RECIPIENT = (
    "PRT||UC||RCT^Results Copies To^participation|||||||||||"
    "^^X.400^alice.exemple@medecin.example.org"
)


def _oru() -> bytes:
    one = exam("alpha")
    return oru(one, cda(one))


def _older() -> bytes:
    """A message of profile 2.0, otherwise as today's."""
    return field("MSH", 21, "2.0^CISIS_CDA_HL7_V2")(_oru())


def _mailed() -> bytes:
    """A message that also goes to a mailbox, with the text of the mail."""
    mail = f"OBX|12|ED|CORPSMAIL_PS^Corps^MetaDMPMSS||^TEXT^XML^Base64^{MAIL_TEXT}||||||F"
    made = both(
        field("OBX", 5, "Y^^expandedYes-NoIndicator", 8),
        insert(RECIPIENT, "OBX", 2),
    )(_oru())
    return made + mail.encode() + b"\r"


def _mdm() -> bytes:
    one = exam("alpha")
    return mdm(one, cda(one))


def _replacement() -> bytes:
    one = exam("alpha").replacing(masking=Masking(changed=True), written=NEXT_WRITTEN)
    return mdm(one, cda(one))


def _omi() -> bytes:
    one = exam("exam-deletion")
    return exam_deleted(one, one.study)


def _ack() -> bytes:
    return acknowledgement(exam("alpha"), _oru(), code="AA")


def _refusal() -> bytes:
    return acknowledgement(exam("alpha"), _oru(), code="AE", condition="207")


_MAKERS: dict[str, Callable[[], bytes]] = {
    "oru": _oru,
    "oru-2.0": _older,
    "oru-mailed": _mailed,
    "mdm": _mdm,
    "mdm-replacement": _replacement,
    "omi": _omi,
    "ack": _ack,
    "ack-refusal": _refusal,
}
BASES = {name: Base("hl7", PROFILE, make) for name, make in _MAKERS.items()} | {
    "oru-block": Base("hl7", PROFILE, lambda: b"\x0b" + _oru() + b"\x1c\r", role="block"),
    "ack-exchange": Base(
        "hl7", PROFILE, lambda: b"\x0b" + _ack() + b"\x1c\r", role="answer",
        beside=lambda: {"sent/it": _oru(), "expected/it": b"AA"},
    ),
}  # fmt: skip
