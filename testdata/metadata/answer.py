"""The answer of the registry to a submission (ITI TF-2 3.41)."""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker

from testdata.metadata.submission import Lot
from testdata.metadata.transport import ADDRESSING_NAMESPACE, SOAP_NAMESPACE, message_id

RS_NAMESPACE = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
STATUS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"
ACTION = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse"
PREFIXES = {"soap": SOAP_NAMESPACE, "wsa": ADDRESSING_NAMESPACE, "rs": RS_NAMESPACE}

SOAP, WSA, RS = (
    ElementMaker(namespace=one, nsmap=PREFIXES)
    for one in (SOAP_NAMESPACE, ADDRESSING_NAMESPACE, RS_NAMESPACE)
)


def registry_response(lot: Lot) -> bytes:
    """The SOAP envelope that says that a lot is registered."""
    identifier = lot.exam.seed.uuid(f"answer {lot.kos_uid}")
    envelope = SOAP.Envelope(
        SOAP.Header(
            WSA.Action(ACTION),
            WSA.MessageID(f"urn:uuid:{identifier}"),
            WSA.RelatesTo(message_id(lot)),
        ),
        SOAP.Body(RS.RegistryResponse(status=f"{STATUS}Success")),
    )
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
