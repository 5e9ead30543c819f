"""SR Document Content of a key object selection (PS3.3 C.17.3, C.18, A.35.4.3.1).

The relationship table is that of A.35.4.3.1.2 with the extensions of CP-2595, which hold
under the title Manifest with Description only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.kos import tags
from validators.kos.mado_codes import describes
from validators.kos.subject import (
    Kos,
    code_items,
    content_items,
    rule,
    value_type,
    whole_document,
)
from validators.model import Defect
from validators.reading.dicom import Item
from validators.reading.dicom_tree import tag_text

BASE_TYPES = frozenset(
    ["TEXT", "CODE", "UIDREF", "PNAME", "COMPOSITE", "IMAGE", "WAVEFORM", "CONTAINER"]
)
CP_2595_TYPES = BASE_TYPES | frozenset(["DATE", "TIME", "DATETIME", "NUM"])
RELATIONSHIPS = frozenset(
    {"CONTAINS", "HAS OBS CONTEXT", "HAS CONCEPT MOD", "HAS ACQ CONTEXT", "HAS PROPERTIES",
     "INFERRED FROM", "SELECTED FROM"}
)  # fmt: skip
Relations = dict[tuple[str, str], frozenset[str]]
ALLOWED: Relations = {
    ("CONTAINER", "CONTAINS"): frozenset(["TEXT", "IMAGE", "WAVEFORM", "COMPOSITE"]),
    ("CONTAINER", "HAS OBS CONTEXT"): frozenset(["TEXT", "CODE", "UIDREF", "PNAME"]),
    ("CONTAINER", "HAS CONCEPT MOD"): frozenset({"CODE"}),
    ("CODE", "HAS CONCEPT MOD"): frozenset({"CODE"}),
}
ACQUISITION = frozenset(["CODE", "DATE", "TIME", "DATETIME", "UIDREF", "NUM", "TEXT"])
CP_2595_ALLOWED: Relations = {
    ("CONTAINER", "CONTAINS"): frozenset({"CONTAINER"}),
    ("CONTAINER", "HAS OBS CONTEXT"): frozenset({"CONTAINER"}),
    ("CONTAINER", "HAS ACQ CONTEXT"): ACQUISITION,
    ("IMAGE", "HAS ACQ CONTEXT"): ACQUISITION,
    ("COMPOSITE", "HAS ACQ CONTEXT"): ACQUISITION,
    ("WAVEFORM", "HAS ACQ CONTEXT"): ACQUISITION,
}
NAMED_TYPES = ("TEXT", "CODE", "NUM", "DATE", "TIME", "DATETIME", "UIDREF", "PNAME")
VALUE_OF_TYPE = {
    "TEXT": tags.TEXT_VALUE,
    "CODE": tags.CONCEPT_CODE,
    "UIDREF": tags.UID_VALUE,
    "PNAME": tags.PERSON_NAME_VALUE,
    "DATE": tags.DATE_VALUE,
    "TIME": tags.TIME_VALUE,
    "DATETIME": tags.DATE_TIME_VALUE,
    "NUM": tags.MEASURED_VALUE,
}
LEGACY_SNOMED = frozenset({"SRT", "SNM3", "99SDM"})
LONGEST_CODE = 16


def parent_of(item: Item) -> Item:
    """The content item above this one."""
    assert item.sequence is not None
    return item.sequence.item


def typed_items(kos: Kos) -> Iterable[Item]:
    """The content items that have a value type and a relationship type."""
    return [
        item
        for item in kos.content
        if item.text(tags.VALUE_TYPE) and item.text(tags.RELATIONSHIP_TYPE)
    ]


def described_items(kos: Kos) -> Iterable[Item]:
    """The typed content items of a manifest with description."""
    return typed_items(kos) if describes(kos.title) else ()


def plain_items(kos: Kos) -> Iterable[Item]:
    """The typed content items of any other key object selection."""
    return () if describes(kos.title) else typed_items(kos)


def valued_types(kos: Kos) -> Iterable[Item]:
    """The content items whose type demands a value of their own."""
    return kos.content_of(VALUE_OF_TYPE)


def named_types(kos: Kos) -> Iterable[Item]:
    """The content items whose type demands a concept name."""
    return kos.content_of(NAMED_TYPES)


def measurements(kos: Kos) -> Iterator[Item]:
    """The measured value items of NUM content items."""
    for item in kos.content_of(("NUM",)):
        yield from item.items(tags.MEASURED_VALUE)


@rule("KOS-CNT-20", over=whole_document, verifies=("DCM-C03",))
def root_with_relationship(root: Item) -> Iterator[Defect]:
    """The root content item has no Relationship Type (0040,A010).

    Why: it has nothing above it to be related to.
    Fix: remove (0040,A010) from the root.
    """
    if tags.RELATIONSHIP_TYPE in root.elements:
        found = root.text(tags.RELATIONSHIP_TYPE)
        yield root.defect(expected="", actual=found, child="(0040,A010)")


@rule("KOS-CNT-21", over=whole_document, verifies=("DCM-C04", "DRIM-A-CNT-04-ROOT"))
def root_with_value(root: Item) -> Iterator[Defect]:
    """The root content item, a CONTAINER, has no value of its own.

    Why: readers look for text in the content items below, and miss what stands at the root.
    Fix: move the value into a content item of (0040,A730).
    """
    for tag in VALUE_OF_TYPE.values():
        if tag in root.elements:
            found = root.text(tag) or tag_text(tag)
            yield root.defect(expected="", actual=found, child=tag_text(tag))


@rule("KOS-CNT-22", over=described_items, verifies=("DCM-C12",))
def value_type_not_allowed_in_a_description(item: Item) -> Iterator[Defect]:
    """Each value type is one that the IOD allows under Manifest with Description.

    Why: readers do not know what to do with any other.
    Fix: write one of the allowed value types.
    """
    if value_type(item) not in CP_2595_TYPES:
        expected = " | ".join(sorted(CP_2595_TYPES))
        yield item.defect(expected=expected, actual=value_type(item), child="(0040,A040)")


@rule("KOS-CNT-23", over=plain_items, verifies=("DCM-C12", "DCM-C15"))
def value_type_not_allowed(item: Item) -> Iterable[Defect]:
    """Each value type is one that the IOD allows.

    Why: DATE, TIME, DATETIME and NUM came with CP-2595, for Manifest with Description alone;
    readers of other key object selections refuse them.
    Fix: write one of the allowed value types.
    """
    if value_type(item) in BASE_TYPES:
        return ()
    expected = " | ".join(sorted(BASE_TYPES))
    return (item.defect(expected=expected, actual=value_type(item), child="(0040,A040)"),)


@rule("KOS-CNT-24", over=typed_items, verifies=("DCM-C14",))
def relationship_misspelt(item: Item) -> Iterable[Defect]:
    """Each Relationship Type (0040,A010) is a defined term, spelt with spaces.

    Why: HAS_ACQ_CONTEXT is not HAS ACQ CONTEXT: the item is related to nothing.
    Fix: write the defined term.
    """
    found = item.text(tags.RELATIONSHIP_TYPE)
    if found in RELATIONSHIPS:
        return ()
    expected = " | ".join(sorted(RELATIONSHIPS))
    return (item.defect(expected=expected, actual=found, child="(0040,A010)"),)


def _pair(item: Item) -> tuple[tuple[str, str], str]:
    parent = parent_of(item)
    source = value_type(parent) if parent.sequence is not None else "CONTAINER"
    return (source, item.text(tags.RELATIONSHIP_TYPE)), value_type(item)


def _related(item: Item, tables: tuple[Relations, ...], known: frozenset[str]) -> Iterable[Defect]:
    """A defect where no table allows the relationship of the item to the one above it."""
    pair, target = _pair(item)
    for table in tables:
        if target in table.get(pair, ()):
            return ()
    source, relation = pair
    if relation not in RELATIONSHIPS or target not in known:
        return ()
    allowed = sorted(one for table in tables for one in table.get(pair, ()))
    return (
        item.defect(
            expected=f"{source} {relation} {'|'.join(allowed) or '-'}",
            actual=f"{source} {relation} {target}",
            child="(0040,A010)",
        ),
    )


@rule("KOS-CNT-25", over=plain_items, verifies=("DCM-C13", "DCM-C15"))
def relationship_not_allowed(item: Item) -> Iterable[Defect]:
    """Each relationship is one that the IOD allows between the two value types.

    Why: readers walk the tree by the table of relationships, and stop where it ends.
    Fix: relate the item as the table of PS3.3 A.35.4.3.1.2 says, or remove it.
    """
    return _related(item, (ALLOWED,), BASE_TYPES)


@rule("KOS-CNT-26", over=described_items, verifies=("DCM-C13",))
def relationship_not_allowed_in_a_description(item: Item) -> Iterable[Defect]:
    """Each relationship is one that the IOD allows under Manifest with Description.

    Why: readers walk the tree by the table of relationships, and stop where it ends.
    Fix: relate the item as the table of CP-2595 says, or remove it.
    """
    return _related(item, (ALLOWED, CP_2595_ALLOWED), CP_2595_TYPES)


@rule("KOS-CNT-27", over=content_items, verifies=("DCM-C16",))
def item_by_reference(item: Item) -> Iterable[Defect]:
    """No content item refers to another by its position.

    Why: the IOD has items by value only; readers ignore the others.
    Fix: write the item itself, without (0040,DB73).
    """
    if tags.REFERENCED_CONTENT_ITEM not in item.elements:
        return ()
    return (item.defect(expected="", actual="(0040,DB73)", child="(0040,DB73)"),)


@rule("KOS-CNT-28", over=named_types, verifies=("DCM-C18",))
def concept_name_absent(item: Item) -> Iterator[Defect]:
    """Each item with a value has a concept name that says what it is.

    Why: a value without name means nothing.
    Fix: write one item of Concept Name Code Sequence (0040,A043).
    """
    found = item.items(tags.CONCEPT_NAME)
    if len(found) != 1:
        yield item.defect(expected="1", actual=len(found), child="(0040,A043)")


@rule("KOS-CNT-29", over=valued_types, verifies=("DCM-C19",))
def content_value_absent(item: Item) -> Iterator[Defect]:
    """Each item has the value that its value type announces.

    Why: the item says that there is something, and there is nothing.
    Fix: write the value in the attribute of the value type, or remove the item.
    """
    tag = VALUE_OF_TYPE[value_type(item)]
    element = item.elements.get(tag)
    if element is None or (element.empty and tag != tags.MEASURED_VALUE):
        yield item.defect(expected=tag_text(tag), child=tag_text(tag))


@rule("KOS-CNT-30", over=measurements, verifies=("DCM-C19",))
def measurement_incomplete(item: Item) -> Iterator[Defect]:
    """Each measured value has a number and units.

    Why: a number without units cannot be read, nor units without a number.
    Fix: write Numeric Value (0040,A30A) and Measurement Units Code Sequence (0040,08EA).
    """
    if not item.text(tags.NUMERIC_VALUE):
        yield item.defect(expected="DS", child="(0040,A30A)")
    if len(item.items(tags.MEASUREMENT_UNITS)) != 1:
        count = len(item.items(tags.MEASUREMENT_UNITS))
        yield item.defect(expected="1", actual=count, child="(0040,08EA)")


@rule("KOS-CNT-31", over=code_items, verifies=("DCM-C20",))
def code_without_value(item: Item) -> Iterator[Defect]:
    """A code has exactly one of Code Value, Long Code Value and URN Code Value.

    Why: readers compare codes by value and scheme; without value there is nothing to compare.
    Fix: write the value in (0008,0100), in (0008,0119) beyond 16 characters, or as URN.
    """
    values = (tags.CODE_VALUE, tags.LONG_CODE_VALUE, tags.URN_CODE_VALUE)
    found = [tag_text(tag) for tag in values if item.text(tag)]
    if len(found) != 1:
        yield item.defect(
            expected="1: (0008,0100) | (0008,0119) | (0008,0120)",
            actual=" ".join(found) or None,
            child="(0008,0100)",
        )


@rule("KOS-CNT-32", over=code_items, verifies=("DCM-C21",))
def code_without_scheme(item: Item) -> Iterator[Defect]:
    """A Code Value or Long Code Value has a Coding Scheme Designator.

    Why: the same value means different things in different schemes.
    Fix: write the designator in (0008,0102), for example DCM or SCT.
    """
    valued = item.text(tags.CODE_VALUE) or item.text(tags.LONG_CODE_VALUE)
    if valued and not item.text(tags.CODING_SCHEME_DESIGNATOR):
        yield item.defect(expected="(0008,0102)", child="(0008,0102)")


@rule("KOS-CNT-33", over=code_items, verifies=("DCM-C23",))
def long_code_in_code_value(item: Item) -> Iterator[Defect]:
    """A code of more than 16 characters is in Long Code Value (0008,0119).

    Why: Code Value holds 16 characters; readers cut the rest.
    Fix: move the code to (0008,0119).
    """
    found = item.text(tags.CODE_VALUE)
    if len(found) > LONGEST_CODE:
        yield item.defect(expected="(0008,0119)", actual=found, child="(0008,0100)")


@rule("KOS-CNT-34", over=code_items, verifies=("DCM-C25",))
def snomed_under_an_old_name(item: Item) -> Iterator[Defect]:
    """SNOMED CT is designated SCT.

    Why: SRT, SNM3 and 99SDM are retired; the values under them were others.
    Fix: write SCT, with the SNOMED CT concept identifier.
    """
    found = item.text(tags.CODING_SCHEME_DESIGNATOR)
    if found in LEGACY_SNOMED:
        yield item.defect(expected="SCT", actual=found, child="(0008,0102)")
