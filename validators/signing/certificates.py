"""Certificates, and what they come to in a chain (RFC 5280)."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
"""The digest algorithms that a list may use."""
STRONG = ("sha256", "sha384", "sha512")
MIN_KEY_BITS = 2048
UNDERSTOOD = (
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
)
"""Extensions that may be critical: any other one that is makes a certificate unusable."""
_PEM = b"-----BEGIN"

Kind = TypeVar("Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that could be read whole."""

    der: bytes
    parsed: x509.Certificate

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest().upper()

    @property
    def subject(self) -> str:
        return self.parsed.subject.rfc4514_string()

    def named(self, oid: x509.ObjectIdentifier) -> list[str]:
        """The values of an attribute of the subject."""
        return [str(one.value) for one in self.parsed.subject.get_attributes_for_oid(oid)]

    @property
    def common_names(self) -> list[str]:
        return self.named(NameOID.COMMON_NAME)

    @property
    def units(self) -> list[str]:
        return self.named(NameOID.ORGANIZATIONAL_UNIT_NAME)

    def has_digest(self, algorithm: str, value: str) -> bool:
        """Whether this is the base64 of its digest."""
        if algorithm not in DIGESTS:
            return False
        found = b64encode(DIGESTS[algorithm](self.der).digest()).decode()
        return found == "".join(value.split())

    def extension(self, kind: type[Kind]) -> Kind | None:
        try:
            return self.parsed.extensions.get_extension_for_class(kind).value
        except x509.ExtensionNotFound:
            return None

    def valid_on(self, day: date) -> bool:
        start, end = self.parsed.not_valid_before_utc, self.parsed.not_valid_after_utc
        return start.date() <= day <= end.date()

    @property
    def is_authority(self) -> bool:
        basic = self.extension(x509.BasicConstraints)
        return basic is not None and basic.ca


def read_certificate(text: str) -> Certificate | None:
    """The certificate in base64; None where it is none."""
    try:
        der = b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return _certificate(der)


def _certificate(der: bytes) -> Certificate | None:
    try:
        found = x509.load_der_x509_certificate(der)
        # The library reads these only when asked.
        found.subject, found.issuer, found.extensions, found.public_key()
        found.not_valid_before_utc, found.not_valid_after_utc  # noqa: B018
    except Exception:  # noqa: BLE001 - what a certificate holds makes it raise of many kinds
        return None
    return Certificate(der, found)


def certificates_in(raw: bytes) -> list[Certificate]:
    """The certificates of a file, in PEM or in DER; none where it is neither."""
    if _PEM not in raw:
        found = [_certificate(raw)]
    else:
        try:
            loaded = x509.load_pem_x509_certificates(raw)
        except ValueError:
            return []
        found = [_certificate(one.public_bytes(Encoding.DER)) for one in loaded]
    return [one for one in found if one is not None]


def issued(issuer: Certificate, child: Certificate) -> bool:
    """Whether the key of ``issuer`` signed ``child``, under its name."""
    try:
        child.parsed.verify_directly_issued_by(issuer.parsed)
    except (ValueError, TypeError, InvalidSignature):
        return False
    except Exception:  # noqa: BLE001 - an algorithm that the library does not know
        return False
    return True


def flaws(issuer: Certificate, child: Certificate, below: int) -> Iterator[tuple[str, str]]:
    """Why ``issuer`` may not stand above ``child`` (RFC 5280 6.1.4): what it should be, and is.

    ``below`` is the number of authorities between it and the signer.
    """
    basic = issuer.extension(x509.BasicConstraints)
    if basic is None or not basic.ca:
        yield "CA:TRUE", "CA:FALSE"
    elif basic.path_length is not None and basic.path_length < below:
        yield f"pathlen >= {below}", f"pathlen {basic.path_length}"
    usage = issuer.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        yield "keyCertSign", "-"
    algorithm = child.parsed.signature_hash_algorithm
    if algorithm is None or algorithm.name not in STRONG:
        yield " | ".join(STRONG), algorithm.name if algorithm else "-"
    yield from own_flaws(child)


def own_flaws(certificate: Certificate) -> Iterator[tuple[str, str]]:
    """What makes a certificate unusable whoever issued it."""
    key = certificate.parsed.public_key()
    if isinstance(key, RSAPublicKey) and key.key_size < MIN_KEY_BITS:
        yield f">= {MIN_KEY_BITS}", str(key.key_size)
    for one in certificate.parsed.extensions:
        if one.critical and one.oid not in UNDERSTOOD:
            yield "-", f"critical {one.oid.dotted_string}"


@dataclass(frozen=True, slots=True)
class Chain:
    """The certificates from the signer up. ``trusted`` says that the last one is an anchor.

    Where it is not, ``reasons`` tell what stood in the way.
    """

    path: tuple[Certificate, ...]
    trusted: bool
    reasons: tuple[tuple[str, str, str], ...] = ()


def anchors_of(trust: Iterable[object]) -> tuple[frozenset[str], list[Certificate]]:
    """The fingerprints that are trusted, and the certificates that came with them.

    Each is the SHA-256 of a certificate, or a certificate as the bytes of its file.
    """
    pins, found = set(), []
    for one in trust:
        if isinstance(one, bytes):
            found += certificates_in(one)
        else:
            pins.add(str(one).upper())
    return frozenset(pins | {one.sha256 for one in found}), found


def chain(
    signer: Certificate, carried: Sequence[Certificate], trust: Iterable[object], on: date
) -> Chain:
    """A chain from the signer to an anchor over the certificates that are carried.

    Of several authorities of one key, the certificates that are valid on the date come first.
    None is trusted because it is carried: the chain ends at a fingerprint of ``trust`` or nowhere.
    """
    anchors, given = anchors_of(trust)
    reasons: list[tuple[str, str, str]] = []
    waiting: list[tuple[Certificate, ...]] = [(signer,)]
    seen = {signer.sha256}
    candidates = sorted((*carried, *given), key=lambda one: not one.valid_on(on))
    while waiting:
        path = waiting.pop(0)
        if path[-1].sha256 in anchors:
            return Chain(path, trusted=True)
        for one in candidates:
            if one.sha256 in seen or not issued(one, path[-1]):
                continue
            wrong = list(flaws(one, path[-1], len(path) - 1))
            reasons += [(one.subject, expected, actual) for expected, actual in wrong]
            if not wrong:
                seen.add(one.sha256)
                waiting.append((*path, one))
    return Chain(path, trusted=False, reasons=tuple(reasons))
