"""An entry of the registry, read from its metadata (ITI TF-3 4.2.3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from simulators.dmp.names import (
    APPROVED,
    AUTHOR,
    CODES,
    ENTRY_PATIENT,
    ENTRY_UNIQUE,
    PREFIXES,
    REFERENCES,
    RIM,
    SIGNATURE_FORMAT,
    qualified,
)

Element = etree._Element


def slot(owner: Element, name: str) -> list[str]:
    """The values of the slots of a name, the owner's own."""
    found = owner.findall(f"rim:Slot[@name='{name}']/rim:ValueList/rim:Value", PREFIXES)
    return [(one.text or "").strip() for one in found]


def identifier(owner: Element, scheme: str) -> str:
    """The value of an external identifier; "" where there is none."""
    path = f"rim:ExternalIdentifier[@identificationScheme='{scheme}']"
    found = owner.find(path, PREFIXES)
    return "" if found is None else found.get("value", "")


def codes(owner: Element, scheme: str) -> set[tuple[str, str]]:
    """The codes of a classification scheme, each with its coding scheme."""
    path = f"rim:Classification[@classificationScheme='{scheme}']"
    return {
        (one.get("nodeRepresentation", ""), "".join(slot(one, "codingScheme")[:1]))
        for one in owner.findall(path, PREFIXES)
    }


def is_signature(owner: Element) -> bool:
    """Whether an entry is that of the signature of a submission (IHE DSG)."""
    return any(code == SIGNATURE_FORMAT for code, _ in codes(owner, CODES["FormatCode"]))


@dataclass(frozen=True, slots=True)
class Entry:
    """A document entry: ``id`` is its entryUUID; ``content`` is the document."""

    id: str
    metadata: Element
    content: bytes = field(repr=False)
    repository: str
    submission: str
    status: str = APPROVED

    @property
    def unique_id(self) -> str:
        return identifier(self.metadata, ENTRY_UNIQUE)

    @property
    def patient(self) -> str:
        """The patient as a CX."""
        return identifier(self.metadata, ENTRY_PATIENT)

    @property
    def mime_type(self) -> str:
        return self.metadata.get("mimeType", "")

    @property
    def is_kos(self) -> bool:
        return any(code == "IMG-KOS" for code, _ in self.codes("TypeCode"))

    @property
    def references(self) -> list[str]:
        return slot(self.metadata, REFERENCES)

    @property
    def institutions(self) -> Iterator[tuple[str, str]]:
        """The structures of its authors: name and identifier (XON.1, XON.10)."""
        path = f"rim:Classification[@classificationScheme='{AUTHOR}']"
        for author in self.metadata.findall(path, PREFIXES):
            for one in slot(author, "authorInstitution"):
                parts = one.split("^") + [""] * 10
                yield parts[0], parts[9]

    @property
    def persons(self) -> list[str]:
        path = f"rim:Classification[@classificationScheme='{AUTHOR}']"
        authors = self.metadata.findall(path, PREFIXES)
        return [one for author in authors for one in slot(author, "authorPerson")]

    def codes(self, name: str) -> set[tuple[str, str]]:
        return codes(self.metadata, CODES[name])

    def slot(self, name: str) -> str:
        return "".join(slot(self.metadata, name)[:1])

    def leaf(self) -> Element:
        """The entry as a query answers it: its status, its logical id and its repository."""
        made = deepcopy(self.metadata)
        made.set("id", self.id)
        made.set("lid", self.id)
        made.set("status", self.status)
        for one in made.findall("rim:Slot[@name='repositoryUniqueId']", PREFIXES):
            made.remove(one)
        where = etree.Element(qualified(RIM, "Slot"), name="repositoryUniqueId")
        values = etree.SubElement(where, qualified(RIM, "ValueList"))
        etree.SubElement(values, qualified(RIM, "Value")).text = self.repository
        made.insert(0, where)
        return made
