"""A submission as its rules look at it: submission set, entries, associations, documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from validators.engine import Embedded
from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.xml import XmlFile, XmlNode
from validators.rules import rules_for
from validators.xds import schemes
from validators.xds.transport import Package, Part, unpack

rule = rules_for("xds")


class Code(NamedTuple):
    """A classification: its code, coding scheme and display name, and where it stands."""

    node: XmlNode
    code: str
    scheme: str
    display: str


class RegistryObject(XmlNode):
    """An ExtrinsicObject or the RegistryPackage of the submission set."""

    __slots__ = ()

    @property
    def id(self) -> str:
        return self.get("id")

    def slot(self, name: str) -> XmlNode | None:
        """The first slot of a name, the object's own."""
        return next((one for one in self.all("{*}Slot") if one.get("name") == name), None)

    def values(self, name: str) -> list[XmlNode]:
        """The values of a slot."""
        found = self.slot(name)
        return found.all("{*}ValueList/{*}Value") if found else []

    def text_of(self, name: str) -> str:
        """The first value of a slot; "" where there is none."""
        found = self.values(name)
        return found[0].text if found else ""

    def classifications(self, scheme: str) -> list[XmlNode]:
        found = self.all("{*}Classification")
        return [one for one in found if one.get("classificationScheme") == scheme]

    def codes(self, scheme: str) -> list[Code]:
        """The codes of a classification scheme, by containment: classifiedObject may be wrong."""
        return [
            Code(
                node=one,
                code=one.get("nodeRepresentation"),
                scheme=one.value("{*}Slot[@name='codingScheme']/{*}ValueList/{*}Value"),
                display=one.value("{*}Name/{*}LocalizedString", "value"),
            )
            for one in self.classifications(scheme)
        ]

    def external(self, scheme: str) -> XmlNode | None:
        """The external identifier of a scheme."""
        found = self.all("{*}ExternalIdentifier")
        return next((one for one in found if one.get("identificationScheme") == scheme), None)

    def external_value(self, scheme: str) -> str:
        found = self.external(scheme)
        return found.get("value") if found else ""


class Entry(RegistryObject):
    """A document entry: ``content`` is the document where it came with the submission."""

    __slots__ = ("content",)

    def __init__(self, node: XmlNode, content: bytes | None) -> None:
        super().__init__(node.element)
        self.content = content

    def _code(self, scheme: str) -> str:
        found = self.codes(scheme)
        return found[0].code if found else ""

    @property
    def unique_id(self) -> str:
        return self.external_value(schemes.ENTRY_UNIQUE_ID)

    @property
    def is_signature(self) -> bool:
        return self._code(schemes.FORMAT_CODE) == schemes.SIGNATURE_FORMAT

    @property
    def is_report(self) -> bool:
        coded = self._code(schemes.TYPE_CODE) == schemes.REPORT_TYPE
        return coded and not self.is_signature

    @property
    def is_kos(self) -> bool:
        """By its type, its format or its MIME type: one of them may be wrong."""
        typed = self._code(schemes.TYPE_CODE) == "IMG-KOS"
        formatted = self._code(schemes.FORMAT_CODE) == schemes.KOS_FORMAT
        return typed or formatted or self.get("mimeType") == "application/dicom"


class Submission:
    """What was submitted, or the answer to it."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.file: XmlFile = package.xml

    def release(self) -> None:
        """Free the memory of the submission; nothing can be asked of it afterwards."""
        self.__dict__.clear()

    @property
    def unread(self) -> str:
        return self.file.limit

    @cached_property
    def given(self) -> frozenset[str]:
        """``documents`` where at least one came with the metadata."""
        found = any(one.content is not None for one in self.entries)
        return frozenset({"documents"}) if found else frozenset()

    @cached_property
    def request(self) -> XmlNode | None:
        """The SubmitObjectsRequest, wherever it stands."""
        return self._named("SubmitObjectsRequest")

    @cached_property
    def response(self) -> XmlNode | None:
        return self._named("RegistryResponse")

    def _named(self, name: str) -> XmlNode | None:
        root = self.file.root
        if root is None or root.name == name:
            return root
        return root.first(f".//{{*}}{name}")

    @cached_property
    def entries(self) -> list[Entry]:
        if self.request is None:
            return []
        documents = self._documents()
        return [
            Entry(one, documents.get(one.get("id")))
            for one in self.request.all(".//{*}ExtrinsicObject")
        ]

    @cached_property
    def sets(self) -> list[RegistryObject]:
        """The submission sets: one, in what conforms."""
        if self.request is None:
            return []
        found = self.request.all(".//{*}RegistryPackage")
        return [RegistryObject(one.element) for one in found]

    @cached_property
    def associations(self) -> list[XmlNode]:
        return self.request.all(".//{*}Association") if self.request else []

    @cached_property
    def document_nodes(self) -> list[XmlNode]:
        """The xds:Document elements."""
        return self.file.root.all(".//{*}Document") if self.file.root else []

    def part_of(self, document: XmlNode) -> Part | None:
        """The part that a document includes."""
        wanted = document.value("{*}Include", "href").removeprefix("cid:").strip("<>")
        parts = self.package.parts
        return next((one for one in parts if wanted and one.identifier == wanted), None)

    def _documents(self) -> dict[str, bytes]:
        """The documents that came with the submission, by the id of their entry."""
        found = {}
        for one in self.document_nodes:
            part = self.part_of(one)
            if part is not None:
                found[one.get("id")] = part.content
        return found

    @cached_property
    def embedded(self) -> list[Embedded]:
        """The KOS and the reports that came with the submission."""
        found = []
        for one in self.entries:
            kind = "kos" if one.is_kos else "cda" if one.is_report else ""
            if kind and one.content is not None:
                found.append(Embedded(one.id, kind, one.content))
        return found


def load(buffer: Buffer) -> Submission:
    """Read a submission or its answer. Never raises for its content."""
    return Submission(unpack(buffer))


def recognises(buffer: Buffer) -> str:
    """What a file is instead of a submission: its root element, or no XML; "" for one."""
    head = bytes(buffer[: limits.MAX_SNIFFED_BYTES])
    if b"SubmitObjectsRequest" in head or b"RegistryResponse" in head:
        return ""
    return "XML"


def kos_entries(submission: Submission) -> Iterable[Entry]:
    return [one for one in submission.entries if one.is_kos]


def signature_entries(submission: Submission) -> Iterable[Entry]:
    return [one for one in submission.entries if one.is_signature]


def report_entries(submission: Submission) -> Iterable[Entry]:
    return [one for one in submission.entries if one.is_report]


def all_entries(submission: Submission) -> Sequence[Entry]:
    return submission.entries


def submission_sets(submission: Submission) -> Sequence[RegistryObject]:
    return submission.sets


def registry_objects(submission: Submission) -> Iterator[RegistryObject]:
    yield from submission.sets
    yield from submission.entries


def requests(submission: Submission) -> Iterable[XmlNode]:
    """The request itself, for what only all of it shows."""
    return (submission.request,) if submission.request else ()


class Whole(Node):
    """The submission as a whole."""

    __slots__ = ("submission",)

    def __init__(self, submission: Submission) -> None:
        self.submission = submission

    @property
    def path(self) -> str:
        return ""


def whole(submission: Submission) -> Iterable[Whole]:
    return (Whole(submission),)


def submitted(submission: Submission) -> Iterable[Whole]:
    """The submission where there is a request."""
    return (Whole(submission),) if submission.request else ()
