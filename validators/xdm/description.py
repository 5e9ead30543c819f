"""METADATA.XML of one submission set, as the rules on the archive look at it.

The metadata are judged as what they are, a submission, in the same run; here is only what ties
them to the files beside them. The tree is let go of: a month of exams has thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from validators.model import Node
from validators.reading import limits
from validators.reading.archive import Archive, ArchiveFile
from validators.reading.xml import UNDECLARED, XmlNode, XmlProblem, forget_positions, read

ENTRY_PATIENT = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
FORMAT_CODE = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
KOS_TYPE, SIGNATURE_TYPE = "IMG-KOS", "E1762"
SIGNATURE_FORMAT = "http://www.w3.org/2000/09/xmldsig#"
ASSERTIONS = (
    "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion",
    "{urn:oasis:names:tc:SAML:1.0:assertion}Assertion",
)
XOP_INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"


class Spot(Node):
    """An element of the metadata, without its tree."""

    __slots__ = ("_line", "_path", "text")
    separator = "/"

    def __init__(self, file: ArchiveFile, node: XmlNode, text: str = "") -> None:
        self._path = f"{file.path}#{node.path}"
        self._line = node.line
        self.text = text

    @property
    def path(self) -> str:
        return self._path

    @property
    def line(self) -> int | None:
        return self._line


class Entry(Spot):
    """A document entry: what it says of its file, and the file where there is one.

    ``beside`` says that the URI leads to the file from the folder of the metadata, as it should.
    """

    __slots__ = ("beside", "file", "hash", "is_kos", "is_signature", "patient", "size", "uri")

    def __init__(self, file: ArchiveFile, node: XmlNode) -> None:
        super().__init__(file, node)
        slots = {one.get("name"): one for one in node.all("{*}Slot")}
        self.uri, self.hash, self.size = (
            slots[name].value("{*}ValueList/{*}Value") if name in slots else ""
            for name in ("URI", "hash", "size")
        )
        codes = {
            one.get("classificationScheme"): one.get("nodeRepresentation")
            for one in node.all("{*}Classification")
        }
        self.is_signature = (
            codes.get(FORMAT_CODE) == SIGNATURE_FORMAT or codes.get(TYPE_CODE) == SIGNATURE_TYPE
        )
        dicom = node.get("mimeType") == "application/dicom"
        self.is_kos = not self.is_signature and (dicom or codes.get(TYPE_CODE) == KOS_TYPE)
        self.patient = next(
            (
                one.get("value")
                for one in node.all("{*}ExternalIdentifier")
                if one.get("identificationScheme") == ENTRY_PATIENT
            ),
            "",
        )
        self.file: ArchiveFile | None = None
        self.beside = True


@dataclass(slots=True)
class Metadata(Node):
    """METADATA.XML: its root, its entries, and what should not be stored with them."""

    file: ArchiveFile
    limit: str = ""
    root: str = ""
    namespace: str = ""
    problems: list[XmlProblem] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    assertions: list[Spot] = field(default_factory=list)
    includes: list[Spot] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def place(self) -> int:
        return self.file.place

    @property
    def readable(self) -> bool:
        return bool(self.root)


def describe(archive: Archive, file: ArchiveFile) -> Metadata:
    """What METADATA.XML says. Never raises for its content."""
    found = Metadata(file)
    if file.record.size > limits.MAX_METADATA_BYTES:
        found.limit = f"MAX_METADATA_BYTES {limits.MAX_METADATA_BYTES}"
        return found
    xml = read(archive.content(file), tolerant=True)
    found.limit, found.problems = xml.limit, xml.problems
    if xml.root is not None and not xml.limit:
        root = xml.root
        found.root = root.name
        found.namespace = str(root.element.tag).removeprefix("{").rpartition("}")[0]
        found.entries = [
            Entry(file, XmlNode(one)) for one in root.element.iter("{*}ExtrinsicObject")
        ]
        found.assertions = [Spot(file, XmlNode(one)) for one in root.element.iter(*ASSERTIONS)]
        included = map(XmlNode, root.element.iter(XOP_INCLUDE))
        found.includes = [Spot(file, one, one.get("href")) for one in included]
        forget_positions()
    return found


def is_undeclared(namespace: str) -> bool:
    """Whether a namespace is one that the reader put in the place of none."""
    return namespace.startswith(UNDECLARED)
