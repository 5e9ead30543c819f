"""From the bytes of a document to what the rules found in it, and in the documents inside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from validators.engine import Plan, judge
from validators.kinds import KINDS, Kind
from validators.model import SubjectReport
from validators.reading.dicom import Buffer
from validators.reading.limits import MAX_FILE_BYTES


def judge_document(
    name: str, buffer: Buffer, kind: Kind, plans: Mapping[str, Plan]
) -> Iterator[SubjectReport]:
    """The report of a document, then one for each document inside it that a plan judges.

    A document inside is named after the one that holds it and its place there:
    ``message.hl7#OBX[1]-5.5``.
    """
    subject = kind.load(buffer)
    yield SubjectReport(
        name=name,
        kind=kind.name,
        size=len(buffer),
        sha256=_fingerprint(buffer),
        results=judge(plans[kind.name], subject),
        unread=subject.unread,
    )
    inside = [one for one in subject.embedded if one.kind in plans]
    subject.release()
    for one in inside:
        place = f"{name}#{one.place}"
        yield from judge_document(place, one.content, KINDS[one.kind], plans)


def _fingerprint(buffer: Buffer) -> str:
    """SHA-256 of a document; "" for one that is too long to be read."""
    return hashlib.sha256(buffer).hexdigest() if len(buffer) <= MAX_FILE_BYTES else ""
