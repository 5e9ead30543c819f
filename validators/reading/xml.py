"""XML documents, read within limits and without a document type (XML 1.0, Namespaces in XML).

A first pass without namespaces counts elements and depth and meets any document type before
something of it can act; the second builds the tree. ``read`` never raises for what a document
holds: what is wrong is listed in ``problems``, what passes a limit is named in ``limit``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, cast
from xml.parsers import expat

from lxml import etree

from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer

NAMESPACES = {
    "h": "urn:hl7-org:v3",
    "p": "urn:dicom-org:ps3-20",
    "sdtc": "urn:hl7-org:sdtc",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "soap": "http://www.w3.org/2003/05/soap-envelope",
    "xds": "urn:ihe:iti:xds-b:2007",
    "lcm": "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0",
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
    "rs": "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0",
    "xop": "http://www.w3.org/2004/08/xop/include",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
"""The prefixes that paths are written with, whatever those of the document."""

UNDECLARED = "urn:drimcheck:undeclared:"
"""Namespace given to a prefix that the document does not declare, the prefix appended."""

_PREFIX = re.compile(rb"[</\s]([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*[\s=/>]")
_DECLARED = re.compile(rb"xmlns:([A-Za-z_][\w.-]*)\s*=")
_FIRST_TAG = re.compile(rb"<[A-Za-z_][\w.:-]*")


class XmlProblem(NamedTuple):
    """Something wrong in the document that only reading shows."""

    kind: str
    line: int
    expected: str
    actual: str | None


class XmlNode(Node):
    """An element, located by its XPath (local names, an index where siblings share a name)."""

    __slots__ = ("element",)
    separator = "/"

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    @property
    def path(self) -> str:
        steps: list[str] = []
        element: etree._Element | None = self.element
        while element is not None:
            steps.append(_step(element))
            element = element.getparent()
        return "/" + "/".join(reversed(steps))

    @property
    def line(self) -> int | None:
        return cast("int | None", self.element.sourceline)

    @property
    def name(self) -> str:
        """The local name."""
        return local_name(self.element)

    @property
    def text(self) -> str:
        """All text inside, blanks normalised."""
        return " ".join("".join(map(str, self.element.itertext())).split())

    def get(self, attribute: str) -> str:
        """The trimmed value of an attribute; "" where it is absent."""
        return (self.element.get(attribute) or "").strip()

    def has(self, attribute: str) -> bool:
        return attribute in self.element.attrib

    @property
    def parent(self) -> XmlNode:
        """The element that holds this one. Raises LookupError at the root."""
        found = self.element.getparent()
        if found is None:
            raise LookupError(self.name)
        return XmlNode(found)

    @property
    def top(self) -> XmlNode:
        """The root element."""
        return XmlNode(self.element.getroottree().getroot())

    def all(self, path: str) -> list[XmlNode]:
        """The elements at a path from here, written with the prefixes of ``NAMESPACES``."""
        return [XmlNode(one) for one in self.element.iterfind(path, NAMESPACES)]

    def first(self, path: str) -> XmlNode | None:
        """The first element at a path from here."""
        found = self.element.find(path, NAMESPACES)
        return None if found is None else XmlNode(found)

    def value(self, path: str, attribute: str = "") -> str:
        """The attribute, or the text, of the first element at a path; "" where there is none."""
        found = self.first(path)
        if found is None:
            return ""
        return found.get(attribute) if attribute else found.text


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _step(element: etree._Element) -> str:
    parent = element.getparent()
    return local_name(element) if parent is None else _steps(parent)[element]


@lru_cache(maxsize=64)
def _steps(parent: etree._Element) -> dict[etree._Element, str]:
    """The step to each child: many defects have one parent, of many children."""
    names = Counter(local_name(one) for one in parent)
    seen: Counter[str] = Counter()
    steps = {}
    for one in parent:
        name = local_name(one)
        seen[name] += 1
        steps[one] = name if names[name] == 1 else f"{name}[{seen[name]}]"
    return steps


def forget_positions() -> None:
    """Let go of the documents whose elements had their paths asked."""
    _steps.cache_clear()


@dataclass(slots=True)
class XmlFile:
    """A document as read. ``root`` is None where nothing of it could be read.

    ``undeclared`` are the prefixes that a tolerant reading declared in its place.
    """

    size: int
    root: XmlNode | None = None
    problems: list[XmlProblem] = field(default_factory=list)
    limit: str = ""
    encoding: str = ""
    undeclared: tuple[str, ...] = ()


class _Refused(Exception):
    """Raised inside the first pass: a document type, or a limit."""

    def __init__(self, problem: XmlProblem | None, limit: str = "") -> None:
        super().__init__(limit)
        self.problem = problem
        self.limit = limit


def read(buffer: Buffer, *, tolerant: bool = False) -> XmlFile:
    """Read a document held in memory or in a memory map.

    ``tolerant`` reads what stored metadata are known for, and says so in ``problems``: blanks
    before the XML declaration, prefixes that nothing declares.
    """
    file = XmlFile(size=len(buffer))
    if file.size > limits.MAX_XML_BYTES:
        file.limit = f"MAX_XML_BYTES {limits.MAX_XML_BYTES}"
        return file
    raw = bytes(buffer)
    if tolerant:
        raw = _without_blanks(file, raw)
    try:
        _first_pass(raw)
    except _Refused as refused:
        file.limit = refused.limit
        file.problems += [refused.problem] if refused.problem else []
        return file
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        file.problems.append(XmlProblem("well-formed", line, "XML 1.0", str(error)))
        return file
    if tolerant:
        raw = _with_declarations(file, raw)
    _build(file, raw)
    return file


def _first_pass(raw: bytes) -> None:
    """Raise for a document type, for a limit passed, and for what is not well-formed."""
    parser = expat.ParserCreate()
    depth = elements = 0

    def start(_name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if len(attributes) > limits.MAX_XML_ATTRIBUTES:
            raise _Refused(None, f"MAX_XML_ATTRIBUTES {limits.MAX_XML_ATTRIBUTES}")
        if depth > limits.MAX_XML_DEPTH:
            raise _Refused(None, f"MAX_XML_DEPTH {limits.MAX_XML_DEPTH}")
        if elements > limits.MAX_XML_ELEMENTS:
            raise _Refused(None, f"MAX_XML_ELEMENTS {limits.MAX_XML_ELEMENTS}")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(name: str, *_rest: object) -> None:
        line = parser.CurrentLineNumber
        raise _Refused(XmlProblem("doctype", line, "", f"<!DOCTYPE {name}>"))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(raw, True)


def _without_blanks(file: XmlFile, raw: bytes) -> bytes:
    stripped = raw.lstrip()
    if len(stripped) != len(raw):
        file.problems.append(XmlProblem("blanks", 1, "<", f"{len(raw) - len(stripped)} x 20"))
    return stripped


def _with_declarations(file: XmlFile, raw: bytes) -> bytes:
    """The document with every prefix declared at its root: a known one as what it is known for."""
    used = set(_PREFIX.findall(raw)) - {b"xml", b"xmlns"}
    missing = sorted(used - set(_DECLARED.findall(raw)))
    if not missing or _well_declared(raw):
        return raw
    file.undeclared = tuple(one.decode() for one in missing)
    file.problems.append(XmlProblem("prefix", 1, "xmlns", " ".join(file.undeclared)))
    declared = "".join(f' xmlns:{one}="{UNDECLARED}{one}"' for one in file.undeclared)
    first = _FIRST_TAG.search(raw)
    assert first is not None
    return raw[: first.end()] + declared.encode() + raw[first.end() :]


def _well_declared(raw: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(raw, True)
    except expat.ExpatError:
        return False
    return True


def _build(file: XmlFile, raw: bytes) -> None:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        file.problems.append(XmlProblem("well-formed", line, "XML 1.0", str(error)))
        return
    file.root = XmlNode(root)
    file.encoding = root.getroottree().docinfo.encoding or "UTF-8"
