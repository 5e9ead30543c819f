"""SOAP 1.2 with WS-Addressing, alone or in MTOM (ITI TF-2 appendix V)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from lxml import etree
from lxml.builder import ElementMaker

from reference_drimbox import mime
from reference_drimbox.http import Client, Unreachable
from reference_drimbox.mime import NotMultipart, Part
from reference_drimbox.xml import Element, NotXml, parsed, text_of

SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
XOP = "http://www.w3.org/2004/08/xop/include"
ANONYMOUS = f"{WSA}/anonymous"
PLAIN = "application/soap+xml; charset=UTF-8"
PREFIXES = {"soap": SOAP, "wsa": WSA, "xop": XOP}

_soap, _wsa = (ElementMaker(namespace=one, nsmap={"soap": SOAP, "wsa": WSA}) for one in (SOAP, WSA))
_wsse = ElementMaker(namespace=WSSE, nsmap={"wsse": WSSE})
_MUST = {f"{{{SOAP}}}mustUnderstand": "true"}


class Unavailable(Exception):
    """The service cannot be had now: the same request may succeed later."""


class NotUnderstood(Exception):
    """The answer is a fault of the sender, or no answer to the request: a person must look."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The first element of the body of an answer, and the documents beside it."""

    payload: Element
    parts: Sequence[Part] = ()

    def document(self, owner: Element) -> bytes:
        """The content of a document element, included or in base64. Raises NotUnderstood."""
        include = owner.find(f"{{{XOP}}}Include")
        if include is not None:
            found = mime.included(self.parts, include.get("href", ""))
            if found is None:
                raise NotUnderstood("the answer includes a document that is not in it")
            return found
        try:
            return b64decode("".join((owner.text or "").split()), validate=True)
        except ValueError:
            raise NotUnderstood("the document of the answer is unreadable") from None


def call(
    client: Client,
    url: str,
    action: str,
    payload: Element,
    assertion: Element,
    parts: Sequence[Part] = (),
) -> Reply:
    """Send a request under an assertion, and read what answers it, checked that it does.

    Raises Unavailable where the service may answer later, NotUnderstood else.
    """
    identifier = f"urn:uuid:{uuid4()}"
    envelope = _soap.Envelope(
        _soap.Header(
            _wsa.Action(action, _MUST),
            _wsa.MessageID(identifier),
            _wsa.ReplyTo(_wsa.Address(ANONYMOUS)),
            _wsa.To(url, _MUST),
            _wsse.Security(assertion),
        ),
        _soap.Body(payload),
    )
    root = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    kind, body = PLAIN, root
    if parts:
        kind, body = mime.written(root, parts, action=action)
    try:
        answer = client.send("POST", url, headers={"Content-Type": kind}, content=body)
    except Unreachable as problem:
        raise Unavailable(str(problem)) from None
    return _read(answer.status, answer.headers.get("content-type", ""), answer.body, identifier)


def _read(status: int, content_type: str, body: bytes, identifier: str) -> Reply:
    parts: list[Part] = []
    try:
        if content_type.partition(";")[0].strip().lower() == "multipart/related":
            parts = mime.read(content_type, body)
        root = parsed(parts[0].content if parts else body, large=True)
    except (NotMultipart, NotXml) as problem:
        if status >= 500 or status in (408, 429):
            raise Unavailable(f"HTTP {status}") from None
        raise NotUnderstood(f"HTTP {status}, {problem}") from None
    fault = root.find(f".//{{{SOAP}}}Fault")
    if fault is not None:
        _refuse(fault)
    if status != 200:
        raise Unavailable(f"HTTP {status}") if status >= 500 else NotUnderstood(f"HTTP {status}")
    related = text_of(root, "soap:Header/wsa:RelatesTo", PREFIXES)
    if related != identifier:
        raise NotUnderstood("wsa:RelatesTo is not the MessageID of the request")
    payload = next((one for one in root.iterfind("soap:Body/*", PREFIXES)), None)
    if payload is None:
        raise NotUnderstood("the body of the answer is empty")
    return Reply(payload, parts[1:])


def _refuse(fault: Element) -> None:
    """Raises by whose fault it is (SOAP 1.2 5.4.6): the receiver's may pass."""
    code = text_of(fault, "soap:Code/soap:Value", PREFIXES).rpartition(":")[2]
    if code == "Receiver":
        raise Unavailable("fault of the receiver")
    reason = text_of(fault, "soap:Reason/soap:Text", PREFIXES)[:200]
    raise NotUnderstood(f"fault {code}: {reason}")
