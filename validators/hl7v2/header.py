"""MSH: what message this is (CI-SIS, message profiles)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, header, is_placeholder, report_header, rule
from validators.identifiers import moment
from validators.model import Defect
from validators.reading.hl7 import Field, Segment

MESSAGES = (
    ("ORU", "R01", "ORU_R01"),
    ("MDM", "T02", "MDM_T02"),
    ("MDM", "T04", "MDM_T02"),
    ("MDM", "T10", "MDM_T02"),
    ("OMI", "O23", "OMI_O23"),
)
VERSIONS = {"ORU": "2.5", "MDM": "2.6", "OMI": "2.5.1"}
PROFILE = ("2.1", "CISIS_CDA_HL7_V2")


def message_time(message: Message) -> Iterable[Field]:
    """MSH-7 where it has a value of its own."""
    for segment in header(message):
        field = segment.field(7)
        if field.text.strip() and not is_placeholder(field.text):
            yield field


def versioned_header(message: Message) -> Iterable[Segment]:
    return header(message) if message.kind in VERSIONS else ()


@rule("HL7-MSH-07", over=message_time, verifies=("HL7-MSH-07",))
def message_time_impossible(field: Field) -> Iterator[Defect]:
    """MSH-7 is a date and time that exists.

    Why: receivers order messages by it, and refuse what they cannot parse.
    Fix: write YYYYMMDDHHMMSS, with the zone if there is one.
    """
    if moment(field.get()) is None:
        yield field.defect(expected="YYYYMMDDHHMMSS", actual=field.get())


@rule("HL7-MSH-09", over=header, verifies=("HL7-MSH-09",))
def message_unknown(segment: Segment) -> Iterator[Defect]:
    """MSH-9 names a message of the volume, with its event and its structure.

    Why: the receiver chooses by it what to do; anything else it rejects.
    Fix: write ORU^R01^ORU_R01, MDM^T02^MDM_T02, MDM^T10^MDM_T02 or MDM^T04^MDM_T02.
    """
    field = segment.field(9)
    parts = field.get(1), field.get(2), field.get(3)
    if parts[0] != "ACK" and parts not in MESSAGES:
        expected = " | ".join("^".join(one) for one in MESSAGES)
        yield field.defect(expected=expected, actual="^".join(parts).rstrip("^") or None)


@rule("HL7-MSH-12", over=versioned_header, verifies=("HL7-MSH-12",))
def version_not_of_the_message(segment: Segment) -> Iterator[Defect]:
    """MSH-12 is the version of HL7 in which the volume defines the message.

    Why: the receiver reads the segments by that version, and rejects another one.
    Fix: write 2.5 for an ORU, 2.6 for an MDM, 2.5.1 for an OMI.
    """
    expected, field = VERSIONS[segment.get(9)], segment.field(12)
    if field.get() != expected and not is_placeholder(field.text):
        yield field.defect(expected=expected, actual=field.get() or None)


@rule("HL7-MSH-21", over=report_header, verifies=("HL7-MSH-21",))
def profile_not_of_the_volume(segment: Segment) -> Iterator[Defect]:
    """MSH-21 names the profile 2.1 of the volume.

    Why: flags and codes differ from one profile to the next; the receiver reads by this one.
    Fix: write 2.1^CISIS_CDA_HL7_V2.
    """
    field = segment.field(21)
    if (field.get(1), field.get(2)) != PROFILE and not is_placeholder(field.text):
        found = f"{field.get(1)}^{field.get(2)}".strip("^")
        yield field.defect(expected="^".join(PROFILE), actual=found or None)
