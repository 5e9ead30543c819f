"""The header against its schema: order of the elements, data types (CDA R2, HL7 V3 data types).

The schema is of our own writing (``schema/header.xsd``); it does not look into the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from validators.cda.subject import V3, Cda, rule
from validators.model import Defect, Node
from validators.reading.xml import NAMESPACES, XmlNode, local_name

if TYPE_CHECKING:
    import xmlschema

XSI_TYPE = f"{{{NAMESPACES['xsi']}}}type"
_ABOUT = re.compile(r"attribute ([^=]+)=|'([^']+)' attribute not allowed")
ORDER, TYPE, REPLACED = "order", "type", "related-document"


class Finding(NamedTuple):
    """An error of the schema: which rule tells it, at which node, with which values."""

    about: str
    node: XmlNode
    child: str
    expected: str
    actual: str | None


class Header(Node):
    """The header with what the schema finds in it."""

    __slots__ = ("findings", "root")

    def __init__(self, root: XmlNode, findings: list[Finding]) -> None:
        self.root = root
        self.findings = findings

    @property
    def path(self) -> str:
        return self.root.path

    def of(self, about: str) -> Iterator[Defect]:
        for one in self.findings:
            if one.about == about:
                yield one.node.defect(expected=one.expected, actual=one.actual, child=one.child)


@cache
def schema() -> xmlschema.XMLSchema11:
    """The schema, built once. Nothing outside its folder can be imported."""
    import xmlschema

    with as_file(files("validators.cda").joinpath("schema")) as folder:
        return xmlschema.XMLSchema11(
            str(folder / "header.xsd"), allow="sandbox", defuse="always", base_url=str(folder)
        )


def header(cda: Cda) -> tuple[Header]:
    """The header, held against the schema: one node that the rules share."""
    return (Header(cda.root, list(_findings(cda.root))),)


def _findings(root: XmlNode) -> Iterator[Finding]:
    """The errors of the schema, the first of each sequence alone: others follow from it."""
    import xmlschema

    unknown = list(_unknown_types(root))
    if unknown:
        yield from unknown
        return
    resource = xmlschema.XMLResource(_without_body(root.element), allow="none", defuse="never")
    disordered = set()
    for error in schema().iter_errors(resource):
        element = error.elem
        if not isinstance(error, xmlschema.XMLSchemaChildrenValidationError):
            yield _of_type(error, element)
        elif element not in disordered:
            disordered.add(element)
            yield _of_order(error, element)


def _without_body(root: etree._Element) -> etree._Element:
    """A copy of the header, at the same paths and lines: the engine walks all that it is given."""
    copy = etree.Element(root.tag, _plain(root.attrib), _plain(root.nsmap))
    copy.text = root.text
    copy.sourceline = root.sourceline
    for part in root:
        if local_name(part) == "component":
            empty = etree.SubElement(copy, part.tag, _plain(part.attrib))
            empty.sourceline, empty.tail = part.sourceline, part.tail
        else:
            copy.append(deepcopy(part))
    return copy


def _plain(names: Any) -> dict[str, str]:
    """Attributes or prefixes as the library takes them; its stubs know no other type."""
    return dict(names)


def _unknown_types(root: XmlNode) -> Iterator[Finding]:
    """xsi:type that names no data type of the header: the schema engine stops at one."""
    for part in root.element:
        if local_name(part) == "component":
            continue
        for element in part.iter():
            named = element.get(XSI_TYPE)
            if named is not None and not _known_type(element.nsmap, named):
                yield Finding(TYPE, XmlNode(element), "@xsi:type", "ANY", named)


def _known_type(prefixes: dict[str | None, str], named: str) -> bool:
    prefix, _, name = named.strip().rpartition(":")
    return f"{{{prefixes.get(prefix or None, '')}}}{name}" in schema().maps.types


def _of_order(error: Any, element: Any) -> Finding:
    """An element that stands where it may not, or one that is missing."""
    wanted = " | ".join(_name(one.name) for one in error.expected or () if one.name)
    found = error.invalid_child
    if found is None:
        return Finding(ORDER, XmlNode(element), "", wanted, None)
    before = found.getprevious()
    names = {local_name(one) for one in (found, before) if one is not None}
    at_root = element.getparent() is None
    about = REPLACED if at_root and "relatedDocument" in names else ORDER
    return Finding(about, XmlNode(found), "", wanted or _followers(error, before), _tag(found))


def _followers(error: Any, before: Any) -> str:
    """The elements that may follow one, where the engine names none."""
    names = [_name(one.name) for one in error.validator.iter_elements() if one.name]
    place = names.index(local_name(before)) if before is not None else 0
    return " | ".join(names[place:])


def _of_type(error: Any, element: Any) -> Finding:
    """A value, an attribute or a text that the data type does not allow."""
    node = XmlNode(element)
    patterns = getattr(error.validator, "regexps", None)
    expected = " | ".join(patterns) if patterns else _name(error.validator.name or "")
    attribute = _attribute(error.reason or "")
    if isinstance(error.obj, str):
        return Finding(TYPE, node, attribute, expected, error.obj)
    found = attribute if attribute else " ".join((element.text or "").split())
    return Finding(TYPE, node, attribute, expected, found)


def _attribute(reason: str) -> str:
    """The attribute that an error of the engine is about, as a step; "" for none."""
    match = _ABOUT.match(reason)
    return "@" + _name(match[1] or match[2]) if match else ""


def _name(qualified: str) -> str:
    return qualified.rpartition("}")[2]


def _tag(element: Any) -> str:
    tag = str(element.tag)
    return _name(tag) if tag.startswith(f"{{{V3}}}") else tag


@rule("CDA-DOC-01", over=header, verifies=("CDA-DOC-01",))
def element_out_of_order(head: Header) -> Iterator[Defect]:
    """The elements of the header are those of CDA R2, in their order and number.

    Why: readers that validate refuse the whole document; others miss what stands elsewhere.
    Fix: move the element to its place in the sequence of the schema, or remove it.
    """
    return head.of(ORDER)


@rule("CDA-DOC-01T", over=header, verifies=("CDA-DOC-01",))
def value_not_of_its_type(head: Header) -> Iterator[Defect]:
    """The attributes and texts of the header have their HL7 data types.

    Why: an identifier that is no OID, or a time that is no time, means nothing to a reader.
    Fix: write the value as its data type wants it.
    """
    return head.of(TYPE)


@rule("CDA-DOC-18", over=header, verifies=("CDA-DOC-18", "CDA-DOC-01"))
def related_document_misplaced(head: Header) -> Iterator[Defect]:
    """The element relatedDocument stands after the documented acts and before componentOf.

    Why: at another place the document is invalid, and the replaced report stays in force.
    Fix: move relatedDocument after the last documentationOf.
    """
    return head.of(REPLACED)
