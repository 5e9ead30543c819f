"""Mutants of the VIHF: presence, version, time, attributes, signature."""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from testdata.conversation.vihf import XACML, XSPA, signature
from testdata.exams import exam
from testdata.keys import COUNTRY, signer
from testdata.metadata.registry import Element
from testdata.metadata.signature import canonical
from testdata.mutants.catalogue import Mutant
from testdata.mutants.conversation.assertion import (
    PREFIXES,
    attributed,
    damaged,
    shaped,
    value_of,
    valued,
    without,
)
from testdata.people import patient

CONTEXT = "saml:AuthnStatement/saml:AuthnContext"
ROLE, PURPOSE = f"{XACML}subject:role", f"{XSPA}subject:purposeofuse"
RECORD = f"{XACML}resource:resource-id"
INS, OID = exam("alpha").patient.ins, exam("alpha").patient.ins_oid
ANOTHER = patient("corsica", exam("alpha").seed).ins
CARRIED = "ds:Signature/ds:KeyInfo/ds:X509Data"
RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"


def _absent(assertion: Element) -> None:
    """An assertion of another name."""
    assertion.tag = f"{assertion.tag}s"


def _undeclared(assertion: Element) -> None:
    """No declaration, in the assertions that have one."""
    if assertion.findall(f"{CONTEXT}/saml:AuthnContextDecl", PREFIXES):
        without(f"{CONTEXT}/saml:AuthnContextDecl")(assertion)


def _again(assertion: Element) -> None:
    """A second signature after the first."""
    assertion.append(deepcopy(signature(assertion, ".")))


def _elsewhere(assertion: Element) -> None:
    """The signature refers to the whole message."""
    signature(assertion, "ds:SignedInfo/ds:Reference").set("URI", "")
    _resign(assertion)


def _same_identifier(assertion: Element) -> None:
    """Another element of the message has the ID of the assertion."""
    security = assertion.getparent()
    assert security is not None
    security.set("ID", assertion.get("ID", ""))


def _obsolete(assertion: Element) -> None:
    """Signed by SHA-1."""
    method = signature(assertion, "ds:SignedInfo/ds:SignatureMethod")
    method.set("Algorithm", RSA_SHA1)
    info = signature(assertion, "ds:SignedInfo")
    made = signer(COUNTRY).key.sign(
        canonical(info),
        padding.PKCS1v15(),
        hashes.SHA1(),  # noqa: S303 - the defect
    )
    signature(assertion, "ds:SignatureValue").text = b64encode(made).decode()


def _resign(assertion: Element) -> None:
    info = signature(assertion, "ds:SignedInfo")
    made = signer(COUNTRY).sign(canonical(info))
    signature(assertion, "ds:SignatureValue").text = b64encode(made).decode()


def _wrong_value(assertion: Element) -> None:
    """The signature of something else."""
    made = signer(COUNTRY).sign(b"something else")
    signature(assertion, "ds:SignatureValue").text = b64encode(made).decode()


WHOLE = (
    Mutant("assertion-absent", "dmp", "F-VI-01-ABSENT", rewrite=damaged(_absent)),
    Mutant("vihf-version-2", "dmp", "F-VI-01-VERSION",
           rewrite=shaped(valued(value_of("VIHF_Version"), "2.0"))),
    Mutant("saml-1.1", "dmp", "F-VI-01-VERSION", rewrite=shaped(attributed(".", "Version", "1.1"))),
    Mutant("issuer-of-another-format", "dmp", "F-VI-01-ISSUER",
           rewrite=shaped(attributed("saml:Issuer", "Format", ENTITY))),
    Mutant("context-password", "dmp", "F-VI-01-CONTEXT",
           rewrite=shaped(valued(f"{CONTEXT}/saml:AuthnContextClassRef",
                                 "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"))),
    Mutant("user-unnamed", "dmp", "F-VI-01-NAMEID",
           rewrite=shaped(valued("saml:Subject/saml:NameID", ""))),
    Mutant("user-is-another", "dmp", "F-VI-04-USER",
           rewrite=shaped(valued("saml:Subject/saml:NameID", "899700000000"))),
    Mutant("declaration-absent", "dmp", "F-VI-04-DECL", rewrite=shaped(_undeclared)),
    Mutant("mode-direct", "dmp", "F-VI-04-MODE",
           rewrite=shaped(valued(value_of("Authentification_Mode"), "DIRECTE"))),
    Mutant("assertion-not-valid-yet", "dmp", "F-VI-TIME",
           rewrite=shaped(attributed("saml:Conditions", "NotBefore", "2026-11-24T09:30:01Z"))),
    Mutant("assertion-expired", "dmp", "F-VI-TIME",
           rewrite=shaped(attributed("saml:Conditions", "NotOnOrAfter", "2026-11-24T09:30:00Z"))),
)  # fmt: skip

