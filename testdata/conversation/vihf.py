"""The VIHF of a request, signed (DRIM-M F.2; SAML 2.0 core 5.4)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.x509.oid import NameOID
from lxml.builder import ElementMaker

from testdata.exam import Exam
from testdata.keys import COUNTRY, Signer, der, signer
from testdata.metadata.assertion import SAML, WSSE
from testdata.metadata.registry import Element
from testdata.metadata.signature import (
    DS,
    DS_NAMESPACE,
    EXCLUSIVE,
    RSA_SHA256,
    SHA256,
    canonical,
    digest,
)
from testdata.metadata.submission import patient_id

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
X509 = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
TLS = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XACML, XSPA = "urn:oasis:names:tc:xacml:2.0:", "urn:oasis:names:tc:xspa:1.0:"
V3 = ElementMaker(namespace="urn:hl7-org:v3", nsmap={None: "urn:hl7-org:v3", "xsi": XSI})

Change = Callable[[Element], None]


def nothing(_assertion: Element) -> None:
    """Leave the assertion as it is."""


@dataclass(frozen=True, slots=True)
class Style:
    """How the assertions are made: ``shape`` changes one before it is signed, ``damage`` after."""

    shape: Change = nothing
    damage: Change = nothing


def _structure(exam: Exam) -> Signer:
    """The certificate of the structure."""
    unit = (NameOID.ORGANIZATIONAL_UNIT_NAME, exam.structure.identifier)
    return signer(COUNTRY, unit, (NameOID.COMMON_NAME, "DRIMBOX ALPHA"))


def security(exam: Exam, label: str, *, user: bool, style: Style) -> Element:
    """The header with an assertion of its own for the message ``label``; ``user`` is logged in."""
    assertion = _assertion(exam, f"_{exam.seed.uuid(f'vihf {label}')}", user=user)
    style.shape(assertion)
    _sign(assertion, _structure(exam))
    made: Element = WSSE.Security(assertion)
    style.damage(assertion)
    return made


def _assertion(exam: Exam, identifier: str, *, user: bool) -> Element:
    who = _structure(exam).certificate.subject.rfc4514_string().replace(",", ", ")
    context = [SAML.AuthnContextClassRef(TLS)]
    if user:
        context.append(SAML.AuthnContextDecl("APP_BROWSER_AUTH"))
    made: Element = SAML.Assertion(
        SAML.Issuer(who, Format=X509),
        SAML.Subject(SAML.NameID(exam.author.identifier)),
        SAML.Conditions(NotBefore="2026-11-24T09:29:00Z", NotOnOrAfter="2026-11-24T09:35:00Z"),
        SAML.AuthnStatement(SAML.AuthnContext(*context), AuthnInstant="2026-11-24T09:29:30.000Z"),
        SAML.AttributeStatement(*_attributes(exam, user=user)),
        ID=identifier,
        IssueInstant="2026-11-24T09:29:30.000Z",
        Version="2.0",
    )
    return made


def _attributes(exam: Exam, *, user: bool) -> list[Element]:
    texts = {
        "VIHF_Version": "4.0",
        "Secteur_Activite": f"{exam.structure.sector}^1.2.250.1.71.4.2.4",
        "Ressource_URN": "urn:dmp",
        f"{XSPA}subject:subject-id": f"{exam.author.given} {exam.author.family}",
        "Identifiant_Structure": exam.structure.identifier,
        "LPS_ID": exam.drimbox.identifier,
        "LPS_Nom": "DRIMCHECK",
        "LPS_Version": "1",
        "LPS_ID_HOMOLOGATION_DMP": "DRIMCHECK-1",
        f"{XACML}resource:resource-id": patient_id(exam),
        "Authentification_Mode": "INDIRECTE_RENFORCEE" if user else "INDIRECTE",
    }
    purpose = _coded("PurposeOfUse", "normal", "1.2.250.1.213.1.1.4.248", "Accès normal")
    roles = (
        _coded("Role", "10", "1.2.250.1.71.1.2.7", "Médecin"),
        _coded("Role", "SM44", "1.2.250.1.71.4.2.5", "Radio-diagnostic"),
    )
    return [
        *(_attribute(name, SAML.AttributeValue(text)) for name, text in texts.items()),
        _attribute(f"{XSPA}subject:purposeofuse", SAML.AttributeValue(purpose)),
        _attribute(f"{XACML}subject:role", *(SAML.AttributeValue(one) for one in roles)),
    ]


def _attribute(name: str, *values: Element) -> Element:
    made: Element = SAML.Attribute(*values, Name=name)
    return made


def _coded(name: str, code: str, system: str, display: str) -> Element:
    made: Element = V3(name, code=code, codeSystem=system, displayName=display)
    made.set(f"{{{XSI}}}type", "CE")
    return made


def _sign(assertion: Element, who: Signer) -> None:
    """Put the signature after the issuer, where SAML wants it."""
    reference = DS.Reference(
        DS.Transforms(DS.Transform(Algorithm=ENVELOPED), DS.Transform(Algorithm=EXCLUSIVE)),
        DS.DigestMethod(Algorithm=SHA256),
        DS.DigestValue(digest(canonical(assertion), SHA256)),
        URI=f"#{assertion.get('ID')}",
    )
    info = DS.SignedInfo(
        DS.CanonicalizationMethod(Algorithm=EXCLUSIVE),
        DS.SignatureMethod(Algorithm=RSA_SHA256),
        reference,
    )
    carried = DS.X509Certificate(b64encode(der(who.certificate)).decode())
    made = DS.Signature(
        info,
        DS.SignatureValue(b64encode(who.sign(canonical(info))).decode()),
        DS.KeyInfo(DS.X509Data(carried)),
    )
    assertion.insert(1, made)


def signature(assertion: Element, path: str) -> Element:
    """The first element at a path in the signature. Raises IndexError."""
    return assertion.findall(f"ds:Signature/{path}", {"ds": DS_NAMESPACE})[0]
