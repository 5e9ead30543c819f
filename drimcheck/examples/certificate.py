"""An X.509 certificate as an example shows it: what rules ask of one, a line each."""

from __future__ import annotations

from cryptography import x509

from drimcheck.examples.lines import Line
from reports.visible import visible

USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


def certificate(raw: bytes, place: str = "") -> list[Line] | None:
    """Names, number, validity and usage of a certificate; None where it is none."""
    try:
        held = x509.load_der_x509_certificate(raw)
        said = [
            f"serial number: {held.serial_number}",
            f"subject: {held.subject.rfc4514_string()}",
            f"issuer: {held.issuer.rfc4514_string()}",
            f"not before: {held.not_valid_before_utc:%Y-%m-%d}",
            f"not after: {held.not_valid_after_utc:%Y-%m-%d}",
            f"key usage: {_usage(held) or '-'}",
            f"signature: {held.signature[:8].hex(' ')} …",
        ]
    except (ValueError, x509.InvalidVersion):
        return None
    return [Line(visible(one), place) for one in said]


def _usage(held: x509.Certificate) -> str:
    try:
        usage = held.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ""
    return ", ".join(one.replace("_", " ") for one in USAGES if getattr(usage, one))
