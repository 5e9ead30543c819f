"""A CR-IMG report as its rules look at it (CDA R2; CI-SIS, CR-IMG)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from validators.engine import Embedded
from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.xml import XmlFile, XmlNode, forget_positions, local_name, read
from validators.rules import Selector, rules_for

rule = rules_for("cda")
Kept = TypeVar("Kept")

V3 = "urn:hl7-org:v3"
ROOT = f"{{{V3}}}ClinicalDocument"
DCM = "1.2.840.10008.2.16.4"
LOINC = "2.16.840.1.113883.6.1"
SNOMED = "2.16.840.1.113883.6.96"
CCAM = ("1.2.250.1.215.300.1", "1.2.250.1.213.2.5")
"""OID of CCAM in the volume of 2024.01, and in that of 2023.11 and the homologation data."""
PROFESSIONALS = "1.2.250.1.71.4.2.1"
STRUCTURES = "1.2.250.1.71.4.2.2"
INS_ROOTS = "1.2.250.1.213.1.4."
"""What the OIDs of the authorities of the INS begin with: .8 NIR, .9 NIA, .10 test, .11 demo."""
MODALITY = "121139"
REGION = "39111-0"
ADDENDUM = "1.2.250.1.213.1.1.2.210"

_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?+"
    rb"(?>\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+>|>))*+"
    rb"<(?:[\w.-]++:)?+([\w.-]++)([^>]*+)",
    re.DOTALL,
)
PROLOG = 1 << 16
"""Bytes among which the root element of a document is looked for."""


class Whole(Node):
    """The document as a file."""

    __slots__ = ("file",)

    def __init__(self, file: XmlFile) -> None:
        self.file = file

    @property
    def path(self) -> str:
        return "/"


class Link(Node):
    """A link of the report: its text, and the node that holds it."""

    __slots__ = ("holder", "step", "url")
    separator = "/"

    def __init__(self, holder: XmlNode, step: str, url: str) -> None:
        self.holder = holder
        self.step = step
        self.url = url

    @property
    def path(self) -> str:
        return f"{self.holder.path}/{self.step}"

    @property
    def line(self) -> int | None:
        return self.holder.line


class Cda:
    """A report: the file, and its parts by the names of the standard."""

    given: frozenset[str] = frozenset()
    embedded: tuple[Embedded, ...] = ()

    def __init__(self, file: XmlFile) -> None:
        self.file = file
        self._at: dict[tuple[Selector, str], list[XmlNode]] = {}
        self._kept: dict[str, list[Any]] = {}

    @property
    def unread(self) -> str:
        return self.file.limit

    @cached_property
    def root(self) -> XmlNode:
        """The root element. Rules come here only when there is one: a gate stands before them."""
        assert self.file.root is not None
        return self.file.root

    def release(self) -> None:
        """Free the memory of the document; nothing can be asked of it afterwards."""
        forget_positions()
        self.__dict__.clear()

    def at(self, scope: Selector, path: str) -> list[XmlNode]:
        """The elements at a path in each of the nodes of a scope, sought once."""
        key = scope, path
        if key not in self._at:
            found = (node for node in scope(self) if isinstance(node, XmlNode))
            self._at[key] = [one for node in found for one in node.all(path)]
        return self._at[key]

    def keep(self, name: str, make: Callable[[], list[Kept]]) -> list[Kept]:
        """What ``make`` gives, made once: several rules look at it."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    @cached_property
    def own_id(self) -> tuple[str, str]:
        """Root and extension of the identifier of the document."""
        found = self.root.first("h:id")
        return (found.get("root"), found.get("extension")) if found else ("", "")

    @cached_property
    def acts(self) -> Sequence[XmlNode]:
        """The documented acts."""
        return self.root.all("h:documentationOf/h:serviceEvent")

    @cached_property
    def studies(self) -> Sequence[XmlNode]:
        """The identifiers of the studies that the report documents, as elements."""
        return [one for act in self.acts for one in act.all("h:id") if one.get("root")]

    @cached_property
    def study_uids(self) -> dict[str, None]:
        return dict.fromkeys(one.get("root") for one in self.studies)

    @cached_property
    def accession_numbers(self) -> dict[str, None]:
        """The accession numbers as a link may write them: alone, or after their authority."""
        found = self.root.all("h:inFulfillmentOf/h:order/p:accessionNumber")
        pairs = [(one.get("root"), one.get("extension")) for one in found if one.get("extension")]
        return dict.fromkeys([number for _, number in pairs] + [".".join(one) for one in pairs])

    @cached_property
    def body(self) -> XmlNode | None:
        """The structured body; None at level 1."""
        return self.root.first("h:component/h:structuredBody")

    @cached_property
    def sections(self) -> Sequence[XmlNode]:
        """Every section, wherever it is nested."""
        return [] if self.body is None else _descendants(self.body, "section")

    @cached_property
    def by_template(self) -> dict[str, list[XmlNode]]:
        """The sections and entries of the structured body by each template that they claim."""
        found: dict[str, list[XmlNode]] = {}
        if self.body is not None:
            for template in _descendants(self.body, "templateId"):
                holder = template.element.getparent()
                if holder is not None:
                    found.setdefault(template.get("root"), []).append(XmlNode(holder))
        return found

    def of_template(self, root: str) -> list[XmlNode]:
        return self.by_template.get(root, [])


