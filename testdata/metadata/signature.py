"""The signature of a lot: an XML signature whose manifest lists what it signs (ITI TF-3 5.5)."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from cryptography.x509.oid import NameOID
from lxml import etree
from lxml.builder import ElementMaker

from testdata.keys import COUNTRY, Signer, der, signer
from testdata.metadata.registry import Element

DS_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
XADES_NAMESPACE = "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SOURCE = "1.2.840.10065.1.12.1.14"
"""Purpose of signature: source."""

DS = ElementMaker(namespace=DS_NAMESPACE, nsmap={"ds": DS_NAMESPACE})
XADES = ElementMaker(namespace=XADES_NAMESPACE, nsmap={"xades": XADES_NAMESPACE})


def canonical(element: Element) -> bytes:
    """Exclusive canonical form (Exclusive XML Canonicalization 1.0)."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def digest(data: bytes, algorithm: str) -> str:
    """The digest in base64."""
    made = hashlib.sha1(data) if algorithm == SHA1 else hashlib.sha256(data)  # noqa: S324
    return b64encode(made.digest()).decode()


def reference(uri: str, data: bytes | None, algorithm: str, **attributes: str) -> Element:
    """A reference to ``data``; None gives the placeholder of the official samples, AA==."""
    value = "AA==" if data is None else digest(data, algorithm)
    return DS.Reference(
        DS.DigestMethod(Algorithm=algorithm), DS.DigestValue(value), URI=uri, **attributes
    )


def sign(*, identifier: str, submission: str, kos_uid: str, kos: bytes, at: str) -> bytes:
    """Sign the KOS of a lot; ``at`` is an xsd:dateTime. Equal arguments give equal bytes."""
    who = signer(COUNTRY, (NameOID.COMMON_NAME, "DRIMBOX ALPHA"))
    manifest = DS.Manifest(
        reference(f"urn:oid:{submission}", None, SHA1),
        reference(f"urn:oid:{kos_uid}", kos, SHA1),
        Id="IHEManifest",
    )
    properties = _properties(who, at)
    purpose = DS.SignatureProperty(SOURCE, Id="purposeOfSignature", Target=f"#{identifier}")
    root = DS.Signature(
        DS.SignedInfo(),
        DS.SignatureValue(),
        DS.KeyInfo(DS.X509Data(DS.X509Certificate(b64encode(der(who.certificate)).decode()))),
        DS.Object(DS.SignatureProperties(purpose)),
        DS.Object(manifest),
        DS.Object(XADES.QualifyingProperties(properties, Target=f"#{identifier}")),
        Id=identifier,
    )
    references = [
        reference("#IHEManifest", canonical(manifest), SHA256, Type=f"{DS_NAMESPACE}Manifest"),
        reference(
            "#SignedProperties",
            canonical(properties),
            SHA256,
            Type="http://uri.etsi.org/01903#SignedProperties",
        ),
    ]
    fill(root, references, who)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def fill(root: Element, references: list[Element], who: Signer) -> None:
    """Fill SignedInfo with the references, and SignatureValue with the signature of it."""
    info, value = root[0], root[1]
    info.append(DS.CanonicalizationMethod(Algorithm=EXCLUSIVE))
    info.append(DS.SignatureMethod(Algorithm=RSA_SHA256))
    for one in references:
        target = one.get("URI")
        if target and target.startswith("#"):
            one.insert(0, DS.Transforms(DS.Transform(Algorithm=EXCLUSIVE)))
        info.append(one)
    value.text = b64encode(who.sign(canonical(info))).decode()


def _properties(who: Signer, at: str) -> Element:
    """SignedProperties: when, and by which certificate (XAdES)."""
    certificate = who.certificate
    return XADES.SignedProperties(
        XADES.SignedSignatureProperties(
            XADES.SigningTime(at),
            XADES.SigningCertificate(
                XADES.Cert(
                    XADES.CertDigest(
                        DS.DigestMethod(Algorithm=SHA256),
                        DS.DigestValue(digest(der(certificate), SHA256)),
                    ),
                    XADES.IssuerSerial(
                        DS.X509IssuerName(certificate.issuer.rfc4514_string()),
                        DS.X509SerialNumber(str(certificate.serial_number)),
                    ),
                )
            ),
        ),
        Id="SignedProperties",
    )
