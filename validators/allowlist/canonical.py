"""What a reference of the signature digests (XML Signature 1.1, Exclusive XML C14N 1.0)."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from validators.reading.xml import NAMESPACES

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
SIGNATURE = f"{{{NAMESPACES['ds']}}}Signature"
TRANSFORMS = f"{{{NAMESPACES['ds']}}}Transforms/{{{NAMESPACES['ds']}}}Transform"
_SUBTRACTED = re.compile(r"\s*/descendant::([\w.-]+):Signature\s*")


def canonical(
    tree: etree._Element | etree._ElementTree, method: etree._Element | None = None
) -> bytes:
    """The exclusive canonical form of an element or of a document, without comments.

    Raises LookupError where it has none: a namespace that is relative, for example.
    """
    prefixes = _inclusive_prefixes(method)
    try:
        return etree.tostring(
            tree, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes
        )
    except etree.C14NError as error:
        raise LookupError(str(error)) from error


def _inclusive_prefixes(method: etree._Element | None) -> list[str] | None:
    """The prefixes that stay wherever they are declared, as the method lists them."""
    found = None if method is None else method.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    return found.get("PrefixList", "").split() or None if found is not None else None


def transforms_of(reference: etree._Element) -> list[etree._Element]:
    return reference.findall(TRANSFORMS)


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


def remove(element: etree._Element) -> None:
    """Take an element out of its tree and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    element.tail = None
    parent.remove(element)
