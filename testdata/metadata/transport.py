"""ITI-41 on the wire: a SOAP envelope in a multipart message, the documents beside it (MTOM)."""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker

from testdata.metadata.registry import LCM_NAMESPACE, RIM_NAMESPACE, Element
from testdata.metadata.submission import KOS_ID, SIGNATURE_ID, Lot, request_element

SOAP_NAMESPACE = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING_NAMESPACE = "http://www.w3.org/2005/08/addressing"
XDS_NAMESPACE = "urn:ihe:iti:xds-b:2007"
XOP_NAMESPACE = "http://www.w3.org/2004/08/xop/include"
ACTION = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
BOUNDARY = "MIMEBoundary-drimcheck"
PREFIXES = {
    "soap": SOAP_NAMESPACE,
    "wsa": ADDRESSING_NAMESPACE,
    "xds": XDS_NAMESPACE,
    "xop": XOP_NAMESPACE,
    "lcm": LCM_NAMESPACE,
    "rim": RIM_NAMESPACE,
}

SOAP, WSA, XDS, XOP = (
    ElementMaker(namespace=one, nsmap=PREFIXES)
    for one in (SOAP_NAMESPACE, ADDRESSING_NAMESPACE, XDS_NAMESPACE, XOP_NAMESPACE)
)


def soap_envelope(lot: Lot) -> bytes:
    """The envelope alone, its documents included by reference (XOP)."""
    return etree.tostring(_envelope(lot), xml_declaration=True, encoding="UTF-8")


def message_id(lot: Lot) -> str:
    """The identifier of the message that submits a lot (WS-Addressing)."""
    return f"urn:uuid:{lot.exam.seed.uuid(f'soap message {lot.kos_uid}')}"


def _envelope(lot: Lot) -> Element:
    return SOAP.Envelope(
        SOAP.Header(
            WSA.Action(ACTION, {f"{{{SOAP_NAMESPACE}}}mustUnderstand": "true"}),
            WSA.MessageID(message_id(lot)),
            WSA.To("https://dmp.example.org/services/repository"),
        ),
        SOAP.Body(
            XDS.ProvideAndRegisterDocumentSetRequest(
                request_element(lot),
                XDS.Document(XOP.Include(href="cid:kos@drimcheck"), id=KOS_ID),
                XDS.Document(XOP.Include(href="cid:signature@drimcheck"), id=SIGNATURE_ID),
            )
        ),
    )


def publication(lot: Lot) -> bytes:
    """The whole message as a MIME entity: its header, then the parts (RFC 2387, XOP 1.0)."""
    head = (
        f'Content-Type: multipart/related; boundary="{BOUNDARY}"; type="application/xop+xml"; '
        f'start="<root@drimcheck>"; start-info="application/soap+xml"; action="{ACTION}"\r\n'
        "MIME-Version: 1.0\r\n"
    )
    root = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'
    parts = [
        _part(root, "root@drimcheck", soap_envelope(lot)),
        _part("application/dicom", "kos@drimcheck", lot.kos),
        _part("text/xml", "signature@drimcheck", lot.signature),
    ]
    return head.encode() + b"".join(parts) + f"\r\n--{BOUNDARY}--\r\n".encode()


def _part(content_type: str, identifier: str, content: bytes) -> bytes:
    head = (
        f"\r\n--{BOUNDARY}\r\n"
        f"Content-Type: {content_type}\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{identifier}>\r\n\r\n"
    )
    return head.encode() + content
