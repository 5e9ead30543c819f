"""The signature of the VIHF (SAML 2.0 core 5.4; XML Signature 1.1; DRIM-M F-VI-01, F-VI-08).

Whether the certificate is one of a structure that may use the DMP is not tested: the assertion
does not carry its chain.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha1, sha256, sha512

from cryptography.hazmat.primitives import hashes
from lxml import etree

from validators.conversation.subject import Conversation
from validators.dmp.select import Vihf, rule, vihfs
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.rules import Undecided
from validators.signing.certificates import Certificate, read_certificate
from validators.signing.xml_signature import (
    ENVELOPED,
    EXCLUSIVE,
    canonical,
    remove,
    transforms_of,
    verifies,
)

DSIG, MORE, XENC = (
    "http://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2001/04/xmldsig-more#",
    "http://www.w3.org/2001/04/xmlenc#",
)
DIGESTS = {f"{DSIG}sha1": sha1, f"{XENC}sha256": sha256, f"{XENC}sha512": sha512}
ALGORITHMS: dict[str, type[hashes.HashAlgorithm]] = {
    f"{DSIG}rsa-sha1": hashes.SHA1,
    f"{MORE}rsa-sha256": hashes.SHA256,
    f"{MORE}rsa-sha512": hashes.SHA512,
}
_INSTRUCTION = re.compile(rb"<\?(?!xml\s)")
"""A processing instruction, which the reader leaves out and the canonical form does not."""
_COMMA = re.compile(r"(?<!\\),")


class Signed(Vihf):
    """An assertion with its signature, and the certificate that it carries."""

    __slots__ = ("certificate", "signature")

    def __init__(self, one: Vihf, signature: XmlNode) -> None:
        super().__init__(one, one.turn)
        self.signature = signature
        text = signature.value("ds:KeyInfo/ds:X509Data/ds:X509Certificate")
        self.certificate: Certificate | None = read_certificate(text) if text else None

    @property
    def reference(self) -> XmlNode | None:
        return self.signature.first("ds:SignedInfo/ds:Reference")

    @property
    def algorithm(self) -> str:
        return self.signature.value("ds:SignedInfo/ds:SignatureMethod", "Algorithm")

    @property
    def digest(self) -> str:
        return self.signature.value("ds:SignedInfo/ds:Reference/ds:DigestMethod", "Algorithm")


def signed(found: Conversation) -> list[Signed]:
    """The assertions with one signature."""
    pairs = [(one, one.all("ds:Signature")) for one in vihfs(found)]
    return [Signed(one, inside[0]) for one, inside in pairs if len(inside) == 1]


def certified(found: Conversation) -> list[Signed]:
    return [one for one in signed(found) if one.certificate is not None]


def digestible(found: Conversation) -> list[Signed]:
    """The signatures of the form that SAML asks for, by a digest that is known."""
    return [one for one in signed(found) if one.digest in DIGESTS and not _form_problem(one)]


def verifiable(found: Conversation) -> list[Signed]:
    return [one for one in certified(found) if one.algorithm in ALGORITHMS]


def _form_problem(node: Signed) -> str:
    """What the reference should be and is not; "" where it is."""
    own = f"#{node.get('ID')}"
    if len(node.signature.all("ds:SignedInfo/ds:Reference")) != 1 or node.reference is None:
        return "1"
    top = node.element.getroottree().getroot()
    bearers = sum(one.get("ID") == node.get("ID") for one in top.iter(etree.Element))
    if node.reference.get("URI") != own or not node.get("ID") or bearers != 1:
        return own
    names = [one.get("Algorithm") for one in transforms_of(node.reference.element)]
    return "" if names == [ENVELOPED, EXCLUSIVE] else f"{ENVELOPED} {EXCLUSIVE}"


def _without_signature(node: Signed) -> etree._Element:
    """The assertion in a copy of its message, so that what is declared above it stays so."""
    tree = node.element.getroottree()
    copy = deepcopy(tree)
    found = copy.find(tree.getelementpath(node.element))
    assert found is not None
    for one in found.findall(f"{{{DSIG}}}Signature"):
        remove(one)
    return found


def _names(text: str) -> list[tuple[str, str]]:
    """The attributes of a distinguished name, whatever their order and blanks."""
    pairs = [one.strip().partition("=") for one in _COMMA.split(text)]
    return sorted((key.strip().upper(), value.strip().replace("\\", "")) for key, _, value in pairs)


@rule("F-VI-SIGN-ABSENT", over=vihfs, verifies=("F-VI-SIGN-ABSENT",))
def assertion_unsigned(node: Vihf) -> Iterator[Defect]:
    """The assertion has one signature, enveloped.

    Why: anybody can write an unsigned assertion in the name of anybody.
    Fix: sign the assertion with the key of the structure.
    """
    found = node.all("ds:Signature")
    if len(found) != 1:
        yield node.defect(expected="1", actual=len(found) or None, child="Signature")


@rule("F-VI-SIGN-CERTIFICATE", over=signed, verifies=("F-VI-SIGN-CERTIFICATE",))
def certificate_unreadable(node: Signed) -> Iterator[Defect]:
    """The signature carries the certificate of its key.

    Why: nobody can verify it otherwise.
    Fix: write the certificate of the structure in KeyInfo/X509Data/X509Certificate.
    """
    if node.certificate is None:
        yield node.signature.defect(expected="X.509", child="KeyInfo/X509Data/X509Certificate")


@rule("F-VI-SIGN-FORM", over=signed, verifies=("F-VI-SIGN-FORM",))
def reference_elsewhere(node: Signed) -> Iterator[Defect]:
    """The signature refers to its assertion, whole, and to nothing else.

    Why: what it does not refer to is not signed: another assertion passes under it.
    Fix: write one Reference to the ID of the assertion, which no other element has.
    """
    wanted = _form_problem(node)
    if wanted:
        actual = node.reference.get("URI") if node.reference is not None else None
        yield node.signature.defect(expected=wanted, actual=actual, child="SignedInfo/Reference")


@rule("F-VI-SIGN-DIGEST", over=digestible, verifies=("F-VI-SIGN-DIGEST",))
def digest_wrong(node: Signed) -> Iterator[Defect]:
    """The assertion is what was signed.

    Why: it was changed, or indented, after it was signed.
    Fix: sign last; write the signed element as it is.
    """
    assert node.reference is not None
    if _INSTRUCTION.search(node.turn.request.entity):
        raise Undecided("instructions")
    octets = canonical(_without_signature(node), transforms_of(node.reference.element)[-1])
    made = b64encode(DIGESTS[node.digest](octets).digest()).decode()
    stated = "".join(node.reference.value("ds:DigestValue").split())
    if made != stated:
        yield node.reference.defect(expected=made, actual=stated or None, child="DigestValue")


@rule("F-VI-SIGN-VALUE", over=verifiable, verifies=("F-VI-SIGN-VALUE",))
def signature_wrong(node: Signed) -> Iterator[Defect]:
    """The signature is one of the key of the certificate that it carries.

    Why: otherwise anybody may have written it.
    Fix: sign with the private key of that certificate.
    """
    assert node.certificate is not None
    info = node.signature.first("ds:SignedInfo")
    method = info.value("ds:CanonicalizationMethod", "Algorithm") if info else ""
    if method not in ("", EXCLUSIVE):
        raise Undecided("canonicalization")
    stated = node.signature.value("ds:SignatureValue")
    algorithm = ALGORITHMS[node.algorithm]()
    good = info is not None and verifies(node.certificate, stated, info.element, algorithm)
    if not method or not good:
        shown = "".join(stated.split())[:24]
        yield node.signature.defect(
            expected=node.algorithm, actual=shown or None, child="SignatureValue"
        )


@rule("F-VI-01-SIGNER", over=certified, verifies=("F-VI-01-SIGNER",))
def issuer_is_another(node: Signed) -> Iterator[Defect]:
    """The issuer is the subject of the certificate that signed.

    Why: the DMP refuses an assertion that one signs in the name of another.
    Fix: write the distinguished name of the certificate.
    """
    assert node.certificate is not None
    stated = node.value("{*}Issuer")
    if stated and _names(stated) != _names(node.certificate.subject):
        yield node.defect(expected=node.certificate.subject, actual=stated, child="Issuer")


@rule("F-VI-08", over=signed, verifies=("F-VI-08",))
def algorithm_obsolete(node: Signed) -> Iterator[Defect]:
    """Signature and digest are by SHA-256 or stronger.

    Why: the demonstrator signs by SHA-1, for which collisions are made.
    Fix: sign by rsa-sha256 and sha256, as the guide of the DMP in force says.
    """
    for path, found, weak in (
        ("SignatureMethod", node.algorithm, f"{DSIG}rsa-sha1"),
        ("Reference/DigestMethod", node.digest, f"{DSIG}sha1"),
    ):
        known = {**ALGORITHMS, **DIGESTS}
        if found == weak or found not in known:
            child = f"SignedInfo/{path}/@Algorithm"
            yield node.signature.defect(expected="SHA-256", actual=found or None, child=child)
