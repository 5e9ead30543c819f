"""OMI^O23: what the PACS says of an exam (DRIM-M B-XH-03).

An OMI is judged on its structure and its encoding alone: the official sample leaves MSH-17,
MSH-18, MSH-21 and PV1-19 empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, is_placeholder, rule
from validators.identifiers import is_uid
from validators.model import Defect
from validators.reading.hl7 import Segment

LONGEST_ACCESSION = 16


def procedures(message: Message) -> Iterable[Segment]:
    return message.file.named("IPC") if message.kind == "OMI" else ()


def patients_of_an_order(message: Message) -> Iterable[Segment]:
    return message.file.named("PID") if message.kind == "OMI" else ()


@rule("HL7-OMI-01", over=procedures, verifies=("HL7-OMI-01",))
def study_uid_malformed(segment: Segment) -> Iterator[Defect]:
    """IPC-3 is a Study Instance UID.

    Why: the DRIMbox finds the study, and its KOS, by it.
    Fix: write the Study Instance UID as the archive has it.
    """
    found = segment.get(3)
    if not is_uid(found) and not is_placeholder(found):
        yield segment.field(3).defect(expected="UID", actual=found or None)


@rule("HL7-OMI-02", over=procedures, verifies=("HL7-OMI-02",))
def accession_too_long(segment: Segment) -> Iterator[Defect]:
    """IPC-1 fits into the accession number of DICOM: at most 16 characters.

    Why: what is longer never equals the accession number of the images.
    Fix: write the accession number as the images have it.
    """
    found = segment.get(1)
    if len(found) > LONGEST_ACCESSION and not is_placeholder(found):
        expected = f"<= {LONGEST_ACCESSION}"
        yield segment.field(1).defect(expected=expected, actual=found)


@rule("HL7-OMI-03", over=patients_of_an_order, verifies=("HL7-OMI-03",))
def order_without_ins(segment: Segment) -> Iterator[Defect]:
    """PID-3 has the INS.

    Why: the DRIMbox replaces the KOS in the record of that patient.
    Fix: write the INS, of type INS, in PID-3.
    """
    found = segment.repetitions(3)
    if not any(one.get(5) == "INS" or is_placeholder(one.text) for one in found):
        yield segment.field(3).defect(expected="INS", actual=segment.raw(3) or None)
