"""A list that carries its signature: XAdES-BASELINE-B, enveloped (DRIM-M G-WL-06, 07; EN 319 132).

Both ways to take the signature out of what is signed are known: xmldsig-filter2 (lists of 2024
and 2025) and enveloped-signature (2026).
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from reference_drimbox.signing import DS_NAMESPACE, ENVELOPED, EXCLUSIVE, canonical
from reference_drimbox.xml import Element, NotXml, parsed

FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
PREFIXES = {"ds": DS_NAMESPACE, "f": FILTER, "x": XADES}
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
METHODS: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512(),
}
LONGEST_CHAIN = 6


class NotTrusted(Exception):
    """A list that must not be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The certificates that a signer must lead to, and its name: CN, and OU."""

    anchors: Sequence[x509.Certificate]
    common_name: str
    unit: str


def verified(raw: bytes, trust: Trust, at: datetime) -> Element:
    """The root of a list whose signature holds. Raises NotTrusted."""
    try:
        root = parsed(raw)
    except NotXml as problem:
        raise NotTrusted(str(problem)) from None
    signatures = root.findall(".//ds:Signature", PREFIXES)
    if len(signatures) != 1 or signatures[0].getparent() is not root:
        raise NotTrusted("it has no signature, or not one as a child of the root")
    signature = signatures[0]
    if signature.getnext() is not None:
        raise NotTrusted("the signature is not the last child")
    certificates = _certificates(signature)
    signer = certificates[0]
    _check_references(root, signature)
    _check_value(signature, signer)
    _check_signing_certificate(signature, signer)
    _check_name(signer, trust)
    _check_chain(signer, certificates[1:], trust, at)
    return root


def _one(owner: Element, path: str) -> Element:
    found = owner.findall(path, PREFIXES)
    if len(found) != 1:
        raise NotTrusted(f"the signature has not one {path.rpartition(':')[2]}")
    return found[0]


def _bytes(text: str | None) -> bytes:
    try:
        return b64decode("".join((text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotTrusted("the signature is unreadable") from None


def _certificates(signature: Element) -> list[x509.Certificate]:
    found = []
    for one in signature.iterfind("ds:KeyInfo/ds:X509Data/ds:X509Certificate", PREFIXES):
        try:
            found.append(x509.load_der_x509_certificate(_bytes(one.text)))
        except ValueError:
            raise NotTrusted("a certificate of the signature is unreadable") from None
    if not found:
        raise NotTrusted("the signature has no certificate")
    return found


def _check_references(root: Element, signature: Element) -> None:
    """One reference covers the whole list, one the signed properties, and both digests hold."""
    whole = properties = 0
    for one in signature.findall("ds:SignedInfo/ds:Reference", PREFIXES):
        transforms = _transforms(one)
        if one.get("URI") == "":
            if transforms not in ([ENVELOPED, EXCLUSIVE], [FILTER, EXCLUSIVE]):
                raise NotTrusted("the list is signed under other transforms")
            data, whole = canonical(_without_signature(root)), whole + 1
        elif one.get("Type") == SIGNED_PROPERTIES:
            data, properties = _properties(signature, one, transforms), properties + 1
        else:
            raise NotTrusted("something else is signed")
        algorithm = DIGESTS.get(_one(one, "ds:DigestMethod").get("Algorithm", ""))
        if algorithm is None:
            raise NotTrusted("the digest is of an obsolete algorithm")
        made = hashlib.new(algorithm, data).digest()
        if made != _bytes(_one(one, "ds:DigestValue").text):
            raise NotTrusted("it was changed after it was signed")
    if (whole, properties) != (1, 1):
        raise NotTrusted("the signature does not cover the whole list and its own properties")


def _transforms(reference: Element) -> list[str]:
    """The algorithms of a reference; the filter is known in one form only."""
    found = []
    for one in reference.iterfind("ds:Transforms/ds:Transform", PREFIXES):
        algorithm = one.get("Algorithm", "")
        if algorithm == FILTER:
            path = _one(one, "f:XPath")
            namespaces = {prefix or "": uri for prefix, uri in path.nsmap.items()}
            text = "".join((path.text or "").split())
            prefix = next((p for p, uri in namespaces.items() if uri == DS_NAMESPACE), None)
            forms = (f"/descendant::{prefix}:Signature", f"//{prefix}:Signature")
            if path.get("Filter") != "subtract" or text not in forms:
                raise NotTrusted("the list is signed under another filter")
        found.append(algorithm)
    return found


def _without_signature(root: Element) -> Element:
    made = deepcopy(root)
    signature = _one(made, "ds:Signature")
    before, tail = signature.getprevious(), signature.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        made.text = (made.text or "") + tail
    made.remove(signature)
    return made


def _properties(signature: Element, reference: Element, transforms: list[str]) -> bytes:
    found = signature.findall("ds:Object/x:QualifyingProperties/x:SignedProperties", PREFIXES)
    if len(found) != 1 or reference.get("URI") != f"#{found[0].get('Id')}":
        raise NotTrusted("the signed properties are elsewhere")
    if transforms != [EXCLUSIVE]:
        raise NotTrusted("the signed properties are signed under other transforms")
    return canonical(found[0])


def _check_value(signature: Element, signer: x509.Certificate) -> None:
    info = _one(signature, "ds:SignedInfo")
    method = METHODS.get(_one(info, "ds:SignatureMethod").get("Algorithm", ""))
    form = _one(info, "ds:CanonicalizationMethod").get("Algorithm")
    key = signer.public_key()
    if method is None or form != EXCLUSIVE or not isinstance(key, rsa.RSAPublicKey):
        raise NotTrusted("the signature is of another algorithm")
    value = _bytes(_one(signature, "ds:SignatureValue").text)
    try:
        key.verify(value, canonical(info), padding.PKCS1v15(), method)
    except InvalidSignature:
        raise NotTrusted("the signature does not hold") from None


def _check_signing_certificate(signature: Element, signer: x509.Certificate) -> None:
    """The signed properties name the certificate, in the first or second form of XAdES."""
    path = "ds:Object/x:QualifyingProperties/x:SignedProperties/x:SignedSignatureProperties"
    properties = _one(signature, path)
    for name in ("SigningCertificate", "SigningCertificateV2"):
        for one in properties.iterfind(f"x:{name}/x:Cert/x:CertDigest", PREFIXES):
            algorithm = DIGESTS.get(_one(one, "ds:DigestMethod").get("Algorithm", ""))
            wanted = _bytes(_one(one, "ds:DigestValue").text)
            der = signer.public_bytes(Encoding.DER)
            if algorithm and hashlib.new(algorithm, der).digest() == wanted:
                return
    raise NotTrusted("the signed properties name another certificate")


def _check_name(signer: x509.Certificate, trust: Trust) -> None:
    for oid, wanted in (
        (NameOID.COMMON_NAME, trust.common_name),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, trust.unit),
    ):
        if wanted not in [one.value for one in signer.subject.get_attributes_for_oid(oid)]:
            raise NotTrusted("the signer is not the one that signs allow-lists")


def _check_chain(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    trust: Trust,
    at: datetime,
) -> None:
    """A chain of valid certificates leads from the signer to an anchor."""
    current = signer
    for _ in range(LONGEST_CHAIN):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            raise NotTrusted("a certificate of the signature is not valid now")
        for anchor in trust.anchors:
            if anchor == current or _issued(current, anchor):
                return
        above = next((one for one in others if one != current and _issued(current, one)), None)
        if above is None:
            break
        current = above
    raise NotTrusted("the signer leads to no certificate that is trusted")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return constraints.value.ca
