"""PRT: who sends the document, and to whom (CI-SIS; pre-adopted from HL7 2.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, is_placeholder, rule
from validators.model import Defect
from validators.reading.hl7 import Field, Hl7File, Segment

PROFESSIONALS, STRUCTURES = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
SENDER, RECIPIENT, REPLY = "SB", "RCT", "REPLY"


def participations(message: Message) -> Iterable[Segment]:
    return message.file.named("PRT") if message.carries_report else ()


def senders(message: Message) -> Iterable[Segment]:
    return [one for one in participations(message) if one.get(4) == SENDER]


def persons(message: Message) -> Iterable[Field]:
    """PRT-5 of the senders, where it has a value."""
    found = [one.field(5) for one in senders(message)]
    return [one for one in found if one.text.strip() and not is_placeholder(one.text)]


def structures(message: Message) -> Iterable[Field]:
    """PRT-8 of the senders, where it has a value."""
    found = [one.field(8) for one in senders(message)]
    return [one for one in found if one.text.strip() and not is_placeholder(one.text)]


def for_the_record(message: Message) -> Iterable[Hl7File]:
    """A message whose document goes to the DMP."""
    return (message.file,) if message.carries_report and message.raised("DESTDMP") else ()


def for_a_mailbox(message: Message) -> Iterable[Hl7File]:
    """A message whose document goes to a mailbox of MSSanté."""
    raised = message.raised("DESTMSSANTEPS") or message.raised("DESTMSSANTEPAT")
    return (message.file,) if message.carries_report and raised else ()


@rule("HL7-PRT-01", over=for_the_record, verifies=("HL7-PRT-01",))
def sender_absent(file: Hl7File) -> Iterator[Defect]:
    """A document for the DMP has its sender: a PRT of participation SB.

    Why: the DMP records who feeds it, and for which structure.
    Fix: send PRT after the OBX of the document, with SB^Send by^participation in PRT-4.
    """
    found = [one.get(4) for one in file.named("PRT")]
    if SENDER not in found:
        yield Defect("PRT-4", SENDER, ", ".join(found) or None)


@rule("HL7-PRT-02", over=senders, verifies=("HL7-PRT-02",))
def sender_incomplete(segment: Segment) -> Iterator[Defect]:
    """The sender names a structure, and a person or a device; PRT-2 is UC.

    Why: the certificate and the identity towards the DMP are chosen from here.
    Fix: write the structure in PRT-8, the professional in PRT-5 or the device in PRT-10.
    """
    if segment.get(2) != "UC":
        yield segment.field(2).defect(expected="UC", actual=segment.get(2) or None)
    if not segment.get(8, 10) and not is_placeholder(segment.raw(8)):
        yield segment.field(8).defect(expected="PRT-8.10", child="10")
    if not segment.get(5) and not segment.get(10):
        yield segment.field(5).defect(expected="PRT-5 | PRT-10")


@rule("HL7-PRT-04", over=participations, verifies=("HL7-PRT-04",))
def participation_without_label(segment: Segment) -> Iterator[Defect]:
    """PRT-4 is the code of the participation, its label and the system participation.

    Why: older profiles wrote HL70912, which receivers of 2.1 do not know.
    Fix: write SB^Send by^participation.
    """
    field = segment.field(4)
    if not field.get(2) or field.get(3) != "participation":
        yield field.defect(expected="code^label^participation", actual=field.text or None)


@rule("HL7-PRT-05", over=persons, verifies=("HL7-PRT-05",))
def person_of_another_authority(field: Field) -> Iterator[Defect]:
    """PRT-5 has the identifier of a professional, its authority and its type.

    Why: the DMP knows professionals by their national identifier.
    Fix: write &1.2.250.1.71.4.2.1&ISO in component 9 and the type in component 13.
    """
    if (field.get(9, 2), field.get(9, 3)) != (PROFESSIONALS, "ISO"):
        expected = f"&{PROFESSIONALS}&ISO"
        yield field.defect(expected=expected, actual=field.component(9) or None, child="9")
    if not field.get(13):
        yield field.defect(expected="RPPS | IDNPS", child="13")


@rule("HL7-PRT-08", over=structures, verifies=("HL7-PRT-08",))
def structure_of_another_authority(field: Field) -> Iterator[Defect]:
    """PRT-8 has the identifier of a structure, its authority and its type.

    Why: the DMP knows structures by their national identifier.
    Fix: write &1.2.250.1.71.4.2.2&ISO in component 6 and FINEJ, FINEG or IDNST in component 7.
    """
    if field.get(6, 2) != STRUCTURES:
        expected = f"&{STRUCTURES}&ISO"
        yield field.defect(expected=expected, actual=field.component(6) or None, child="6")
    if not field.get(7):
        yield field.defect(expected="FINEJ | FINEG | IDNST", child="7")


@rule("HL7-PRT-03", over=for_a_mailbox, verifies=("HL7-PRT-03",))
def recipient_absent(file: Hl7File) -> Iterator[Defect]:
    """A document for a mailbox has its recipient, with an address.

    Why: the mail goes to nobody.
    Fix: send PRT with RCT in PRT-4 and the address in PRT-15.4.
    """
    recipients = [one for one in file.named("PRT") if one.get(4) == RECIPIENT]
    if not recipients:
        yield Defect("PRT-4", RECIPIENT, None)
    for one in recipients:
        if "@" not in one.get(15, 4) and not is_placeholder(one.raw(15)):
            yield one.field(15).defect(expected="@", actual=one.get(15, 4) or None, child="4")
