"""The messages of a RIS: a report created, replaced, deleted; an exam whose images are deleted.

CI-SIS, transmission of a CDA R2 document in HL7 v2; OMI^O23 of HL7 v2.5.1 (DRIM-M B-XH-03).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from uuid import uuid4

from simulators.faults import Fault
from simulators.ris.mllp import framed
from testdata.exam import Event, Exam
from testdata.exams import NEXT_WRITTEN
from testdata.message import exam_deleted, mdm, oru
from testdata.report import cda

CONTROL_ID_FIELD = 9
"""Where MSH-10 stands between the separators of MSH, of which the first is MSH-1."""
LONGEST_CONTROL_ID = 20
"""HL7 v2.5 2.14.9.10; 199 in 2.6, which nobody needs."""


class Form(StrEnum):
    """The message in which a report goes."""

    ORU = "oru"
    MDM = "mdm"


class ControlIds:
    """A new MSH-10 each time, after a prefix that may say for which scenario it is.

    Raises ValueError for a prefix that leaves no room.
    """

    def __init__(self, prefix: str = "", start: str = "") -> None:
        room = LONGEST_CONTROL_ID - len(prefix)
        if room < len("0" * 12):
            raise ValueError(f"prefix {prefix!r} is longer than 8 characters")
        self._prefix = prefix
        self._start = int(start or uuid4().int % 10**12)
        self._numbers = count()

    def next(self) -> str:
        return f"{self._prefix}{(self._start + next(self._numbers)) % 10**12:012d}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message before it is made: what it is of, and its control id.

    ``messages`` says how many times the RIS sends it.
    """

    exam: Exam
    control_id: str
    form: Form = Form.ORU
    level: int = 1
    messages: int = 1


def exam_of(exam: Exam, event: Event) -> Exam:
    """The exam with the report that an event is of: of a replacement, the next version."""
    if event is Event.REPLACE:
        return exam.replacing(written=NEXT_WRITTEN)
    return replace(exam, event=event)


def report_message(
    exam: Exam,
    event: Event,
    form: Form,
    control_id: str,
    *,
    level: int = 1,
    faults: Iterable[Fault] = (),
) -> list[bytes]:
    """The blocks that tell of a report: one, unless a fault says otherwise."""
    outgoing = Outgoing(exam_of(exam, event), control_id, form, level)
    for fault in faults:
        if fault.adjust is not None:
            outgoing = fault.adjust(outgoing)
    make = oru if outgoing.form is Form.ORU else mdm
    report = cda(outgoing.exam, outgoing.level)
    return _sent(make(outgoing.exam, report), outgoing, faults)


def deleted_message(exam: Exam, control_id: str, *, faults: Iterable[Fault] = ()) -> list[bytes]:
    """The blocks that tell that all images of the exam's study were deleted."""
    return _sent(exam_deleted(exam, exam.study), Outgoing(exam, control_id), faults)


def _sent(message: bytes, outgoing: Outgoing, faults: Iterable[Fault]) -> list[bytes]:
    message = rewritten(with_control_id(message, outgoing.control_id), faults)
    return [rewritten(framed(message), faults)] * outgoing.messages


def with_control_id(message: bytes, control_id: str) -> bytes:
    """The message under another MSH-10."""
    head, mark, rest = message.partition(b"\r")
    fields = head.split(b"|")
    fields[CONTROL_ID_FIELD] = control_id.encode()
    return b"|".join(fields) + mark + rest


def rewritten(raw: bytes, faults: Iterable[Fault]) -> bytes:
    """What is sent once the faults that are of it had their way."""
    for fault in faults:
        if fault.rewrite is not None and fault.at(raw):
            raw = fault.rewrite(raw)
    return raw
