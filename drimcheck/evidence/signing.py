"""The signature of a manifest: by an Ed25519 key (RFC 8032), or by the key of a certificate."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

PEM, RAW_FORM = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
Private = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class BadKey(Exception):
    """A key or a certificate cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a key, the certificate of it where there is one, whether it was made just now."""

    key: Private
    certificate: x509.Certificate | None = None
    fresh: bool = False


def signer(key: Path | None, certificate: Path | None) -> Signer:
    """The signer of these files. A key that is not there is made; without a name it is not kept.

    Raises OSError, BadKey.
    """
    if key is None or not key.exists():
        if certificate is not None:
            raise BadKey("--sign-certificate needs --sign-key FILE, the key of the certificate")
        made = ed25519.Ed25519PrivateKey.generate()
        if key is not None:
            _keep(made, key)
        return Signer(made, fresh=key is None)
    try:
        found = serialization.load_pem_private_key(key.read_bytes(), None)
        held = x509.load_pem_x509_certificate(certificate.read_bytes()) if certificate else None
    except (ValueError, TypeError) as problem:
        raise BadKey(f"{key}: no key in PEM without a password: {problem}") from None
    if not isinstance(found, Private):
        raise BadKey(f"{key}: a key of another kind than Ed25519, RSA and EC")
    if held is not None and _public(held.public_key()) != _public(found.public_key()):
        raise BadKey(f"{certificate}: is the certificate of another key")
    return Signer(found, held)


def _keep(key: ed25519.Ed25519PrivateKey, path: Path) -> None:
    """Write a key that its owner alone can read."""
    raw = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(raw)


def sign(manifest: bytes, by: Signer) -> bytes:
    """The signature as a JSON document beside the manifest."""
    if isinstance(by.key, ed25519.Ed25519PrivateKey):
        name, made = "Ed25519", by.key.sign(manifest)
    elif isinstance(by.key, rsa.RSAPrivateKey):
        name = "RSASSA-PSS-SHA256"
        made = by.key.sign(
            manifest, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()
        )
    else:
        name, made = "ECDSA-SHA256", by.key.sign(manifest, ec.ECDSA(hashes.SHA256()))
    told: dict[str, Any] = {
        "algorithm": name,
        "public_key": _public(by.key.public_key()),
        "certificate": by.certificate.public_bytes(PEM).decode() if by.certificate else "",
        "made_for_this_bundle": by.fresh,
        "signature": base64.b64encode(made).decode(),
    }
    return (json.dumps(told, indent=1) + "\n").encode()


def _public(key: Any) -> str:
    return str(key.public_bytes(PEM, RAW_FORM).decode())


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature is worth: whether it is of the manifest, and who made it.

    ``trusted`` is None where nobody was named to trust.
    """

    valid: bool
    who: str
    fingerprint: str
    fresh: bool
    trusted: bool | None
    problem: str = ""


def check(manifest: bytes, raw: bytes, trust: list[bytes]) -> Signature:
    """The signature over a manifest, and whether one of ``trust`` (PEM) vouches for the signer."""
    try:
        told = json.loads(raw)
        key: Any = serialization.load_pem_public_key(told["public_key"].encode())
        held = told["certificate"]
        certificate = x509.load_pem_x509_certificate(held.encode()) if held else None
        mark = base64.b64decode(told["signature"], validate=True)
        valid = _verified(key, told["algorithm"], mark, manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        return Signature(False, "", "", False, None, f"unreadable: {type(problem).__name__}")
    if certificate is not None and _public(certificate.public_key()) != _public(key):
        return Signature(False, "", "", False, None, "the certificate is of another key")
    who = certificate.subject.rfc4514_string() if certificate else told["algorithm"]
    trusted = _trusted(key, certificate, trust) if trust else None
    return Signature(valid, who, fingerprint(key), bool(told.get("made_for_this_bundle")), trusted)


def anchor(path: Path) -> bytes:
    """A public key or a certificate to trust, in PEM. Raises OSError, BadKey."""
    raw = path.read_bytes()
    load: Any = x509.load_pem_x509_certificate
    if b"BEGIN CERTIFICATE" not in raw:
        load = serialization.load_pem_public_key
    try:
        load(raw)
    except ValueError:
        raise BadKey(f"{path}: no certificate and no public key in PEM") from None
    return raw


def fingerprint(key: Any) -> str:
    """SHA-256 over the public key (SubjectPublicKeyInfo, DER)."""
    raw = key.public_bytes(serialization.Encoding.DER, RAW_FORM)
    return hashlib.sha256(raw).hexdigest()


def _verified(key: Any, algorithm: str, mark: bytes, manifest: bytes) -> bool:
    try:
        if algorithm == "Ed25519" and isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(mark, manifest)
        elif algorithm == "RSASSA-PSS-SHA256" and isinstance(key, rsa.RSAPublicKey):
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
            key.verify(mark, manifest, scheme, hashes.SHA256())
        elif algorithm == "ECDSA-SHA256" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(mark, manifest, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _trusted(key: Any, certificate: x509.Certificate | None, trust: list[bytes]) -> bool:
    """Whether the key is one of those, or its certificate is one of those or issued by one."""
    for raw in trust:
        if b"BEGIN CERTIFICATE" not in raw:
            if fingerprint(serialization.load_pem_public_key(raw)) == fingerprint(key):
                return True
            continue
        anchor = x509.load_pem_x509_certificate(raw)
        if certificate is None:
            continue
        if anchor == certificate:
            return True
        try:
            certificate.verify_directly_issued_by(anchor)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return True
    return False
