"""Metadata as native DICOM XML, a part for each instance (PS3.18 10.4.3.3.2; PS3.19 A.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.model import Defect, Node
from validators.reading.dicom_scan import VR_NAMES
from validators.reading.xml import XmlFile, XmlNode
from validators.wado.answer import rule
from validators.wado.response import XML, Payload, Response

NAMES = frozenset(VR_NAMES.values())
MODEL = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
_TAG = re.compile(r"[0-9A-Fa-f]{8}")
_CHILDREN = frozenset({"Value", "PersonName", "Item", "BulkData", "InlineBinary"})
_NUMBERED = ("Value", "PersonName", "Item")


class Document(Node):
    """The document of a part."""

    __slots__ = ("file", "payload")

    def __init__(self, payload: Payload, file: XmlFile) -> None:
        self.payload = payload
        self.file = file

    @property
    def path(self) -> str:
        return self.payload.path

    @property
    def place(self) -> int:
        return self.payload.place


class Attribute(Node):
    """A DicomAttribute in the document of a part."""

    __slots__ = ("document", "node")

    def __init__(self, document: Document, node: XmlNode) -> None:
        self.document = document
        self.node = node

    @property
    def path(self) -> str:
        return f"{self.document.path}{self.node.path}"

    @property
    def line(self) -> int | None:
        return self.node.line


def payloads(response: Response) -> Iterable[Payload]:
    return [one for one in response.parts if one.media_type == XML and one.part.length]


def documents(response: Response) -> Iterable[Document]:
    return [Document(one, one.xml) for one in payloads(response)]


def roots(response: Response) -> Iterable[Document]:
    return [one for one in documents(response) if one.file.root is not None]


def attributes(response: Response) -> Iterable[Attribute]:
    return [
        Attribute(document, XmlNode(element))
        for document in roots(response)
        if document.file.root is not None
        for element in document.file.root.element.iter("{*}DicomAttribute")
    ]


@rule("WADO-WX01", over=documents, verifies=("PS3.18-WX01",), needs=("body",))
def metadata_no_xml(one: Document) -> Iterator[Defect]:
    """Each part is well-formed XML without a document type.

    Why: nothing can be read of it; a document type can make a reader fetch files.
    Fix: write it with an XML library, without <!DOCTYPE.
    """
    for problem in one.file.problems:
        yield one.defect(expected=problem.expected, actual=problem.actual)


@rule("WADO-WX02", over=roots, verifies=("PS3.18-WX02",), needs=("body",))
def root_no_dicom_model(one: Document) -> Iterator[Defect]:
    """The root is NativeDicomModel, in its namespace or in none, and holds attributes.

    Why: a reader looks for it by its name.
    Fix: write <NativeDicomModel> with one <DicomAttribute> for each attribute.
    """
    root = one.file.root
    if root is None:
        return
    namespace = root.element.nsmap.get(root.element.prefix) or ""
    if root.name != "NativeDicomModel" or namespace not in ("", MODEL):
        yield one.defect(expected="NativeDicomModel", actual=f"{namespace} {root.name}".strip())
    elif root.element.find("{*}DicomAttribute") is None:
        yield one.defect(expected="DicomAttribute")


@rule("WADO-WX02-ATTRIBUTE", over=attributes, verifies=("PS3.18-WX02",), needs=("body",))
def xml_attribute_malformed(one: Attribute) -> Iterator[Defect]:
    """Each DicomAttribute has its tag and vr, and values of the model alone.

    Why: without them the value has no place and no type.
    Fix: write tag="0020000D" vr="UI" keyword="StudyInstanceUID".
    """
    tag, vr = one.node.get("tag"), one.node.get("vr")
    if not _TAG.fullmatch(tag):
        yield one.defect(expected="@tag", actual=tag or None)
    elif vr not in NAMES:
        yield one.defect(expected="@vr", actual=vr or None)
    else:
        names = {XmlNode(child).name for child in one.node.element.iterchildren("*")}
        if names - _CHILDREN:
            yield one.defect(expected="Value", actual=" ".join(sorted(names - _CHILDREN)))


@rule("WADO-WX03", over=attributes, verifies=("PS3.18-WX03",), needs=("body",))
def values_not_numbered(one: Attribute) -> Iterator[Defect]:
    """Values, names and items are numbered from 1, without a gap.

    Why: the order of values is in their numbers.
    Fix: write number="1", number="2" and so on.
    """
    for name in _NUMBERED:
        numbers = [child.get("number", "") for child in one.node.element.iterchildren("{*}" + name)]
        due = [str(number) for number in range(1, len(numbers) + 1)]
        if sorted(numbers) != sorted(due):
            yield one.defect(expected=" ".join(due[:20]), actual=" ".join(numbers[:20]))
