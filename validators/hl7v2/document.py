"""OBX with the document (CI-SIS, message profiles)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, decoded, documents, is_placeholder, rule
from validators.model import Defect
from validators.reading.hl7 import Field, Segment

DOCUMENT_CODE, DOCUMENT_SYSTEMS = "18748-4", ("LN", "TRE_A05")
MEDIA = {"ORU": "TEXT", "MDM": "text"}
STATUSES = ("F", "C", "D")
LONGEST_SHOWN = 24


class Media(Field):
    """OBX-5 with the media type that its message wants."""

    __slots__ = ("wanted",)

    def __init__(self, segment: Segment, wanted: str) -> None:
        super().__init__(segment, 5, 0, segment.raw(5))
        self.wanted = wanted


def media(message: Message) -> Iterable[Media]:
    return [Media(one, MEDIA[message.kind]) for one in documents(message)]


def filled(message: Message) -> Iterable[Field]:
    """OBX-5 of the documents, placeholders left out."""
    found = [one.field(5) for one in documents(message)]
    return [one for one in found if not is_placeholder(one.text[:200])]


@rule("HL7-OBX-02", over=documents, verifies=("HL7-OBX-02",))
def document_of_another_type(segment: Segment) -> Iterator[Defect]:
    """OBX-2 of the document is ED.

    Why: the receiver looks for the document in the OBX of that type.
    Fix: write ED, encapsulated data.
    """
    if segment.get(2) != "ED":
        yield segment.field(2).defect(expected="ED", actual=segment.get(2) or None)


@rule("HL7-OBX-03", over=documents, verifies=("HL7-OBX-03",))
def document_of_another_code(segment: Segment) -> Iterator[Defect]:
    """OBX-3 of the document is the code of an imaging report.

    Why: DRIM-M publishes the images of imaging reports, and of nothing else.
    Fix: write 18748-4^CR d'imagerie médicale^LN.
    """
    field = segment.field(3)
    if field.get(1) != DOCUMENT_CODE or field.get(3) not in DOCUMENT_SYSTEMS:
        expected = f"{DOCUMENT_CODE}^^{' | '.join(DOCUMENT_SYSTEMS)}"
        yield field.defect(expected=expected, actual=f"{field.get(1)}^^{field.get(3)}")


@rule("HL7-OBX-05", over=media, verifies=("HL7-OBX-05",))
def data_not_announced(field: Media) -> Iterator[Defect]:
    """OBX-5 of the document announces text, XML and Base64 before the data.

    Why: the receiver decodes what is announced, in the component where it is announced.
    Fix: write ^TEXT^XML^Base64^ and the data.
    """
    found = field.get(2).upper(), field.get(3).upper(), field.get(4).upper()
    if found != ("TEXT", "XML", "BASE64") or field.get(1):
        shown = "^".join(field.text.split("^", 4)[:4])
        yield field.defect(expected="^TEXT^XML^Base64", actual=shown[:80])


@rule("HL7-OBX-05-CASE", over=media, verifies=("HL7-OBX-05-CASE",))
def media_type_in_another_case(field: Media) -> Iterator[Defect]:
    """OBX-5.2 is written TEXT in an ORU, text in an MDM; then XML and Base64.

    Why: receivers that compare byte by byte do not find the document.
    Fix: write it as the volume does.
    """
    found = "^".join(field.get(number) for number in (2, 3, 4))
    expected = f"{field.wanted}^XML^Base64"
    if found != expected and found.upper() == expected.upper():
        yield field.defect(expected=expected, actual=found)


@rule("HL7-OBX-05e", over=filled, verifies=("HL7-OBX-05e",))
def data_not_base64(field: Field) -> Iterator[Defect]:
    """OBX-5.5 is base64 with its padding, and decodes to an XML document.

    Why: a receiver that cannot decode it answers AE, and the report is not published.
    Fix: encode the bytes of the CDA document without line break, and keep the padding.
    """
    data = field.component(5)
    content = decoded(field)
    if content is None or not data:
        shown = data if len(data) <= LONGEST_SHOWN else f"{data[:LONGEST_SHOWN]}…"
        yield field.defect(expected="base64", actual=shown or None, child="5")
    elif not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        yield field.defect(expected="<", actual=content[:16].decode("latin_1"), child="5")


@rule("HL7-OBX-11", over=documents, verifies=("HL7-OBX-11",))
def document_status_unknown(segment: Segment) -> Iterator[Defect]:
    """OBX-11 of the document is F, C or D.

    Why: it says whether the document is new, replaces another or goes away.
    Fix: write F to create, C to replace, D to delete.
    """
    found = segment.get(11)
    if found not in STATUSES and not is_placeholder(found):
        yield segment.field(11).defect(expected=" | ".join(STATUSES), actual=found or None)
