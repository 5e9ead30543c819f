"""Metadata: presence, number and fixed values, from ``catalogue/tables/xds-metadata.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from validators.catalogue import read_toml
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.rules import Check, Selector, register_row
from validators.xds.subject import (
    RegistryObject,
    all_entries,
    kos_entries,
    signature_entries,
    submission_sets,
)

SELECTIONS: dict[str, Selector] = {
    "entry": all_entries,
    "kos": kos_entries,
    "signature": signature_entries,
    "set": submission_sets,
}
ELEMENTS = {
    "slot": ("Slot", "name"),
    "class": ("Classification", "classificationScheme"),
    "external": ("ExternalIdentifier", "identificationScheme"),
}


def _found(node: RegistryObject, of: str, key: str) -> list[XmlNode]:
    """The elements of the object that hold this piece of metadata."""
    element, attribute = ELEMENTS[of]
    return [one for one in node.all(f"{{*}}{element}") if one.get(attribute) == key]


def _absent(of: str, key: str) -> Check:
    element, attribute = ELEMENTS[of]

    def metadata_absent(node: RegistryObject) -> Iterable[Defect]:
        if any(_filled(one, of) for one in _found(node, of, key)):
            return ()
        return (node.defect(expected=f"{element}[@{attribute}='{key}']"),)

    return metadata_absent


def _filled(node: XmlNode, of: str) -> bool:
    """Whether the element says something: a slot its value, an identifier its value."""
    if of == "slot":
        return bool(node.value("{*}ValueList/{*}Value"))
    return of == "class" or bool(node.get("value"))


def _several(of: str, key: str) -> Check:
    def metadata_repeated(node: RegistryObject) -> Iterable[Defect]:
        found = _found(node, of, key)
        values = found[0].all("{*}ValueList/{*}Value") if of == "slot" and found else []
        if len(found) <= 1 and len(values) <= 1:
            return ()
        return (found[-1].defect(expected="1", actual=max(len(found), len(values))),)

    return metadata_repeated


def _value(row: Mapping[str, Any]) -> Callable[[XmlNode], Sequence[str]]:
    """Code and coding scheme of a classification; value of a slot."""
    if row["of"] == "slot":
        return lambda node: (node.value("{*}ValueList/{*}Value"),)
    path = "{*}Slot[@name='codingScheme']/{*}ValueList/{*}Value"
    return lambda node: (node.get("nodeRepresentation"), node.value(path))


def _not_allowed(row: Mapping[str, Any]) -> Check:
    wanted = row.get("code", ""), row.get("coding", "")
    value = _value(row)
    shown = " ".join(one for one in wanted if one)

    def metadata_not_allowed(node: RegistryObject) -> Iterable[Defect]:
        for one in _found(node, row["of"], row["key"]):
            found = value(one)
            pairs = zip(wanted, found, strict=False)
            if any(want and want != have for want, have in pairs):
                yield one.defect(expected=shown, actual=" ".join(found).strip() or None)

    def attribute_not_allowed(node: RegistryObject) -> Iterable[Defect]:
        found = node.get(row["key"])
        if found != wanted[0]:
            yield node.defect(expected=shown, actual=found or None, child=f"@{row['key']}")

    return attribute_not_allowed if row["of"] == "attribute" else metadata_not_allowed


def _register_row(row: Mapping[str, Any]) -> None:
    wanted = " ".join(one for one in (row.get("code", ""), row.get("coding", "")) if one)
    fill = {"name": row["name"], "values": wanted, "scope": f"xds-{row['on']}"}
    made = (
        ("A", "present", "metadata-absent", _absent),
        ("N", "single", "metadata-repeated", _several),
    )
    for letter, key, name, maker in made:
        if key in row:
            _register(row, letter, key, name, maker(row["of"], row["key"]), fill)
    if "allowed" in row:
        _register(row, "V", "allowed", "metadata-not-allowed", _not_allowed(row), fill)


def _register(
    row: Mapping[str, Any], letter: str, key: str, name: str, check: Check, fill: dict[str, str]
) -> None:
    register_row(
        f"{row['id']}{letter}",
        name,
        kind="xds",
        over=SELECTIONS[row["on"]],
        check=check,
        verifies=row[key],
        fill=fill,
    )


for _row in read_toml("tables", "xds-metadata.toml")["metadata"]:
    _register_row(_row)
