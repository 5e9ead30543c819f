"""Attributes of a KOS: presence, value, single item and enumerated values.

The rows are data (``catalogue/tables/kos-attributes.toml``); each becomes up to four rules,
told apart by the letter at the end of their id: A absent, E empty, N several items, V value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from validators.catalogue import read_toml
from validators.catalogue.tables import data_dictionary
from validators.kos import tags
from validators.kos.subject import (
    REFERENCE_TYPES,
    Kos,
    code_items,
    content_items,
    identifier_items,
    nested_containers,
    referenced_requests,
    referenced_studies,
    whole_document,
)
from validators.model import Defect
from validators.reading.dicom import Element, Item
from validators.reading.dicom_tree import tag_text
from validators.rules import Check, Selector, register_row

DIGITAL_SIGNATURES = 0xFFFAFFFA
MAC_PARAMETERS = 0x4FFE0001
PERFORMED_PROCEDURE_STEP = 0x00081111


def _items_of(tag: int, parents: Selector) -> Selector:
    """The items of a sequence in each of the data sets that ``parents`` selects."""

    def select(kos: Kos) -> Iterable[Item]:
        return [item for parent in kos.select(parents) for item in parent.items(tag)]

    return select


def _series(kos: Kos) -> Iterable[Item]:
    return (series.item for series in kos.series)


def _instances(kos: Kos) -> Iterable[Item]:
    return (reference.item for reference in kos.evidence)


def _references(kos: Kos) -> Iterable[Item]:
    """The content items that refer to an instance, wherever they are."""
    return kos.content_of(REFERENCE_TYPES)


def _identifiers(kos: Kos) -> Iterable[Item]:
    """The authorities that have an identifier."""
    return [item for item in identifier_items(kos) if item.text(tags.UNIVERSAL_ENTITY_ID)]


def _ins_ids(kos: Kos) -> Iterable[Item]:
    """The other patient identifiers that repeat Patient ID."""
    main = kos.root.text(tags.PATIENT_ID)
    return [one for one in kos.select(_other_ids) if main and one.text(tags.PATIENT_ID) == main]


def _accession_issuers(kos: Kos) -> Iterable[Item]:
    """The issuers of the accession number of the document, where it has one."""
    valued = kos.root.text(tags.ACCESSION_NUMBER)
    return kos.root.items(tags.ISSUER_OF_ACCESSION_NUMBER) if valued else ()


_content_instances = _items_of(tags.REFERENCED_SOP, _references)
_other_ids = _items_of(tags.OTHER_PATIENT_IDS_SEQUENCE, whole_document)

SCOPES: dict[str, Selector] = {
    "root": whole_document,
    "patient-issuer": _items_of(tags.PATIENT_ID_QUALIFIERS, whole_document),
    "other-id": _other_ids,
    "other-id-issuer": _items_of(tags.PATIENT_ID_QUALIFIERS, _other_ids),
    "ins-id": _ins_ids,
    "ins-id-issuer": _items_of(tags.PATIENT_ID_QUALIFIERS, _ins_ids),
    "accession-issuer": _accession_issuers,
    "procedure-step": _items_of(PERFORMED_PROCEDURE_STEP, whole_document),
    "signature": _items_of(DIGITAL_SIGNATURES, whole_document),
    "mac-parameters": _items_of(MAC_PARAMETERS, whole_document),
    "request": referenced_requests,
    "request-accession-issuer": _items_of(tags.ISSUER_OF_ACCESSION_NUMBER, referenced_requests),
    "placer": _items_of(tags.ORDER_PLACER, referenced_requests),
    "study": referenced_studies,
    "series": _series,
    "instance": _instances,
    "nested-container": nested_containers,
    "content": content_items,
    "content-reference": _references,
    "content-instance": _content_instances,
    "attached-instance": _items_of(tags.REFERENCED_SOP, _content_instances),
    "code": code_items,
    "identifier": _identifiers,
}


def _selected(scope: Selector) -> Selector:
    """The items of a scope, as many rules share them."""
    if scope is whole_document:
        return scope
    return _SELECTED.setdefault(scope, lambda kos: kos.select(scope))


_SELECTED: dict[Selector, Selector] = {}


def _present(tag: int, scope: Selector) -> Selector:
    """The elements of this tag in the data sets of a scope."""

    def select(kos: Kos) -> Iterable[Element]:
        found = [item.elements.get(tag) for item in kos.select(scope)]
        return [element for element in found if element is not None]

    def select_in_root(kos: Kos) -> Iterable[Element]:
        element = kos.root.elements.get(tag)
        return () if element is None else (element,)

    return select_in_root if scope is whole_document else select


def _valued(tag: int, scope: Selector, among: frozenset[str]) -> Selector:
    """Those that have a value, one of ``among`` where that is not empty."""

    def select(kos: Kos) -> Iterable[Element]:
        items = kos.select(scope)
        found = [item.elements[tag] for item in items if tag in item.elements]
        return [one for one in found if one.text and (not among or one.text in among)]

    return select


def _absent(tag: int) -> Check:
    child = tag_text(tag)

    def attribute_absent(items: Sequence[Item]) -> list[Defect]:
        return [
            item.defect(expected=child, child=child) for item in items if tag not in item.elements
        ]

    return attribute_absent


def attribute_empty(elements: Sequence[Element]) -> list[Defect]:
    return [
        element.defect(expected=">= 1", actual="")
        for element in elements
        if not element.items and not element.text
    ]


def several_items(elements: Sequence[Element]) -> list[Defect]:
    return [
        element.defect(expected="1", actual=len(element.items))
        for element in elements
        if element.items and len(element.items) > 1
    ]


def _not_allowed(values: tuple[str, ...]) -> Check:
    def value_not_allowed(elements: Sequence[Element]) -> list[Defect]:
        return [
            element.defect(expected=" | ".join(values), actual=element.text)
            for element in elements
            if element.text not in values
        ]

    return value_not_allowed


def _checks(row: Mapping[str, Any]) -> Iterator[tuple[str, str, Selector, Check]]:
    """Letter, key of the requirements, selector and check of the rules of a row."""
    tag = int(row["tag"], 16)
    scope = SCOPES[row["scope"]]
    present = _present(tag, scope)
    among = frozenset(row.get("among", ()))
    yield "A", "present", _selected(scope), _absent(tag)
    yield "E", "value", present, attribute_empty
    yield "N", "single", present, several_items
    yield "V", "allowed", _valued(tag, scope, among), _not_allowed(tuple(row.get("values", ())))


NAMES = {
    "A": "attribute-absent",
    "E": "attribute-empty",
    "N": "several-items",
    "V": "value-not-allowed",
}


def _register_row(row: Mapping[str, Any]) -> None:
    entry = data_dictionary()[int(row["tag"], 16)]
    fill = {
        "name": entry.name,
        "tag": tag_text(int(row["tag"], 16)),
        "values": ", ".join(row.get("values", ())),
        "scope": row["scope"],
    }
    for letter, key, over, check in _checks(row):
        if key in row:
            register_row(
                f"{row['id']}{letter}",
                NAMES[letter],
                kind="kos",
                over=over,
                check=check,
                verifies=row[key],
                fill=fill,
                bulk=True,
            )


for _row in read_toml("tables", "kos-attributes.toml")["attribute"]:
    _register_row(_row)