def _descendants(node: XmlNode, name: str) -> list[XmlNode]:
    return [XmlNode(one) for one in node.element.iter(f"{{{V3}}}{name}")]


def load(buffer: Buffer) -> Cda:
    """Read a report within the limits of the reader."""
    file = read(buffer)
    if file.root is not None and not file.limit:
        found = _header_size(file.root)
        if found > limits.MAX_HEADER_ELEMENTS:
            file.limit = f"MAX_HEADER_ELEMENTS {limits.MAX_HEADER_ELEMENTS}"
    return Cda(file)


def _header_size(root: XmlNode) -> int:
    """The elements before the body, counted until the limit."""
    count = 0
    for child in root.element:
        if local_name(child) == "component":
            count += len(child)
            continue
        for _ in child.iter():
            count += 1
            if count > limits.MAX_HEADER_ELEMENTS:
                return count
    return count


def recognises(buffer: Buffer) -> str:
    """What a file is instead of a CDA document: its root element, or no XML; "" for one."""
    head = bytes(buffer[:PROLOG])
    match = _PROLOG.match(head)
    if match is None:
        return "XML"
    name = match[1].decode("ascii", "replace")
    if name == "ClinicalDocument" and V3.encode() in match[2]:
        return ""
    return name


def whole_file(cda: Cda) -> Iterable[Whole]:
    return (Whole(cda.file),)


def document(cda: Cda) -> Iterable[XmlNode]:
    return (cda.root,)


def acts(cda: Cda) -> Sequence[XmlNode]:
    return cda.acts


def patients(cda: Cda) -> Sequence[XmlNode]:
    return cda.at(document, "h:recordTarget/h:patientRole")


def authors(cda: Cda) -> Sequence[XmlNode]:
    return cda.at(document, "h:author")


def author_persons(cda: Cda) -> Iterator[XmlNode]:
    """The authors that are persons, not devices."""
    return (one for one in authors(cda) if one.first("h:assignedAuthor/h:assignedPerson"))


def orders(cda: Cda) -> Sequence[XmlNode]:
    return cda.at(document, "h:inFulfillmentOf/h:order")


def performers(cda: Cda) -> Sequence[XmlNode]:
    return cda.at(acts, "h:performer")


def translations(cda: Cda) -> Sequence[XmlNode]:
    return cda.at(acts, "h:code/h:translation")


def translations_named(name: str) -> Selector:
    """The translations of acts that a qualifier of this name says the meaning of."""

    def select(cda: Cda) -> list[XmlNode]:
        return [
            one
            for one in translations(cda)
            if any(found.get("code") == name for found in one.all("h:qualifier/h:name"))
        ]

    return select


modalities = translations_named(MODALITY)
regions = translations_named(REGION)


def level_1_body(cda: Cda) -> Sequence[XmlNode]:
    return cda.at(document, "h:component/h:nonXMLBody")


def structured_body(cda: Cda) -> Iterable[XmlNode]:
    return () if cda.body is None else (cda.body,)


def sections_of(template: str) -> Selector:
    """The sections, or entries, that claim a template."""

    def select(cda: Cda) -> list[XmlNode]:
        return cda.of_template(template)

    return select
