"""What the signature says of itself: when, by which certificate (XAdES EN 319 132-1, B level)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator

from cryptography import x509

from validators.allowlist.structure import is_utc_time
from validators.allowlist.subject import Signature, rule, signed_by_someone, the_signature
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.signing.certificates import DIGESTS, Certificate

PROPERTIES = "ds:Object/xades:QualifyingProperties/xades:SignedProperties"
SIGNING = f"{PROPERTIES}/xades:SignedSignatureProperties"
FORMAT = f"{PROPERTIES}/xades:SignedDataObjectProperties/xades:DataObjectFormat"
_ZONE = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})$")


@rule("G-WL-06-TIME", over=the_signature, verifies=("G-WL-06-TIME",))
def signing_time_absent(signature: Signature) -> Iterator[Defect]:
    """The signature says when it was made.

    Why: XAdES-BASELINE-B requires it.
    Fix: write SigningTime, with its zone.
    """
    found = signature.value(f"{SIGNING}/xades:SigningTime")
    if not is_utc_time(_ZONE.sub("Z", found)):
        expected = "YYYY-MM-DDThh:mm:ssZ"
        yield signature.defect(expected=expected, actual=found or None, child="SigningTime")


@rule("G-WL-06-FORMAT", over=the_signature, verifies=("G-WL-06-FORMAT",))
def format_not_stated(signature: Signature) -> Iterator[Defect]:
    """The signature says of which format the list is.

    Why: XAdES-BASELINE-B asks for it; verifiers may refuse without.
    Fix: write DataObjectFormat with ObjectReference to the reference, and MimeType text/xml.
    """
    wanted = {f"#{one.get('Id')}" for one in signature.all("ds:SignedInfo/ds:Reference[@URI='']")}
    found = signature.all(FORMAT)
    if not any(
        one.get("ObjectReference") in wanted and one.value("xades:MimeType") for one in found
    ):
        actual = found[0].get("ObjectReference") if found else None
        yield signature.defect(
            expected=" ".join(sorted(wanted)), actual=actual, child="DataObjectFormat"
        )


@rule("G-WL-06-CERTIFICATE", over=signed_by_someone, verifies=("G-WL-06-CERTIFICATE",))
def certificate_not_signed(signature: Signature) -> Iterator[Defect]:
    """The signed properties name the certificate of the signer: digest, issuer and number.

    Why: otherwise a certificate of the same key could be put in its place.
    Fix: write SigningCertificateV2, or SigningCertificate, for the certificate in KeyInfo.
    """
    signer, named = signature.signer, signature.signing_certificates
    assert signer is not None
    if not named:
        yield signature.defect(expected="SigningCertificateV2", child="SigningCertificateV2")
    for one in named:
        cert = one.first("xades:Cert")
        if cert is None:
            yield one.defect(expected="Cert", child="Cert")
            continue
        yield from _digest_defects(cert, signer)
        yield from _issuer_defects(cert, signer)


def _digest_defects(cert: XmlNode, signer: Certificate) -> Iterator[Defect]:
    algorithm = cert.value("xades:CertDigest/ds:DigestMethod", "Algorithm")
    value = cert.value("xades:CertDigest/ds:DigestValue")
    if algorithm not in DIGESTS:
        expected = " | ".join(DIGESTS)
        yield cert.defect(expected=expected, actual=algorithm or None, child="CertDigest")
    elif not signer.has_digest(algorithm, value):
        yield cert.defect(expected=signer.subject, actual=value or None, child="CertDigest")


def _issuer_defects(cert: XmlNode, signer: Certificate) -> Iterator[Defect]:
    """Issuer and serial number, where the form has them: they are optional in the second one."""
    number = str(signer.parsed.serial_number)
    stated = cert.first("xades:IssuerSerialV2")
    if stated is not None and stated.text and not _is_issuer_serial(stated.text, signer):
        expected = f"{signer.parsed.issuer.rfc4514_string()} {number}"
        yield stated.defect(expected=expected, actual=stated.text)
    older = cert.first("xades:IssuerSerial")
    if older is not None:
        found = older.value("ds:X509SerialNumber")
        name = older.value("ds:X509IssuerName")
        if found != number or not _is_issuer(name, signer):
            expected = f"{signer.parsed.issuer.rfc4514_string()} {number}"
            yield older.defect(expected=expected, actual=f"{name} {found}")


def _is_issuer(name: str, signer: Certificate) -> bool:
    """Whether a name as text is that of the issuer; True where the text cannot be read as one.

    Tools write the text in several ways (RFC 2253, RFC 4514, with blanks): the parts count.
    """
    try:
        found = x509.Name.from_rfc4514_string(re.sub(r"(?<!\\),\s+", ",", name))
    except ValueError:
        return True
    return _parts(found) == _parts(signer.parsed.issuer)


def _parts(name: x509.Name) -> list[tuple[str, str]]:
    return sorted((one.oid.dotted_string, str(one.value).casefold()) for one in name)


def _is_issuer_serial(text: str, signer: Certificate) -> bool:
    """Whether the text is the IssuerSerial of the certificate, in base64 of DER (RFC 5035 4)."""
    try:
        found = b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    name = _tlv(0xA4, signer.parsed.issuer.public_bytes())
    serial = signer.parsed.serial_number
    number = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
    return found == _tlv(0x30, _tlv(0x30, name) + _tlv(0x02, number))


def _tlv(tag: int, content: bytes) -> bytes:
    """Tag, length and content in DER (X.690 8.1)."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
