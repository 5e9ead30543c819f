"""The Image Library of a manifest with description (PS3.16 TID 1600 to 1609; MADO 6.X.2.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.kos import tags
from validators.kos.mado_codes import concept, describes
from validators.kos.subject import (
    REFERENCE_TYPES,
    Kos,
    Located,
    Reference,
    concept_code,
    concept_name,
    value_type,
)
from validators.reading.dicom import Item

UCUM = "UCUM"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Library(Located):
    """The Image Library container, the first one where there are several."""

    __slots__ = ()

    @property
    def groups(self) -> list[Group]:
        return [
            Group(item, self.kos)
            for item in self.item.items(tags.CONTENT)
            if concept(concept_name(item)) == "image-library-group"
        ]

    @property
    def modalities(self) -> set[str]:
        return {concept_code(item).value for item in described(self.item, "modality")} - {""}


class Group(Located):
    """An Image Library Group: one series."""

    __slots__ = ()

    @property
    def uid(self) -> str:
        """The Series Instance UID that the group describes; "" where it says none."""
        found = described(self.item, "series-uid")
        return found[0].text(tags.UID_VALUE) if found else ""

    @property
    def modalities(self) -> set[str]:
        return {concept_code(item).value for item in described(self.item, "modality")} - {""}

    @property
    def entries(self) -> list[Reference]:
        """The entries of the group that refer to an instance."""
        return [
            Reference(referenced, self.kos)
            for item in self.item.items(tags.CONTENT)
            if value_type(item) in REFERENCE_TYPES
            for referenced in item.items(tags.REFERENCED_SOP)[:1]
        ]

    @property
    def evidence(self) -> set[str]:
        """The instances that the evidence lists for the series of the group."""
        return self.kos.instances_by_series.get(self.uid, set())


def described(item: Item, name: str) -> list[Item]:
    """The children of a content item whose concept is ``name``, in any code generation."""
    return [child for child in item.items(tags.CONTENT) if concept(concept_name(child)) == name]


def entry_item(reference: Reference) -> Item:
    """The content item of an entry, which holds its descriptors."""
    assert reference.item.sequence is not None
    return reference.item.sequence.item


def number(item: Item) -> str:
    """The number of a NUM item, or the text of a TEXT item; "" for neither."""
    for measured in item.items(tags.MEASURED_VALUE):
        return measured.text(tags.NUMERIC_VALUE)
    return item.text(tags.TEXT_VALUE)


def counts(item: Item, expected: int) -> bool:
    """Whether the number of an item is this integer; of a text, the first number counts.

    The official samples give a count as the text ``(50, UCUM, "instances")``.
    """
    found = _NUMBER.search(number(item))
    return found is not None and float(found.group()) == expected


def in_units(item: Item, unit: str) -> bool:
    """Whether an item is a NUM in the given UCUM unit."""
    units = [
        (code.text(tags.CODE_VALUE), code.text(tags.CODING_SCHEME_DESIGNATOR))
        for measured in item.items(tags.MEASURED_VALUE)
        for code in measured.items(tags.MEASUREMENT_UNITS)
    ]
    return value_type(item) == "NUM" and units == [(unit, UCUM)]


def libraries(kos: Kos) -> Iterable[Library]:
    """The Image Library of the document, where it has one."""
    found = described(kos.root, "image-library") if describes(kos.title) else []
    return [Library(item, kos) for item in found[:1]]


def groups(kos: Kos) -> Iterator[Group]:
    return (group for library in libraries(kos) for group in library.groups)


def identified_groups(kos: Kos) -> Iterator[Group]:
    """The groups that describe a series of the evidence."""
    known = {series.uid for series in kos.series}
    return (group for group in groups(kos) if group.uid in known)


def entries(kos: Kos) -> Iterator[Reference]:
    return (entry for group in groups(kos) for entry in group.entries)