ATTRIBUTES = (
    Mutant("homologation-absent", "dmp", "F-VI-03",
           rewrite=shaped(without("saml:AttributeStatement/saml:Attribute[@Name='LPS_ID_HOMOLOGATION_DMP']"))),
    Mutant("structure-empty", "dmp", "F-VI-03",
           rewrite=shaped(valued(value_of("Identifiant_Structure"), ""))),
    Mutant("role-of-another-system", "dmp", "F-VI-02-ROLE",
           rewrite=shaped(attributed(f"{value_of(ROLE)}/*", "codeSystem", "1.2.250.1.71.1.2.8"))),
    Mutant("sector-without-scheme", "dmp", "F-VI-02-SECTOR",
           rewrite=shaped(valued(value_of("Secteur_Activite"), "SA08"))),
    Mutant("resource-is-another", "dmp", "F-VI-02-URN",
           rewrite=shaped(valued(value_of("Ressource_URN"), "urn:ror"))),
    Mutant("purpose-an-emergency", "dmp", "F-VI-02-PURPOSE",
           rewrite=shaped(attributed(f"{value_of(PURPOSE)}/*", "code", "bris_de_glace"))),
    Mutant("record-without-type", "dmp", "F-VI-02-RESOURCE",
           rewrite=shaped(valued(value_of(RECORD), f"{INS}^^^&{OID}&ISO")),
           also={"F-VI-02-PATIENT": "it is not that of the request either"}),
    Mutant("record-of-another", "dmp", "F-VI-02-PATIENT",
           rewrite=shaped(valued(value_of(RECORD), f"{ANOTHER}^^^&{OID}&ISO^NH"))),
)  # fmt: skip

SIGNATURE = (
    Mutant("assertion-unsigned", "dmp", "F-VI-SIGN-ABSENT",
           rewrite=damaged(without("ds:Signature"))),
    Mutant("assertion-signed-twice", "dmp", "F-VI-SIGN-ABSENT", rewrite=damaged(_again)),
    Mutant("certificate-hidden", "dmp", "F-VI-SIGN-CERTIFICATE",
           rewrite=damaged(valued(f"{CARRIED}/ds:X509Certificate", "XXXXXXX"))),
    Mutant("reference-elsewhere", "dmp", "F-VI-SIGN-FORM", rewrite=damaged(_elsewhere)),
    Mutant("identifier-of-two-elements", "dmp", "F-VI-SIGN-FORM",
           rewrite=damaged(_same_identifier)),
    Mutant("assertion-changed", "dmp", "F-VI-SIGN-DIGEST",
           rewrite=damaged(valued(value_of("LPS_Nom"), "OTHER"))),
    Mutant("signature-of-something-else", "dmp", "F-VI-SIGN-VALUE", rewrite=damaged(_wrong_value)),
    Mutant("issuer-is-another", "dmp", "F-VI-01-SIGNER",
           rewrite=shaped(valued("saml:Issuer", "CN=DRIMBOX BETA, C=FR"))),
    Mutant("signature-by-sha1", "dmp", "F-VI-08", rewrite=damaged(_obsolete)),
)  # fmt: skip

MUTANTS = WHOLE + ATTRIBUTES + SIGNATURE
