"""The signature of an allow-list: XAdES-BASELINE-B, enveloped (ETSI EN 319 132-1)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import NameOID
from lxml import etree

from testdata.keys import COUNTRY, Signer, der, signer
from testdata.metadata.registry import Element
from testdata.metadata.signature import (
    DS,
    DS_NAMESPACE,
    EXCLUSIVE,
    RSA_SHA256,
    SHA256,
    XADES,
    canonical,
)

SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
HASHES = {SHA1: hashlib.sha1, SHA256: hashlib.sha256, SHA512: hashlib.sha512}
IDENTIFIER = "id-allowlist"
Name = tuple[tuple[ObjectIdentifier, str], ...]
COMMON_NAME, UNIT = "Liste Blanche DRIM-M", "318751275100020"


def subject(
    common_name: str = COMMON_NAME, unit: str = UNIT
) -> tuple[tuple[ObjectIdentifier, str], ...]:
    """The attributes of the name of a signer: those of the official one."""
    return (
        COUNTRY,
        (NameOID.STATE_OR_PROVINCE_NAME, "Paris (75)"),
        (NameOID.ORGANIZATION_NAME, "AGENCE DU NUMERIQUE EN SANTE"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        (NameOID.COMMON_NAME, common_name),
    )


def _official() -> Signer:
    return signer(*subject())


def _nothing(_signature: Element) -> None:
    """Leave the signature as it is."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a list is signed.

    ``filtered`` takes the signature out by the filter of 2024, else by enveloped-signature as
    in 2026; ``first_form`` names the certificate by SigningCertificate, else by the second form.
    ``shape`` changes the signature before it is computed, ``damage`` after.
    """

    who: Signer = field(default_factory=_official)
    filtered: bool = True
    first_form: bool = False
    shape: Callable[[Element], None] = _nothing
    damage: Callable[[Element], None] = _nothing


def sign(document: bytes, style: Style) -> bytes:
    """The document with a signature as the last child of its root."""
    root = etree.fromstring(document)
    whole = canonical(root)
    signature = _signature(style)
    style.shape(signature)
    root.append(signature)
    info, value = signature[0], signature[1]
    for one in info.findall(f"{{{DS_NAMESPACE}}}Reference"):
        one.append(DS.DigestValue(_digest(one, signature, whole)))
    value.text = b64encode(style.who.sign(canonical(info))).decode()
    style.damage(signature)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=False)


def _digest(reference: Element, signature: Element, whole: bytes) -> str:
    """The digest of what a reference names, the whole list where it is nothing inside."""
    named = [one for one in signature.iter() if f"#{one.get('Id')}" == reference.get("URI")]
    data = canonical(named[0]) if named else whole
    (method,) = reference.findall(f"{{{DS_NAMESPACE}}}DigestMethod")
    return b64encode(HASHES[method.get("Algorithm", "")](data).digest()).decode()


def _signature(style: Style) -> Element:
    """The signature without its values."""
    reference, properties = f"r-{IDENTIFIER}-1", f"xades-{IDENTIFIER}"
    info = DS.SignedInfo(
        DS.CanonicalizationMethod(Algorithm=EXCLUSIVE),
        DS.SignatureMethod(Algorithm=RSA_SHA256),
        DS.Reference(
            DS.Transforms(_removal(style), DS.Transform(Algorithm=EXCLUSIVE)),
            DS.DigestMethod(Algorithm=SHA256),
            Id=reference,
            URI="",
        ),
        DS.Reference(
            DS.Transforms(DS.Transform(Algorithm=EXCLUSIVE)),
            DS.DigestMethod(Algorithm=SHA256),
            Type=SIGNED_PROPERTIES,
            URI=f"#{properties}",
        ),
    )
    carried = [DS.X509Certificate(b64encode(der(one)).decode()) for one in style.who.chain]
    signed = XADES.SignedProperties(
        XADES.SignedSignatureProperties(
            XADES.SigningTime("2026-11-02T09:30:00Z"), _signing_certificate(style)
        ),
        XADES.SignedDataObjectProperties(
            XADES.DataObjectFormat(XADES.MimeType("text/xml"), ObjectReference=f"#{reference}")
        ),
        Id=properties,
    )
    return DS.Signature(
        info,
        DS.SignatureValue(Id=f"value-{IDENTIFIER}"),
        DS.KeyInfo(DS.X509Data(*carried)),
        DS.Object(XADES.QualifyingProperties(signed, Target=f"#{IDENTIFIER}")),
        Id=IDENTIFIER,
    )


def _removal(style: Style) -> Element:
    """The transform that takes the signature out of what is signed."""
    if not style.filtered:
        return DS.Transform(Algorithm=ENVELOPED)
    path = etree.Element(f"{{{FILTER}}}XPath", nsmap={"dsig-filter2": FILTER}, Filter="subtract")
    path.text = "/descendant::ds:Signature"
    return DS.Transform(path, Algorithm=FILTER)


def _signing_certificate(style: Style) -> Element:
    certificate = style.who.certificate
    if style.first_form:
        return XADES.SigningCertificate(
            XADES.Cert(
                _certificate_digest(style, SHA256),
                XADES.IssuerSerial(
                    DS.X509IssuerName(certificate.issuer.rfc4514_string()),
                    DS.X509SerialNumber(str(certificate.serial_number)),
                ),
            )
        )
    return XADES.SigningCertificateV2(
        XADES.Cert(
            _certificate_digest(style, SHA512),
            XADES.IssuerSerialV2(b64encode(_issuer_serial(style)).decode()),
        )
    )


def _certificate_digest(style: Style, algorithm: str) -> Element:
    made = HASHES[algorithm](der(style.who.certificate)).digest()
    return XADES.CertDigest(
        DS.DigestMethod(Algorithm=algorithm), DS.DigestValue(b64encode(made).decode())
    )


def _issuer_serial(style: Style) -> bytes:
    """IssuerSerial in DER (RFC 5035): the name of the issuer, of choice 4, and the number."""
    certificate = style.who.certificate
    number = certificate.serial_number
    names = _tagged(0x30, _tagged(0xA4, certificate.issuer.public_bytes()))
    return _tagged(
        0x30, names + _tagged(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
    )


def _tagged(tag: int, content: bytes) -> bytes:
    """A value in DER, of less than 65,536 bytes."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    if length < 0x100:
        return bytes((tag, 0x81, length)) + content
    return bytes((tag, 0x82)) + length.to_bytes(2, "big") + content
