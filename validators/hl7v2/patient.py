"""PID: the patient (CI-SIS, message profiles; INS annex; PAM.FR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from validators.hl7v2.subject import Message, is_placeholder, rule
from validators.identifiers import BIRTHPLACE, INS, ins_key, is_day, is_oid
from validators.model import Defect
from validators.reading.hl7 import Field, Segment


def patients(message: Message) -> Iterable[Segment]:
    """PID of a message that carries a report."""
    return message.file.named("PID") if message.carries_report else ()


def identifiers(message: Message) -> Iterable[Field]:
    """The identifiers of PID-3 that are no placeholder."""
    return [
        one
        for segment in message.file.named("PID")
        for one in segment.repetitions(3)
        if message.kind != "ACK" and not is_placeholder(one.text)
    ]


def report_identifiers(message: Message) -> Iterable[Field]:
    return identifiers(message) if message.carries_report else ()


def ins_identifiers(message: Message) -> Iterable[Field]:
    """The identifiers of type INS."""
    return [one for one in identifiers(message) if one.get(5) == "INS"]


def well_formed_ins(message: Message) -> Iterable[Field]:
    return [one for one in ins_identifiers(message) if INS.fullmatch(one.get(1))]


def birth_dates(message: Message) -> Iterable[Field]:
    return [one.field(7) for one in patients(message)]


@rule("HL7-PID-03", over=patients, verifies=("HL7-PID-03",))
def patient_without_identifier(segment: Segment) -> Iterator[Defect]:
    """PID-3 has an identifier, with its type.

    Why: nothing else says whose document it is; a receiver answers AE.
    Fix: write the INS and the local identifier of the patient.
    """
    found = segment.repetitions(3)
    if not found:
        yield segment.field(3).defect(expected=">= 1", actual="")
    for one in found:
        if not is_placeholder(one.text) and not (one.get(1) and one.get(5)):
            yield one.defect(expected="CX-1, CX-5", actual=one.text)


@rule("HL7-PID-03-INS", over=ins_identifiers, verifies=("HL7-PID-03-INS",),
      parameters=("ins_authorities",))  # fmt: skip
def ins_authority_not_allowed(field: Field, allowed: Sequence[str]) -> Iterator[Defect]:
    """The INS is assigned under an INS OID of the environment that is tested.

    Why: a test identity in production, or a real one in tests, must be noticed.
    Fix: write the authority as name&OID&ISO in CX-4.
    """
    if field.get(4, 2) not in allowed:
        yield field.defect(expected=" | ".join(allowed), actual=field.get(4, 2) or None)
    elif field.get(4, 3) != "ISO" or not field.get(4, 1):
        yield field.defect(expected="&OID&ISO", actual=field.component(4))


@rule("HL7-PID-03-KEY", over=ins_identifiers, verifies=("HL7-PID-03-KEY",))
def ins_malformed(field: Field) -> Iterator[Defect]:
    """The INS has 15 characters, and the key of its first 13.

    Why: a wrong key means a mistyped identifier: the record of someone else.
    Fix: take the INS from the identity service.
    """
    found = field.get(1)
    if not INS.fullmatch(found):
        yield field.defect(expected="INS, 15", actual=found)
    elif found[13:] != ins_key(found[:13]):
        yield field.defect(expected=found[:13] + ins_key(found[:13]), actual=found)


@rule("HL7-PID-03-OID", over=report_identifiers, verifies=("HL7-PID-03-OID",))
def authority_without_oid(field: Field) -> Iterator[Defect]:
    """Every identifier of PID-3 names the OID of its authority.

    Why: a local identifier without its authority may be that of another patient elsewhere.
    Fix: write name&OID&ISO in CX-4.
    """
    if field.get(5) != "INS" and not is_oid(field.get(4, 2)):
        yield field.defect(expected="&OID&ISO", actual=field.component(4) or None)


@rule("HL7-PID-03-PI", over=patients, verifies=("HL7-PID-03-PI",))
def local_identifier_absent(segment: Segment) -> Iterator[Defect]:
    """PID-3 has the local identifier, of type PI.

    Why: the DRIMbox finds the images in the PACS by it.
    Fix: repeat PID-3 with the identifier of the site, of type PI.
    """
    found = segment.repetitions(3)
    if found and not any(one.get(5) == "PI" for one in found):
        types = ", ".join(one.get(5) for one in found)
        yield segment.field(3).defect(expected="PI", actual=types)


@rule("HL7-PID-05", over=patients, verifies=("HL7-PID-05",))
def birth_name_absent(segment: Segment) -> Iterator[Defect]:
    """PID-5 has the birth name, of type L.

    Why: the birth name is one of the traits by which the DMP knows the patient.
    Fix: write BIRTH NAME^FIRST GIVEN NAME^GIVEN NAMES^^^^L.
    """
    found = segment.repetitions(5)
    if not any((one.get(7) == "L" and one.get(1)) or is_placeholder(one.text) for one in found):
        yield segment.field(5).defect(expected="L", actual=segment.raw(5) or None)


@rule("HL7-PID-05-TYPE", over=patients, verifies=("HL7-PID-05-TYPE",))
def name_of_another_type(segment: Segment) -> Iterator[Defect]:
    """Every name of PID-5 has the type L or D.

    Why: a reader tells birth name from used name by the type alone.
    Fix: type the birth name L, the used name D.
    """
    for one in segment.repetitions(5):
        if one.get(7) not in ("L", "D") and not is_placeholder(one.text):
            yield one.defect(expected="L | D", actual=one.get(7) or None)


@rule("HL7-PID-07", over=birth_dates, verifies=("HL7-PID-07",))
def birth_date_impossible(field: Field) -> Iterator[Defect]:
    """PID-7 is a date of birth that exists.

    Why: the date of birth is one of the traits of the INS identity.
    Fix: write YYYYMMDD as the identity service returns it.
    """
    if not is_day(field.get()[:8]) and not is_placeholder(field.text):
        yield field.defect(expected="YYYYMMDD", actual=field.get() or None)


@rule("HL7-PID-11", over=patients, verifies=("HL7-PID-11",))
def birthplace_absent(segment: Segment) -> Iterator[Defect]:
    """PID-11 has the place of birth: type BDL, its code in the ninth component.

    Why: the place of birth is one of the traits of the INS identity. The list of communes is no
    part of this suite: the pattern alone is checked.
    Fix: repeat PID-11 with ^^^^^^BDL^^ and the code of the commune, or 99 and that of the country.
    """
    found = [one for one in segment.repetitions(11) if one.get(7) == "BDL"]
    if not found and not is_placeholder(segment.raw(11)):
        yield segment.field(11).defect(expected="BDL", actual=segment.raw(11) or None)
    for one in found:
        if not BIRTHPLACE.fullmatch(one.get(9)):
            yield one.defect(expected="99999", actual=one.get(9) or None)
