"""ACK: the technical acknowledgement (CI-SIS, message profiles; original mode)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, rule
from validators.model import Defect
from validators.reading.hl7 import Hl7File, Segment

# HL7 table 0357 as the volume restricts it, and its own application errors.
CONDITIONS = frozenset(
    ["100", "101", "102", "103", "198", "199", "200", "201", "202", "203", "207"]
    + [str(number) for number in range(900, 907)]
)


def acknowledged(message: Message) -> Iterable[Segment]:
    """MSH of an acknowledgement."""
    return (message.header,) if message.kind == "ACK" and message.header else ()


def refusals(message: Message) -> Iterable[Hl7File]:
    """An acknowledgement that refuses: AE or AR."""
    answers = message.file.named("MSA") if message.kind == "ACK" else []
    return (message.file,) if any(one.get(1) in ("AE", "AR") for one in answers) else ()


@rule("HL7-ACK-02", over=acknowledged, verifies=("HL7-ACK-02",))
def acknowledgement_without_event(segment: Segment) -> Iterator[Defect]:
    """MSH-9 of an acknowledgement is ACK, the event that it answers, and ACK.

    Why: a sender with several messages under way tells them apart by it.
    Fix: write ACK^R01^ACK, or the event of the message that is answered.
    """
    field = segment.field(9)
    if not field.get(2) or field.get(3) != "ACK":
        yield field.defect(expected="ACK^event^ACK", actual=field.text)


@rule("HL7-ACK-04", over=refusals, verifies=("HL7-ACK-04",))
def refusal_without_reason(file: Hl7File) -> Iterator[Defect]:
    """A refusal says why: ERR with a condition in ERR-3 and a severity in ERR-4.

    Why: the sender must know whether to correct the message or to send it again.
    Fix: send ERR with a code of HL7 table 0357 in ERR-3, and E, W or I in ERR-4.
    """
    errors = file.named("ERR")
    if not errors:
        yield Defect("ERR", "ERR", None)
    for one in errors:
        if one.get(3) not in CONDITIONS:
            yield one.field(3).defect(expected="0357", actual=one.get(3) or None)
        if one.get(4) not in ("E", "W", "I", "F"):
            yield one.field(4).defect(expected="E | W | I", actual=one.get(4) or None)
