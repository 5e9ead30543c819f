"""Keys, and XML signatures made with them (XML Signature 1.1; RFC 3741)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from lxml import etree
from lxml.builder import ElementMaker

DS_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS_NAMESPACE}enveloped-signature"
SHA1 = f"{DS_NAMESPACE}sha1"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
DS = ElementMaker(namespace=DS_NAMESPACE, nsmap={"ds": DS_NAMESPACE})
TEN_YEARS = timedelta(days=3652)

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def name(self) -> str:
        """The subject as RFC 2253 writes it, the most specific first."""
        return self.certificate.subject.rfc4514_string().replace(",", ", ")

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def value(self, info: Element) -> str:
        """The SignatureValue of a SignedInfo, by RSA-SHA256."""
        made = self.key.sign(canonical(info), padding.PKCS1v15(), hashes.SHA256())
        return b64encode(made).decode()

    def key_info(self) -> Element:
        carried = DS.X509Certificate(b64encode(self.der).decode())
        made: Element = DS.KeyInfo(DS.X509Data(carried))
        return made


def load(certificate: Path, key: Path) -> Signer:
    """The signer of two PEM files. Raises OSError, ValueError."""
    found = load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(found, rsa.RSAPrivateKey):
        raise ValueError(f"{key}: not an RSA key")
    return Signer(x509.load_pem_x509_certificate(certificate.read_bytes()), found)


def laboratory(folder: Path, unit: str) -> Signer:
    """A self-signed signer for the laboratory, made once and kept in a folder."""
    certificate, key = folder / "signer.pem", folder / "signer.key"
    with suppress(FileNotFoundError):
        return load(certificate, key)
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "DRIMBOX LABORATORY"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, "REFERENCE DRIMBOX"),
        ]
    )
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, made.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + TEN_YEARS)
        .sign(made, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    key.touch(mode=0o600)
    key.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    return Signer(signed, made)


def canonical(element: Element) -> bytes:
    """Exclusive canonical form without comments (Exclusive XML Canonicalization 1.0)."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def digest(data: bytes, algorithm: str = SHA256) -> str:
    """The digest in base64."""
    name = "sha1" if algorithm == SHA1 else "sha256"
    return b64encode(hashlib.new(name, data, usedforsecurity=False).digest()).decode()


def reference(
    uri: str,
    data: bytes,
    algorithm: str = SHA256,
    *,
    transforms: Sequence[str] = (),
    **attributes: str,
) -> Element:
    """A ds:Reference to ``data``, already transformed."""
    made: Element = DS.Reference(URI=uri, **attributes)
    if transforms:
        made.append(DS.Transforms(*(DS.Transform(Algorithm=one) for one in transforms)))
    made.append(DS.DigestMethod(Algorithm=algorithm))
    made.append(DS.DigestValue(digest(data, algorithm)))
    return made


def signed_info(references: Sequence[Element]) -> Element:
    made: Element = DS.SignedInfo(
        DS.CanonicalizationMethod(Algorithm=EXCLUSIVE),
        DS.SignatureMethod(Algorithm=RSA_SHA256),
        *references,
    )
    return made


def new_uid() -> str:
    """A UID under 2.25, from a random UUID (PS3.5 B.2)."""
    return f"2.25.{uuid4().int}"
