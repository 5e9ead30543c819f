"""Who signed: the certificate of the signer and those above it (DRIM-M G-WL-07; RFC 5280)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cryptography import x509

from validators.allowlist.subject import Signature, rule, signed_by_someone, the_signature
from validators.model import Defect
from validators.reading import limits
from validators.rules import Undecided
from validators.signing.certificates import certificates_in, chain

KEY_INFO = "KeyInfo/X509Data/X509Certificate"


@rule("G-WL-07-KEY", over=the_signature, verifies=("G-WL-07-KEY",))
def certificates_unreadable(signature: Signature) -> Iterator[Defect]:
    """The signature carries the certificate of the signer, and all that it carries can be read.

    Why: without it nobody can verify the signature.
    Fix: put the certificate of the signer, then those above it, in KeyInfo.
    """
    found = signature.all("ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    if not found or len(found) > limits.MAX_CERTIFICATES:
        expected = f"1..{limits.MAX_CERTIFICATES}"
        yield signature.defect(expected=expected, actual=len(found), child=KEY_INFO)
    elif len(signature.certificates) != len(found):
        yield signature.defect(
            expected=len(found), actual=len(signature.certificates), child=KEY_INFO
        )


@rule(
    "G-WL-07-NAME",
    over=signed_by_someone,
    verifies=("G-WL-07-NAME",),
    parameters=("allowlist_signer_cn", "allowlist_signer_ou"),
)
def signer_is_another(signature: Signature, name: str, unit: str) -> Iterator[Defect]:
    """The signer is the one that signs the list: by its CN and its OU.

    Why: the same authority certifies thousands of others.
    Fix: sign with the certificate that ANS keeps for the list.
    """
    signer = signature.signer
    assert signer is not None
    for label, expected, found in (
        ("CN", name, signer.common_names),
        ("OU", unit, signer.units),
    ):
        if found != [expected]:
            actual = ", ".join(found) or None
            yield signature.defect(expected=f"{label}={expected}", actual=actual, child=KEY_INFO)


@rule("G-WL-07-USAGE", over=signed_by_someone, verifies=("G-WL-07-USAGE",))
def certificate_of_another_use(signature: Signature) -> Iterator[Defect]:
    """The certificate of the signer is one for signatures, and no authority's.

    Why: a certificate for servers or for encryption proves nothing of a document.
    Fix: use a certificate ORG SIGN.
    """
    signer = signature.signer
    assert signer is not None
    usage = signer.extension(x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        expected = "digitalSignature | nonRepudiation"
        yield signature.defect(expected=expected, actual=signer.subject, child=KEY_INFO)
    if signer.is_authority:
        yield signature.defect(expected="CA:FALSE", actual=signer.subject, child=KEY_INFO)


@rule(
    "G-WL-07-CHAIN",
    over=signed_by_someone,
    verifies=("G-WL-07-CHAIN",),
    parameters=("on", "trust"),
)
def signer_not_trusted(signature: Signature, on: date, trust: Sequence[object]) -> Iterator[Defect]:
    """The certificate of the signer leads, by valid signatures, to one that is trusted.

    Why: anybody can make a certificate of that name; none is trusted because the list has it.
    Fix: sign under IGC-Santé; give the certificates to trust with --trust.
    """
    if not trust:
        raise Undecided("trust")
    assert signature.signer is not None
    found = chain(signature.signer, signature.certificates, trust, on)
    if found.trusted:
        return
    for subject, expected, actual in found.reasons:
        yield signature.defect(expected=expected, actual=f"{actual} ({subject})", child=KEY_INFO)
    if not found.reasons:
        expected = " | ".join(_shown(one) for one in trust)
        last = found.path[-1]
        actual = f"{last.subject} {last.sha256}"
        yield signature.defect(expected=expected, actual=actual, child=KEY_INFO)


def _shown(anchor: object) -> str:
    if not isinstance(anchor, bytes):
        return str(anchor)
    return " | ".join(f"{one.subject} {one.sha256}" for one in certificates_in(anchor))


@rule(
    "G-WL-07-VALIDITY",
    over=signed_by_someone,
    verifies=("G-WL-07-VALIDITY",),
    parameters=("on", "trust"),
)
def certificate_out_of_date(
    signature: Signature, on: date, trust: Sequence[object]
) -> Iterator[Defect]:
    """Every certificate of the chain is valid on the date of judgement.

    Why: a certificate that expired, or that is not valid yet, proves nothing on that day.
    Fix: renew the certificate, and sign again; judge on another date with --at.
    """
    assert signature.signer is not None
    for one in chain(signature.signer, signature.certificates, trust or (), on).path:
        if not one.valid_on(on):
            start = one.parsed.not_valid_before_utc.date()
            end = one.parsed.not_valid_after_utc.date()
            actual = f"{on} ({one.subject})"
            yield signature.defect(expected=f"{start}..{end}", actual=actual, child=KEY_INFO)
