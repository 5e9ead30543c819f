"""What a reference of the signature of an allow-list digests (XML Signature 1.1)."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from validators.reading.xml import NAMESPACES
from validators.signing.xml_signature import (
    ENVELOPED,
    EXCLUSIVE,
    canonical,
    remove,
    transforms_of,
)

FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
SIGNATURE = f"{{{NAMESPACES['ds']}}}Signature"
_SUBTRACTED = re.compile(r"\s*/descendant::([\w.-]+):Signature\s*")


def removes_signatures(transform: etree._Element) -> bool:
    """Whether a transform takes away the signature, and nothing else."""
    if transform.get("Algorithm") == ENVELOPED:
        return True
    found = transform.findall(f"{{{FILTER}}}XPath")
    if transform.get("Algorithm") != FILTER or len(found) != 1:
        return False
    prefix = _SUBTRACTED.fullmatch(found[0].text or "")
    bound = prefix is not None and found[0].nsmap.get(prefix[1]) == NAMESPACES["ds"]
    return bound and found[0].get("Filter") == "subtract" and not len(found[0])


def form_problem(reference: etree._Element) -> str:
    """The transforms that a reference should have and has not; "" where they are allowed."""
    names = [one.get("Algorithm", "") for one in transforms_of(reference)]
    if reference.get("URI"):
        return "" if names == [EXCLUSIVE] else EXCLUSIVE
    whole = len(names) == 2 and removes_signatures(transforms_of(reference)[0])
    return "" if whole and names[1] == EXCLUSIVE else f"{ENVELOPED} {EXCLUSIVE}"


def digested(root: etree._Element, reference: etree._Element) -> bytes:
    """The bytes that a reference of an allowed form digests: the list, or a part of it by its Id.

    Raises LookupError where the part is not there.
    """
    method = transforms_of(reference)[-1]
    if reference.get("URI"):
        return canonical(part(root, reference.get("URI", "")), method)
    tree = deepcopy(root.getroottree())
    for one in list(tree.getroot().iter(SIGNATURE)):
        remove(one)
    return canonical(tree, method)


def part(root: etree._Element, uri: str) -> etree._Element:
    """The one element that ``#id`` names. Raises LookupError."""
    wanted = uri.removeprefix("#")
    found = [one for one in root.iter(etree.Element) if one.get("Id") == wanted]
    if len(found) != 1 or wanted == uri:
        raise LookupError(uri)
    return found[0]
