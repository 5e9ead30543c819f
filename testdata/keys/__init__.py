"""A chain of certificates for signatures in test data: authority, sub-authority, signer.

The private keys are published in this package: whoever trusts them trusts anyone.
"""

from __future__ import annotations

from collections.abc import Sequence
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
SIGNER_SERIAL = 3
"""The serial number of the certificate of every signer."""
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


def name(parts: tuple[tuple[x509.ObjectIdentifier, str], ...]) -> x509.Name:
    """A distinguished name of these attributes."""
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def issue(
    *,
    subject: x509.Name,
    serial: int,
    key: str = "signer",
    issuer: x509.Name | None = None,
    issuer_key: str = "authority",
    ca: bool = False,
    path_length: int | None = None,
    signs: bool = True,
    valid: tuple[datetime, datetime] = (VALID_FROM, VALID_UNTIL),
) -> x509.Certificate:
    """A certificate for one of the keys, by default of a signer under the test authority.

    ``signs`` says whether its key usage is signature, or the encipherment of keys.
    """
    usage = x509.KeyUsage(
        digital_signature=signs and not ca,
        content_commitment=signs and not ca,
        key_encipherment=not signs,
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
        .issuer_name(issuer or name(AUTHORITY))
        .public_key(_key(key).public_key())
        .serial_number(serial)
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(_key(issuer_key), hashes.SHA256())


@cache
def root() -> x509.Certificate:
    """The certificate to trust."""
    named = name(ROOT)
    return issue(subject=named, key="root", issuer=named, issuer_key="root", serial=1, ca=True)


@cache
def authority() -> x509.Certificate:
    """The certificate of the authority, under the root."""
    return issue(
        subject=name(AUTHORITY), key="authority", issuer=name(ROOT), issuer_key="root", serial=2,
        ca=True,
    )  # fmt: skip


def by(certificate: x509.Certificate, *above: x509.Certificate, key: str = "signer") -> Signer:
    """A signer of this certificate, which carries those ``above`` it: by default all of them."""
    return Signer(key=_key(key), chain=(certificate, *(above or (authority(), root()))))


def revocation_list(
    revoked: Sequence[int], *, at: datetime = VALID_FROM, until: datetime = VALID_UNTIL
) -> bytes:
    """The list of what the authority revoked, by serial number, in DER."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name(AUTHORITY))
        .last_update(at)
        .next_update(until)
    )
    for serial in revoked:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        builder = builder.add_revoked_certificate(one.build())
    return builder.sign(_key("authority"), hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def signer(*subject: tuple[x509.ObjectIdentifier, str]) -> Signer:
    """A signer of this subject under the test authority."""
    return by(issue(subject=name(subject), serial=SIGNER_SERIAL))


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
