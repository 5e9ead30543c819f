"""How long the certificates of a TLS connection last, and why one was refused."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from drimcheck.harness.finding import Finding, note, ok, problem
from validators.model import Text

SOON = 30
"""Days before its end in which a certificate is worth a note."""
EXPIRED, NOT_YET, WRONG_NAME = 10, 9, 62
"""X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_HOSTNAME_MISMATCH."""
WRONG_ADDRESS = 64
RENEW = Text("renew it", "le renouveler")
TRUST = Text("name its authority in network.ca", "nommer son autorité dans network.ca")


def validity(what: str, raw: bytes) -> Finding:
    """Whether a certificate (PEM or DER) is valid now, and for how many days."""
    found = (
        x509.load_pem_x509_certificate(raw)
        if raw.lstrip().startswith(b"-----")
        else x509.load_der_x509_certificate(raw)
    )
    now = datetime.now(UTC)
    end, begin = found.not_valid_after_utc, found.not_valid_before_utc
    if now > end:
        said = Text(f"expired on {end:%Y-%m-%d}", f"expiré le {end:%Y-%m-%d}")
        return problem(what, said, RENEW)
    if now < begin:
        said = Text(f"valid from {begin:%Y-%m-%d} only", f"valide à partir du {begin:%Y-%m-%d}")
        return problem(what, said, RENEW)
    days = (end - now).days
    said = Text(f"until {end:%Y-%m-%d}, {days} days left", f"jusqu'au {end:%Y-%m-%d}, {days} jours")
    return note(what, said, RENEW) if days < SOON else ok(what, said.en, said.fr)


def ours(certificate: Path) -> Finding:
    """Our client certificate."""
    what = "network.certificate"
    try:
        return validity(what, certificate.read_bytes())
    except (OSError, ValueError) as wrong:
        said = Text(
            f"{certificate}: no certificate: {wrong}", f"{certificate} : illisible : {wrong}"
        )
        return problem(what, said, Text("give a PEM file", "donner un fichier PEM"))


def refused(what: str, error: ssl.SSLError, host: str, place: tuple[str, int]) -> Finding:
    """Why the certificate of a server was refused, or the handshake failed."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        said = error.reason or str(error)
        return problem(what, Text(f"no TLS: {said}", f"pas de TLS : {said}"), _asked_of_us(said))
    if error.verify_code in (EXPIRED, NOT_YET):
        raw = shown(host, place)
        return validity(what, raw) if raw else problem(what, _same(error.verify_message), RENEW)
    if error.verify_code in (WRONG_NAME, WRONG_ADDRESS):
        fix = Text(
            "use a name of the certificate, with network.resolve where DNS has it not",
            "prendre un nom du certificat, avec network.resolve si le DNS l'ignore",
        )
        return problem(what, _same(error.verify_message), fix)
    return problem(what, _same(error.verify_message), TRUST)


def shown(host: str, place: tuple[str, int], seconds: float = 5.0) -> bytes:
    """The certificate that a server shows, unverified: to say when it ends, for nothing else."""
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname = False
    bare.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(place, seconds) as plain,
            bare.wrap_socket(plain, server_hostname=host) as stream,
        ):
            return stream.getpeercert(binary_form=True) or b""
    except OSError:
        return b""


def _asked_of_us(reason: str) -> Text:
    """What to do about an alert of the server (RFC 8446 6.2)."""
    if "CERTIFICATE_REQUIRED" in reason or "HANDSHAKE_FAILURE" in reason:
        return Text(
            "it asks for a client certificate: set network.certificate and network.key",
            "il demande un certificat client : donner network.certificate et network.key",
        )
    if "UNKNOWN_CA" in reason or "BAD_CERTIFICATE" in reason or "ACCESS_DENIED" in reason:
        return Text(
            "have it trust the authority of network.certificate",
            "lui faire accepter l'autorité de network.certificate",
        )
    return Text("check that it speaks TLS on this port", "vérifier que ce port parle TLS")


def _same(text: str) -> Text:
    return Text(text, text)
