"""Ways to change one thing in a submission. Paths are XPath from the root."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lxml import etree

from testdata.mutants.rewriting import Rewrite

NAMESPACES = {
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
    "lcm": "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
}
KOS = "//rim:ExtrinsicObject[@id='DocumentKOS']"
SIGNATURE = "//rim:ExtrinsicObject[@id='Signature01']"
SET = "//rim:RegistryPackage"
VALUE = "/rim:ValueList/rim:Value"

Change = Callable[[Any], None]


def slot(owner: str, name: str) -> str:
    return f"{owner}/rim:Slot[@name='{name}']"


def coded(owner: str, scheme: str) -> str:
    return f"{owner}/rim:Classification[@classificationScheme='{scheme}']"


def external(owner: str, scheme: str) -> str:
    return f"{owner}/rim:ExternalIdentifier[@identificationScheme='{scheme}']"


def _all(root: Any, path: str) -> list[Any]:
    """The elements at a path. Raises LookupError where there is none."""
    found = root.xpath(path, namespaces=NAMESPACES)
    if not found:
        raise LookupError(path)
    return list(found)


def edit(*changes: Change) -> Rewrite:
    """Changes of a document as one change of its bytes."""

    def rewrite(raw: bytes) -> bytes:
        root = etree.fromstring(raw)
        for one in changes:
            one(root)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    return rewrite


def delete(path: str) -> Change:
    def change(root: Any) -> None:
        for found in _all(root, path):
            found.getparent().remove(found)

    return change


def text(path: str, value: str) -> Change:
    def change(root: Any) -> None:
        _all(root, path)[0].text = value

    return change


def attribute(path: str, name: str, value: str) -> Change:
    def change(root: Any) -> None:
        _all(root, path)[0].set(name, value)

    return change


def repeat(path: str) -> Change:
    """Put a copy of an element behind it, its ids made others."""

    def change(root: Any) -> None:
        found = _all(root, path)[0]
        copy = deepcopy(found)
        for one in copy.iter():
            if one.get("id"):
                one.set("id", one.get("id") + "-copy")
        found.addnext(copy)

    return change


def last(path: str) -> Change:
    """Move an element to the end of its siblings."""

    def change(root: Any) -> None:
        found = _all(root, path)[0]
        found.getparent().append(found)

    return change


def add_value(path: str, value: str) -> Change:
    """Add a value to a slot."""

    def change(root: Any) -> None:
        values = _all(root, f"{path}/rim:ValueList")[0]
        etree.SubElement(values, f"{{{NAMESPACES['rim']}}}Value").text = value

    return change
