"""A chain of certificates for signatures in test data: authority, sub-authority, signer.

The private keys are published in this package: whoever trusts them trusts anyone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

VALID_FROM = datetime(2026, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2036, 1, 1, tzinfo=UTC)
COUNTRY = (NameOID.COUNTRY_NAME, "FR")
ROOT = (COUNTRY, (NameOID.ORGANIZATION_NAME, "DRIMCHECK"), (NameOID.COMMON_NAME, "TEST ROOT"))
AUTHORITY = (COUNTRY, (NameOID.ORGANIZATION_NAME, "DRIMCHECK"), (NameOID.COMMON_NAME, "TEST CA"))


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its certificate and those above it, the root last."""

    key: RSAPrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]

    def sign(self, data: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256: the same signature every time (RFC 8017 8.2)."""
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


@cache
def _key(name: str) -> RSAPrivateKey:
    raw = files(__name__).joinpath(f"{name}.pem").read_bytes()
    key = load_pem_private_key(raw, password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _name(parts: tuple[tuple[x509.ObjectIdentifier, str], ...]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _certificate(
    subject: x509.Name, name: str, issuer: x509.Name, issuer_name: str, *, serial: int, ca: bool
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(_key(name).public_key())
        .serial_number(serial)
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(_key(issuer_name), hashes.SHA256())


@cache
def signer(*subject: tuple[x509.ObjectIdentifier, str]) -> Signer:
    """A signer of this subject under the test authority."""
    root, authority = _name(ROOT), _name(AUTHORITY)
    return Signer(
        key=_key("signer"),
        chain=(
            _certificate(_name(subject), "signer", authority, "authority", serial=3, ca=False),
            _certificate(authority, "authority", root, "root", serial=2, ca=True),
            _certificate(root, "root", root, "root", serial=1, ca=True),
        ),
    )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
