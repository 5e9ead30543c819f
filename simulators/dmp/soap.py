"""SOAP 1.2 messages with WS-Addressing, bare or in MTOM (ITI TF-2 appendix V)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from lxml import etree
from lxml.builder import ElementMaker

from simulators.dmp import mime
from simulators.dmp.names import PREFIXES, SOAP, WSA, qualified
from simulators.dmp.problem import Fault

PLAIN = "application/soap+xml; charset=UTF-8"
FAULT_ACTION = "http://www.w3.org/2005/08/addressing/soap/fault"

_soap, _wsa = (ElementMaker(namespace=one, nsmap={"soap": SOAP, "wsa": WSA}) for one in (SOAP, WSA))
Element = etree._Element


@dataclass(frozen=True, slots=True)
class Received:
    """A request: its addressing, the first element of its body, and the documents beside it."""

    action: str
    identifier: str
    payload: Element
    header: Element
    parts: tuple[mime.Part, ...] = ()
    multipart: bool = False

    def attribute(self, name: str) -> str:
        """An attribute of the VIHF, whose signature the harness verifies, not this peer."""
        path = f".//saml:Attribute[@Name='{name}']/saml:AttributeValue"
        found = self.header.find(path, PREFIXES)
        return "" if found is None else "".join(str(one) for one in found.itertext()).strip()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answers: its action, the first element of its body, and documents."""

    action: str
    payload: Element
    parts: tuple[mime.Part, ...] = ()


def parsed(raw: bytes) -> Element:
    """The root of an XML document without document type. Raises Fault."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Fault("the envelope is no XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Fault("a message has no document type (SOAP 1.2 5)")
    return root


def receive(content_type: str, body: bytes) -> Received:
    """Read a request. Raises Fault where it is no SOAP 1.2 with WS-Addressing."""
    kind = content_type.partition(";")[0].strip().lower()
    parts: list[mime.Part] = []
    if kind == "multipart/related":
        parts = mime.read(content_type, body)
    elif kind != "application/soap+xml":
        raise Fault(f"Content-Type {kind!a}", status=415)
    root = parsed(parts[0].content if parts else body)
    if root.tag != qualified(SOAP, "Envelope"):
        raise Fault("the root is no SOAP 1.2 envelope", code="VersionMismatch", status=500)
    header, content = (root.find(f"soap:{name}", PREFIXES) for name in ("Header", "Body"))
    payload = (
        next(iter(content.iterchildren(tag=etree.Element)), None) if content is not None else None
    )
    if header is None or payload is None:
        raise Fault("header or body is missing")
    action, identifier = (
        (header.findtext(f"wsa:{name}", "", PREFIXES) or "").strip()
        for name in ("Action", "MessageID")
    )
    if not action or not identifier:
        raise Fault("wsa:Action and wsa:MessageID are required")
    return Received(action, identifier, payload, header, tuple(parts[1:]), bool(parts))


def send(answer: Answer, relates_to: str, *, multipart: bool) -> tuple[str, bytes]:
    """Content type and body of the answer to a request; documents always come in MTOM."""
    head = [
        _wsa.Action(answer.action, {qualified(SOAP, "mustUnderstand"): "true"}),
        _wsa.MessageID(f"urn:uuid:{uuid4()}"),
    ]
    if relates_to:
        head.append(_wsa.RelatesTo(relates_to))
    envelope = _soap.Envelope(_soap.Header(*head), _soap.Body(answer.payload))
    root = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    if multipart or answer.parts:
        return mime.written(root, answer.parts)
    return PLAIN, root


def fault(problem: Fault) -> Answer:
    """The answer to a message that is not understood (SOAP 1.2 5.4)."""
    language = {"{http://www.w3.org/XML/1998/namespace}lang": "en"}
    made = _soap.Fault(
        _soap.Code(_soap.Value(f"soap:{problem.code}")),
        _soap.Reason(_soap.Text(problem.reason, language)),
    )
    return Answer(FAULT_ACTION, made)
