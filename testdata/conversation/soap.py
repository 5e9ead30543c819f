"""SOAP 1.2 messages with WS-Addressing, alone or with documents beside them (MTOM, XOP)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from testdata.conversation.http import Hop, answer, post
from testdata.exam import Exam
from testdata.metadata.registry import Element
from testdata.metadata.transport import BOUNDARY, SOAP, WSA

DMP = "https://lps.dev9.dmp.gouv.fr/si-dmp-server/v2/services/"
PLAIN = "application/soap+xml; charset=UTF-8"
MIXED = (
    f'multipart/related; boundary="{BOUNDARY}"; type="application/xop+xml"; '
    'start="<root@drimcheck>"; start-info="application/soap+xml"'
)
ROOT = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'

Part = tuple[str, str, bytes]
"""Content type, identifier and bytes of a document."""


def hop(
    exam: Exam,
    label: str,
    service: str,
    action: str,
    sent: tuple[Element, Element, Sequence[Part]],
    came: tuple[str, Element, Sequence[Part]],
) -> Hop:
    """The message ``label``: what is ``sent`` under a security header, and what ``came``."""
    header, payload, parts = sent
    identifier = f"urn:uuid:{exam.seed.uuid(f'message {label}')}"
    url = f"{DMP}{service}"
    head = [WSA.Action(action), WSA.MessageID(identifier), WSA.To(url), header]
    kind, body = _entity(SOAP.Envelope(SOAP.Header(*head), SOAP.Body(payload)), parts)
    action_back, back, parts_back = came
    reply = [
        WSA.Action(action_back),
        WSA.MessageID(f"urn:uuid:{exam.seed.uuid(f'answer {label}')}"),
        WSA.RelatesTo(identifier),
    ]
    kind_back, body_back = _entity(SOAP.Envelope(SOAP.Header(*reply), SOAP.Body(back)), parts_back)
    return post(url, {"Content-Type": kind}, body, answer(body_back, Content_Type=kind_back))


def _entity(envelope: Element, parts: Sequence[Part]) -> tuple[str, bytes]:
    """The content type and the body of a message."""
    root = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    if not parts:
        return PLAIN, root
    every = [(ROOT, "root@drimcheck", root), *parts]
    body = b"".join(
        f"\r\n--{BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{identifier}>\r\n\r\n".encode()
        + content
        for kind, identifier, content in every
    )
    return MIXED, body + f"\r\n--{BOUNDARY}--\r\n".encode()
