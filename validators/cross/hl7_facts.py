"""The facts of an HL7 v2 message (DRIM-M B.4)."""

from __future__ import annotations

from validators.cross.facts import Facts, fact
from validators.hl7v2.subject import FLAGS, Message, is_placeholder, load
from validators.reading.dicom import Buffer
from validators.reading.hl7 import Field, Segment


class Hl7Facts(Facts):
    """The facts of a message: its kind, and whether each flag is raised."""

    def __init__(self, name: str, message: Message, parent: str = "") -> None:
        super().__init__(name, "hl7", parent)
        self.kind = message.kind
        self.flags = {flag: message.raised(flag) for flag in FLAGS if flag in message.flags}


def hl7_facts(name: str, buffer: Buffer, parent: str = "") -> Hl7Facts:
    """The facts of a message; of a file that is none, the problem alone."""
    message = load(buffer)
    found = Hl7Facts(name, message, parent)
    if message.unread or message.header is None:
        found.problem = message.unread or "MSH"
        return found
    for patient in message.file.named("PID"):
        _add_patient(found, patient)
    for order in message.file.named("ORC"):
        _add(found, "control", order.field(1))
    for request in message.file.named("OBR"):
        _add(found, "placer", request.field(2))
        _add(found, "accession", request.field(18))
    for document in message.documents:
        _add(found, "code", document.field(3))
    for text in message.file.named("TXA"):
        _add_identifier(found, "report_id", text.field(12))
        _add_identifier(found, "parent_id", text.field(13))
    for sender in message.file.named("PRT"):
        if sender.get(4) == "SB":
            _add(found, "author_id", sender.field(5))
            _add(found, "structure_id", sender.field(8), 10)
    for procedure in message.file.named("IPC"):
        _add(found, "accession", procedure.field(1))
        _add(found, "study", procedure.field(3))
    for flag, one in message.flags.items():
        found.add(f"flag {flag}", fact(one.field(5), one.get(5)))
    return found


def _add(found: Facts, field: str, value: Field, component: int = 1) -> None:
    text = value.get(component)
    if not is_placeholder(text):
        found.add(field, fact(value, text, str(component) if component > 1 else ""))


def _add_identifier(found: Facts, field: str, value: Field) -> None:
    """An identifier as others write it: root, or root^extension (HL7-TXA-12)."""
    text = f"{value.get(3)}^{value.get(1)}" if value.get(3) else value.get(1)
    if not is_placeholder(text):
        found.add(field, fact(value, text))


def _add_patient(found: Facts, patient: Segment) -> None:
    for one in patient.repetitions(3):
        ins = one.get(5) == "INS"
        if ins or one.get(5) == "PI":
            _add(found, "ins" if ins else "local_id", one)
            found.add("ins_oid" if ins else "local_oid", fact(one, one.get(4, 2), "4.2"))
    for name in patient.repetitions(5):
        if name.get(7) == "L":
            _add(found, "family", name)
            _add(found, "given", name, 2)
            _add(found, "given_names", name, 3)
        elif name.get(7) == "D":
            _add(found, "used_family", name)
            _add(found, "used_given", name, 2)
    birth = patient.field(7)
    if not is_placeholder(birth.text):
        found.add("birth_date", fact(birth, birth.get()[:8]))
    _add(found, "sex", patient.field(8))
    for address in patient.repetitions(11):
        if address.get(7) == "BDL":
            _add(found, "birthplace", address, 9)
