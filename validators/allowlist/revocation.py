"""Whether the certificates were revoked, where revocation lists are given (RFC 5280 5, 6.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cryptography import x509

from validators.allowlist.subject import Signature, rule, signed_by_someone
from validators.allowlist.trust import KEY_INFO
from validators.model import Defect
from validators.rules import Undecided
from validators.signing.certificates import Certificate, certificates_in, chain, issued


@rule(
    "G-WL-07-REVOKED",
    over=signed_by_someone,
    verifies=("G-WL-07-REVOKED",),
    parameters=("on", "trust", "crl"),
    needs=("crl",),
)
def certificate_revoked(
    signature: Signature, on: date, trust: Sequence[object], crl: Sequence[bytes]
) -> Iterator[Defect]:
    """No certificate of the chain is revoked.

    Why: the key of the signer may be in other hands.
    Fix: sign again with a new certificate; do not use the list meanwhile.
    """
    assert signature.signer is not None
    lists = [one for raw in crl for one in revocation_lists(raw)]
    path = chain(signature.signer, signature.certificates, trust or (), on).path
    given = [one for raw in trust or () if isinstance(raw, bytes) for one in certificates_in(raw)]
    issuers = [*signature.certificates, *given]
    for one in path:
        usable = _usable(one, issuers, lists, on)
        if one is path[0] and not usable:
            # Nothing that was given says anything, on that day, of the certificates of its issuer.
            raise Undecided("issuer_crl")
        for found in usable:
            entry = found.get_revoked_certificate_by_serial_number(one.parsed.serial_number)
            if entry is not None and entry.revocation_date_utc.date() <= on:
                actual = f"{entry.revocation_date_utc.date()} ({one.subject})"
                yield signature.defect(expected="-", actual=actual, child=KEY_INFO)
                break


def revocation_lists(raw: bytes) -> list[x509.CertificateRevocationList]:
    """The revocation list of a file, in PEM or in DER; none where it is neither."""
    try:
        if b"-----BEGIN" in raw:
            return [x509.load_pem_x509_crl(raw)]
        return [x509.load_der_x509_crl(raw)]
    except Exception:  # noqa: BLE001 - what a list holds makes the library raise of many kinds
        return []


def _usable(
    certificate: Certificate,
    issuers: Sequence[Certificate],
    lists: Sequence[x509.CertificateRevocationList],
    on: date,
) -> list[x509.CertificateRevocationList]:
    """The lists by an issuer of the certificate, in force on the date."""
    above = [one for one in issuers if may_sign_lists(one) and issued(one, certificate)]
    return [
        found
        for found in lists
        if found.issuer == certificate.parsed.issuer
        and _in_force(found, on)
        and _is_complete(found, certificate)
        and any(_signed_by(one, found) for one in above)
    ]


def may_sign_lists(issuer: Certificate) -> bool:
    usage = issuer.extension(x509.KeyUsage)
    return issuer.is_authority and (usage is None or usage.crl_sign)


def _in_force(found: x509.CertificateRevocationList, on: date) -> bool:
    until = found.next_update_utc
    return until is not None and found.last_update_utc.date() <= on <= until.date()


def _is_complete(found: x509.CertificateRevocationList, certificate: Certificate) -> bool:
    """Whether the list speaks of the certificate: it may be of a part, or of changes only."""
    try:
        critical = [one.value for one in found.extensions if one.critical]
    except ValueError:
        return False
    for one in critical:
        if not isinstance(one, x509.IssuingDistributionPoint):
            return False
        others = (
            one.only_contains_user_certs if certificate.is_authority else one.only_contains_ca_certs
        )
        if others or one.only_contains_attribute_certs or one.indirect_crl:
            return False
        if one.only_some_reasons:
            return False
    return True


def _signed_by(issuer: Certificate, found: x509.CertificateRevocationList) -> bool:
    try:
        return found.is_signature_valid(issuer.parsed.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
