"""The VIHF: who submits, for which structure, to which record (DRIM-M F.2).

It is not signed: nobody verifies the signature of a certificate that does not exist.
"""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker

from testdata.metadata.submission import Lot, patient_id
from testdata.metadata.transport import SOAP_NAMESPACE

SAML_NAMESPACE = "urn:oasis:names:tc:SAML:2.0:assertion"
SECURITY_NAMESPACE = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
)
SAML = ElementMaker(namespace=SAML_NAMESPACE, nsmap={"saml2": SAML_NAMESPACE})
WSSE = ElementMaker(namespace=SECURITY_NAMESPACE, nsmap={"wsse": SECURITY_NAMESPACE})


def with_assertion(lot: Lot, envelope: bytes) -> bytes:
    """The envelope with the assertion in its header."""
    root = etree.fromstring(envelope)
    header = root.find(f"{{{SOAP_NAMESPACE}}}Header")
    assert header is not None
    header.append(WSSE.Security(_assertion(lot)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _assertion(lot: Lot) -> etree._Element:
    exam = lot.exam
    attributes = {
        "VIHF_Version": "4.0",
        "Secteur_Activite": f"{exam.structure.sector}^1.2.250.1.71.4.2.4",
        "Ressource_URN": "urn:dmp",
        "urn:oasis:names:tc:xspa:1.0:subject:subject-id": f"{exam.author.given} "
        f"{exam.author.family}",
        "Identifiant_Structure": exam.structure.identifier,
        "LPS_Nom": "DRIMCHECK",
        "urn:oasis:names:tc:xacml:2.0:resource:resource-id": patient_id(exam),
        "Authentification_Mode": "INDIRECTE",
    }
    statement = SAML.AttributeStatement(
        *(
            SAML.Attribute(SAML.AttributeValue(value), Name=name)
            for name, value in attributes.items()
        )
    )
    made: etree._Element = SAML.Assertion(
        SAML.Issuer("CN=DRIMBOX ALPHA,C=FR"),
        SAML.Subject(SAML.NameID(exam.author.identifier)),
        statement,
        ID=f"id{exam.seed.uuid(f'assertion {lot.kos_uid}')}",
        IssueInstant="2026-11-24T09:15:00Z",
        Version="2.0",
    )
    return made
