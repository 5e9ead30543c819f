"""TXA of an MDM: which document this is, and which it replaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, is_placeholder, rule
from validators.identifiers import is_oid, is_uuid
from validators.model import Defect
from validators.reading.hl7 import Field, Segment


def transcriptions(message: Message) -> Iterable[Segment]:
    return message.file.named("TXA") if message.kind == "MDM" else ()


def document_ids(message: Message) -> Iterable[Field]:
    """TXA-12, and TXA-13 where it has a value."""
    found = []
    for segment in transcriptions(message):
        found.append(segment.field(12))
        found += [segment.field(13)] if segment.raw(13).strip() else []
    return [one for one in found if not is_placeholder(one.text)]


def replacing(message: Message) -> Iterable[Segment]:
    """TXA of a message that replaces a document."""
    return transcriptions(message) if message.trigger == "T10" else ()


class CodedBeside(Field):
    """TXA-2 with the code of OBR-4."""

    __slots__ = ("wanted",)

    def __init__(self, segment: Segment, wanted: str) -> None:
        super().__init__(segment, 2, 0, segment.raw(2))
        self.wanted = wanted


def document_types(message: Message) -> Iterable[CodedBeside]:
    requests = message.file.named("OBR")
    wanted = requests[0].get(4) if requests else ""
    return [CodedBeside(one, wanted) for one in transcriptions(message)] if wanted else ()


@rule("HL7-TXA-02", over=document_types, verifies=("HL7-TXA-02",))
def document_type_differs(field: CodedBeside) -> Iterator[Defect]:
    """TXA-2 is the code of OBR-4.

    Why: the two name the type of the same document.
    Fix: write the code of the document in both.
    """
    if field.get() != field.wanted and not is_placeholder(field.text):
        yield field.defect(expected=field.wanted, actual=field.get() or None)


@rule("HL7-TXA-12", over=document_ids, verifies=("HL7-TXA-12",))
def document_id_malformed(field: Field) -> Iterator[Defect]:
    """TXA-12 and TXA-13 are an OID or a UUID alone, or extension^^root^ISO.

    Why: a replacement finds the document that it replaces by comparing this identifier.
    Fix: write the root of the id of the document; with an extension, <extension>^^<root>^ISO.
    """
    parts = field.get(1), field.get(2), field.get(3), field.get(4)
    bare = (is_oid(parts[0]) or is_uuid(parts[0])) and not any(parts[1:])
    with_extension = parts[0] and not parts[1] and is_oid(parts[2]) and parts[3] == "ISO"
    if not bare and not with_extension:
        yield field.defect(expected="OID | extension^^OID^ISO", actual=field.text or None)


@rule("HL7-TXA-13", over=replacing, verifies=("HL7-TXA-13",))
def replaced_document_absent(segment: Segment) -> Iterator[Defect]:
    """TXA-13 of a replacement names the document that it replaces.

    Why: without it the receiver publishes a second document beside the first.
    Fix: write the identifier of the document that goes away.
    """
    if not segment.raw(13).strip():
        yield segment.field(13).defect(expected="OID", actual="")
