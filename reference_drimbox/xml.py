"""XML that comes from others: no entities, no network, no document type."""

from __future__ import annotations

from lxml import etree

Element = etree._Element


class NotXml(ValueError):
    """What came is no XML that is taken."""


def parsed(raw: bytes, *, large: bool = False) -> Element:
    """The root of a document; ``large`` allows text nodes over 10 MB. Raises NotXml."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=large
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotXml("not well-formed") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotXml("it has a document type")
    return root


def text_of(root: Element, path: str, prefixes: dict[str, str]) -> str:
    """The text of the first element at a path, without blanks around it; "" where none is."""
    found = root.find(path, prefixes)
    return "" if found is None else "".join(str(one) for one in found.itertext()).strip()
