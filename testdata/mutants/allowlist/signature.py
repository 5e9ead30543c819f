"""Mutants of the signature, and of the certificates that it rests on."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime

from testdata.allowlist import signed, unsigned
from testdata.allowlist.signing import ENVELOPED, SHA1, SIGNED_PROPERTIES, Style, subject
from testdata.keys import AUTHORITY, by, issue, root
from testdata.keys import name as distinguished
from testdata.metadata.registry import Element
from testdata.metadata.signature import DS, EXCLUSIVE, SHA256
from testdata.mutants.allowlist.bases import ENVELOPED as STYLE_2026
from testdata.mutants.allowlist.bases import REVOKED
from testdata.mutants.allowlist.changes import (
    attribute,
    certified,
    damaged,
    found,
    shaped,
    valued,
    without,
)
from testdata.mutants.catalogue import Mutant
from testdata.mutants.rewriting import Rewrite

FIRST, SECOND = "ds:SignedInfo/ds:Reference[1]", "ds:SignedInfo/ds:Reference[2]"
PROPERTIES = "ds:Object/xades:QualifyingProperties/xades:SignedProperties"
SIGNING = f"{PROPERTIES}/xades:SignedSignatureProperties"
FORMAT = f"{PROPERTIES}/xades:SignedDataObjectProperties/xades:DataObjectFormat"
CERT_V2 = f"{SIGNING}/xades:SigningCertificateV2/xades:Cert"
CERT_V1 = f"{SIGNING}/xades:SigningCertificate/xades:Cert"
CARRIED = "ds:KeyInfo/ds:X509Data"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
NAMED = distinguished(subject())
LAST_YEAR = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 12, 1, tzinfo=UTC), datetime(2029, 12, 1, tzinfo=UTC)


def _first_child(signature: Element) -> None:
    """Move the signature to the beginning of the list."""
    parent = signature.getparent()
    assert parent is not None
    parent.insert(0, signature)


def _twice(signature: Element) -> None:
    parent = signature.getparent()
    assert parent is not None
    parent.append(deepcopy(signature))


def _by_identifier(signature: Element) -> None:
    """Sign the list by an Id that nothing has, as a wrapping would."""
    one = found(signature, FIRST)
    one.set("URI", "#list")
    transforms = found(one, "ds:Transforms")
    transforms.remove(transforms[0])


def _another_reference(signature: Element) -> None:
    """Refer to a document elsewhere too."""
    found(signature, "ds:SignedInfo").append(
        DS.Reference(
            DS.Transforms(DS.Transform(Algorithm=EXCLUSIVE)),
            DS.DigestMethod(Algorithm=SHA256),
            URI="https://example.org/list.xml",
        )
    )


def _garbage(signature: Element) -> None:
    found(signature, CARRIED).append(DS.X509Certificate("TUFOVUVM"))


def _other_key(_raw: bytes) -> bytes:
    """Signed with a key that is not the one of the certificate."""
    return signed(Style(who=by(issue(subject=NAMED, serial=3), key="root")))


def _self_made(_raw: bytes) -> bytes:
    """Under an authority of the right name that nobody certified."""
    named = distinguished(AUTHORITY)
    made = issue(subject=named, key="authority", issuer=named, serial=2, ca=True)
    return signed(Style(who=by(issue(subject=NAMED, serial=3), made)))


def _under(**changes: object) -> Rewrite:
    """Under an authority whose certificate is another one."""

    def rewrite(_raw: bytes) -> bytes:
        made = issue(
            subject=distinguished(AUTHORITY), key="authority", issuer=root().subject,
            issuer_key="root", serial=2, **{"ca": True, **changes},  # type: ignore[arg-type]
        )  # fmt: skip
        return signed(Style(who=by(issue(subject=NAMED, serial=3), made, root())))

    return rewrite


def _too_deep(_raw: bytes) -> bytes:
    """Under an authority that its own authority was not allowed to certify."""
    named = distinguished(subject(common_name="TEST SUB CA"))
    above = issue(
        subject=distinguished(AUTHORITY), key="authority", issuer=root().subject,
        issuer_key="root", serial=2, ca=True, path_length=0,
    )  # fmt: skip
    middle = issue(subject=named, serial=4, ca=True)
    leaf = issue(subject=NAMED, serial=3, issuer=named, issuer_key="signer")
    return signed(Style(who=by(leaf, middle, above, root())))


FORM = (
    Mutant("list-unsigned", "list", "G-WL-05", rewrite=lambda _raw: unsigned()),
    Mutant("signature-first", "list", "G-WL-06-ONE",
           rewrite=lambda _raw: signed(Style(damage=_first_child))),
    Mutant("signature-twice", "list", "G-WL-06-ONE",
           rewrite=lambda _raw: signed(Style(damage=_twice)),
           also={"G-WL-06-IDS": "the second one has the same Ids"}),
    Mutant("identifier-repeated", "list", "G-WL-06-IDS",
           rewrite=shaped(attribute("ds:SignatureValue", "Id", "id-allowlist"))),
    Mutant("canonical-form-inclusive", "list", "G-WL-06-ALGORITHM",
           rewrite=shaped(attribute("ds:SignedInfo/ds:CanonicalizationMethod", "Algorithm",
                                    INCLUSIVE))),
    Mutant("signature-by-sha-1", "list", "G-WL-06-ALGORITHM",
           rewrite=shaped(attribute("ds:SignedInfo/ds:SignatureMethod", "Algorithm", RSA_SHA1))),
    Mutant("digest-by-sha-1", "list", "G-WL-06-ALGORITHM",
           rewrite=shaped(attribute(f"{FIRST}/ds:DigestMethod", "Algorithm", SHA1))),
    Mutant("list-not-in-canonical-form", "list-enveloped", "G-WL-06-TRANSFORM",
           rewrite=shaped(without(f"{FIRST}/ds:Transforms/ds:Transform[2]"), STYLE_2026)),
    Mutant("list-filtered-otherwise", "list", "G-WL-06-TRANSFORM",
           rewrite=shaped(valued(f"{FIRST}/ds:Transforms/ds:Transform/*", "/descendant::*"))),
    Mutant("list-intersected", "list", "G-WL-06-TRANSFORM",
           rewrite=shaped(attribute(f"{FIRST}/ds:Transforms/ds:Transform/*", "Filter",
                                    "intersect"))),
    Mutant("properties-transformed", "list", "G-WL-06-TRANSFORM",
           rewrite=shaped(attribute(f"{SECOND}/ds:Transforms/ds:Transform", "Algorithm",
                                    ENVELOPED))),
    Mutant("properties-not-signed", "list", "G-WL-06-REFERENCE", rewrite=shaped(without(SECOND))),
    Mutant("properties-of-no-type", "list", "G-WL-06-REFERENCE",
           rewrite=shaped(attribute(SECOND, "Type", f"{SIGNED_PROPERTIES}2"))),
    Mutant("list-signed-by-identifier", "list", "G-WL-06-REFERENCE",
           rewrite=shaped(_by_identifier),
           also={"G-WL-06-DIGEST": "nothing has that Id",
                 "G-WL-06-FORMAT": "the format is of a reference that is not to the list"}),
    Mutant("document-elsewhere-signed", "list", "G-WL-06-REFERENCE",
           rewrite=shaped(_another_reference),
           also={"G-WL-06-DIGEST": "what is elsewhere is not fetched"}),
)  # fmt: skip

CONTENT = (
    Mutant("list-changed-after-signature", "list", "G-WL-06-DIGEST",
           rewrite=damaged("EDITEUR ALPHA</Denom", "EDITEUR OMEGA</Denom")),
    Mutant("list-indented-after-signature", "list-enveloped", "G-WL-06-DIGEST",
           rewrite=damaged("<ListeDomaines>", "<ListeDomaines> ")),
    Mutant("properties-changed-after-signature", "list-enveloped", "G-WL-06-DIGEST",
           rewrite=damaged("2026-11-02T09:30:00Z", "2026-11-03T09:30:00Z")),
    Mutant("signature-value-cut", "list", "G-WL-06-VALUE",
           rewrite=lambda _raw: signed(Style(damage=valued("ds:SignatureValue", "AAAA")))),
    Mutant("signature-by-another-key", "list", "G-WL-06-VALUE", rewrite=_other_key),
    Mutant("signing-time-absent", "list", "G-WL-06-TIME",
           rewrite=shaped(without(f"{SIGNING}/xades:SigningTime"))),
    Mutant("signing-time-impossible", "list", "G-WL-06-TIME",
           rewrite=shaped(valued(f"{SIGNING}/xades:SigningTime", "2026-13-02T09:30:00Z"))),
    Mutant("format-absent", "list", "G-WL-06-FORMAT", rewrite=shaped(without(FORMAT))),
    Mutant("signing-certificate-absent", "list", "G-WL-06-CERTIFICATE",
           rewrite=shaped(without(f"{SIGNING}/xades:SigningCertificateV2"))),
    Mutant("signing-certificate-of-another", "list", "G-WL-06-CERTIFICATE",
           rewrite=shaped(valued(f"{CERT_V2}/xades:CertDigest/ds:DigestValue", "AAAA"))),
    Mutant("signing-certificate-of-another-issuer", "list", "G-WL-06-CERTIFICATE",
           rewrite=shaped(valued(f"{CERT_V2}/xades:IssuerSerialV2", "MAA="))),
    Mutant("signing-certificate-of-another-number", "list-enveloped", "G-WL-06-CERTIFICATE",
           rewrite=shaped(valued(f"{CERT_V1}/xades:IssuerSerial/ds:X509SerialNumber", "4"),
                          STYLE_2026)),
)  # fmt: skip

CERTIFICATES = (
    Mutant("certificates-absent", "list", "G-WL-07-KEY", rewrite=shaped(without("ds:KeyInfo"))),
    Mutant("certificate-unreadable", "list", "G-WL-07-KEY", rewrite=shaped(_garbage)),
    Mutant("signer-of-another-name", "list", "G-WL-07-NAME",
           rewrite=certified(named=subject(common_name="DRIMBOX ALPHA"))),
    Mutant("signer-of-another-structure", "list", "G-WL-07-NAME",
           rewrite=certified(named=subject(unit="300000000000011"))),
    Mutant("certificate-for-encipherment", "list", "G-WL-07-USAGE",
           rewrite=certified(signs=False)),
    Mutant("signer-not-certified", "list", "G-WL-07-CHAIN", rewrite=_self_made),
    Mutant("authority-not-carried", "list", "G-WL-07-CHAIN",
           rewrite=lambda _raw: signed(Style(who=by(issue(subject=NAMED, serial=3), root())))),
    Mutant("authority-that-is-none", "list", "G-WL-07-CHAIN", rewrite=_under(ca=False)),
    Mutant("authority-too-deep", "list", "G-WL-07-CHAIN", rewrite=_too_deep),
    Mutant("certificate-expired", "list", "G-WL-07-VALIDITY", rewrite=certified(valid=LAST_YEAR)),
    Mutant("certificate-not-yet-valid", "list", "G-WL-07-VALIDITY",
           rewrite=certified(valid=NEXT_MONTH)),
    Mutant("authority-expired", "list", "G-WL-07-VALIDITY", rewrite=_under(valid=LAST_YEAR)),
    Mutant("certificate-revoked", "list", "G-WL-07-REVOKED", rewrite=certified(serial=REVOKED)),
)  # fmt: skip

MUTANTS = FORM + CONTENT + CERTIFICATES
