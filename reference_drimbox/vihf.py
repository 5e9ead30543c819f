"""The VIHF: who asks, for which structure, of which record, signed (DRIM-M F.2; SAML 2.0 core)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from lxml.builder import ElementMaker

from reference_drimbox.signing import (
    DS,
    ENVELOPED,
    EXCLUSIVE,
    Signer,
    canonical,
    reference,
    signed_info,
)
from reference_drimbox.xml import Element

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
X509 = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
TLS = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient"
HL7, XSI = "urn:hl7-org:v3", "http://www.w3.org/2001/XMLSchema-instance"
XACML, XSPA = "urn:oasis:names:tc:xacml:2.0:", "urn:oasis:names:tc:xspa:1.0:"
PROFESSIONS, SKILLS = "1.2.250.1.71.1.2.7", "1.2.250.1.71.4.2.5"
SECTORS, PURPOSES = "1.2.250.1.71.4.2.4", "1.2.250.1.213.1.1.4.248"
LIFETIME = timedelta(minutes=5)
SKEW = timedelta(minutes=1)

_saml = ElementMaker(namespace=SAML, nsmap={"saml2": SAML})
_hl7 = ElementMaker(namespace=HL7, nsmap={None: HL7, "xsi": XSI})


@dataclass(frozen=True, slots=True)
class Code:
    """A code, its system and what it means."""

    code: str
    system: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Software:
    """The software as the DMP knows it (F-VI-02)."""

    identifier: str = "REFERENCE-DRIMBOX"
    name: str = "REFERENCE DRIMBOX"
    version: str = "1"
    homologation: str = "LABORATORY"
    vihf: str = "4.0"


@dataclass(frozen=True, slots=True)
class Caller:
    """In whose name a request is made, for a structure.

    ``connected``: a user logged in by Pro Santé Connect consults (F-VI-04); else the structure
    publishes in the name of the author of the report. ``roles`` are codes of profession
    (1.2.250.1.71.1.2.7), then of savoir-faire (1.2.250.1.71.4.2.5). ``certificate`` is the
    structure whose certificate signs, where it is another one (F-VI-07).
    """

    identifier: str
    name: str
    structure: str
    sector: str
    roles: Sequence[Code]
    connected: bool = False
    certificate: str = ""


def cx(ins: str, oid: str) -> str:
    """A patient by INS as the DMP wants it (F-VI-02)."""
    return f"{ins}^^^&{oid}&ISO^NH"


def assertion(caller: Caller, patient: str, software: Software, signer: Signer) -> Element:
    """A new assertion for one request about the record of a patient (a CX), signed."""
    now = datetime.now(UTC)
    context = [_saml.AuthnContextClassRef(TLS)]
    if caller.connected:
        context.append(_saml.AuthnContextDecl("APP_BROWSER_AUTH"))
    made: Element = _saml.Assertion(
        _saml.Issuer(signer.name, Format=X509),
        _saml.Subject(_saml.NameID(caller.identifier)),
        _saml.Conditions(NotBefore=_instant(now - SKEW), NotOnOrAfter=_instant(now + LIFETIME)),
        _saml.AuthnStatement(_saml.AuthnContext(*context), AuthnInstant=_instant(now)),
        _saml.AttributeStatement(*_attributes(caller, patient, software)),
        ID=f"_{uuid4()}",
        IssueInstant=_instant(now),
        Version="2.0",
    )
    _sign(made, signer)
    return made


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _attributes(caller: Caller, patient: str, software: Software) -> list[Element]:
    texts: Mapping[str, str] = {
        "VIHF_Version": software.vihf,
        "Secteur_Activite": f"{caller.sector}^{SECTORS}",
        "Ressource_URN": "urn:dmp",
        f"{XSPA}subject:subject-id": caller.name,
        "Identifiant_Structure": caller.structure,
        "LPS_ID": software.identifier,
        "LPS_Nom": software.name,
        "LPS_Version": software.version,
        "LPS_ID_HOMOLOGATION_DMP": software.homologation,
        f"{XACML}resource:resource-id": patient,
        "Authentification_Mode": "INDIRECTE_RENFORCEE" if caller.connected else "INDIRECTE",
    }
    purpose = _coded("PurposeOfUse", Code("normal", PURPOSES, "Accès normal"))
    roles = [_saml.AttributeValue(_coded("Role", one)) for one in caller.roles]
    return [
        *(_attribute(name, _saml.AttributeValue(text)) for name, text in texts.items()),
        _attribute(f"{XSPA}subject:purposeofuse", _saml.AttributeValue(purpose)),
        _attribute(f"{XACML}subject:role", *roles),
    ]


def _attribute(name: str, *values: Element) -> Element:
    made: Element = _saml.Attribute(*values, Name=name)
    return made


def _coded(name: str, code: Code) -> Element:
    made: Element = _hl7(name, code=code.code, codeSystem=code.system, displayName=code.display)
    made.set(f"{{{XSI}}}type", "CE")
    return made


def _sign(made: Element, signer: Signer) -> None:
    """Sign, the signature after the issuer where SAML wants it (SAML 2.0 core 5.4)."""
    uri = f"#{made.get('ID')}"
    info = signed_info([reference(uri, canonical(made), transforms=(ENVELOPED, EXCLUSIVE))])
    value = DS.SignatureValue(signer.value(info))
    made.insert(1, DS.Signature(info, value, signer.key_info()))
