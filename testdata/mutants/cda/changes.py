"""Ways to change one thing in an XML document. Paths are XPath from the root."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lxml import etree

from testdata.mutants.rewriting import Rewrite

NAMESPACES = {
    "h": "urn:hl7-org:v3",
    "p": "urn:dicom-org:ps3-20",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_DECLARED = " ".join(
    f'xmlns{f":{prefix}" if prefix != "h" else ""}="{uri}"' for prefix, uri in NAMESPACES.items()
)

Change = Callable[[Any], None]


def rewrite(*changes: Change) -> Rewrite:
    """The change of a document as a change of its bytes."""

    def change(raw: bytes) -> bytes:
        root = etree.fromstring(raw, etree.XMLParser(huge_tree=True))
        for one in changes:
            one(root)
        return written(root)

    return change


def written(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def at(root: Any, path: str) -> Any:
    """The first element at a path. Raises LookupError where there is none."""
    found = every(root, path)
    if not found:
        raise LookupError(path)
    return found[0]


def every(root: Any, path: str) -> list[Any]:
    return list(root.xpath(path, namespaces=NAMESPACES))


def element(xml: str) -> Any:
    """An element from its text, written with the prefixes above and none for CDA."""
    name, rest = xml[1:].split(maxsplit=1) if " " in xml.split(">")[0] else _bare(xml)
    return etree.fromstring(f"<{name} {_DECLARED} {rest}")


def _bare(xml: str) -> tuple[str, str]:
    end = min(place for place in (xml.find(">"), xml.find("/>")) if place > 0)
    return xml[1:end], xml[end:]


def delete(path: str) -> Change:
    """Remove the first element at a path."""

    def change(root: Any) -> None:
        found = at(root, path)
        found.getparent().remove(found)

    return change


def delete_every(path: str) -> Change:
    def change(root: Any) -> None:
        for found in every(root, path):
            found.getparent().remove(found)

    return change


def drop(path: str, attribute: str) -> Change:
    """Remove an attribute, or the text."""

    def change(root: Any) -> None:
        found = at(root, path)
        if attribute == "text()":
            found.text = None
        else:
            del found.attrib[attribute]

    return change


def assign(path: str, attribute: str, value: str) -> Change:
    """Give an attribute, or the text, another value."""

    def change(root: Any) -> None:
        found = at(root, path)
        if attribute == "text()":
            found.text = value
        else:
            found.set(attribute, value)

    return change


def assign_every(path: str, attribute: str, value: str) -> Change:
    def change(root: Any) -> None:
        for found in every(root, path):
            found.set(attribute, value)

    return change


def repeat(path: str) -> Change:
    """Add a copy of an element after it."""

    def change(root: Any) -> None:
        found = at(root, path)
        found.addnext(deepcopy(found))

    return change


def after(path: str, xml: str) -> Change:
    """Add an element after another."""
    return lambda root: at(root, path).addnext(element(xml))


def before(path: str, xml: str) -> Change:
    return lambda root: at(root, path).addprevious(element(xml))


def inside(path: str, xml: str) -> Change:
    """Add an element at the end of another."""
    return lambda root: at(root, path).append(element(xml))


def move_after(path: str, target: str) -> Change:
    """Move an element after another."""
    return lambda root: at(root, target).addnext(at(root, path))


def move_before(path: str, target: str) -> Change:
    return lambda root: at(root, target).addprevious(at(root, path))


def paper(path: str, change_paper: Callable[[bytes], bytes]) -> Change:
    """Change the document that an element holds in base64."""

    def change(root: Any) -> None:
        found = at(root, path)
        found.text = b64encode(change_paper(b64decode(found.text))).decode()

    return change
