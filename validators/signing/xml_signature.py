"""Signatures of XML by RSA (XML Signature 1.1, Exclusive XML C14N 1.0)."""

from __future__ import annotations

import binascii
from base64 import b64decode

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree

from validators.reading.xml import NAMESPACES
from validators.signing.certificates import Certificate

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
TRANSFORMS = f"{{{NAMESPACES['ds']}}}Transforms/{{{NAMESPACES['ds']}}}Transform"


def canonical(
    tree: etree._Element | etree._ElementTree, method: etree._Element | None = None
) -> bytes:
    """The exclusive canonical form of an element or of a document, without comments.

    Raises LookupError where it has none: a namespace that is relative, for example.
    """
    prefixes = _inclusive_prefixes(method)
    try:
        return etree.tostring(
            tree, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes
        )
    except etree.C14NError as error:
        raise LookupError(str(error)) from error


def _inclusive_prefixes(method: etree._Element | None) -> list[str] | None:
    """The prefixes that stay wherever they are declared, as the method lists them."""
    found = None if method is None else method.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    return found.get("PrefixList", "").split() or None if found is not None else None


def transforms_of(reference: etree._Element) -> list[etree._Element]:
    return reference.findall(TRANSFORMS)


def remove(element: etree._Element) -> None:
    """Take an element out of its tree and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    element.tail = None
    parent.remove(element)


def verifies(
    certificate: Certificate,
    value: str,
    info: etree._Element,
    algorithm: hashes.HashAlgorithm,
) -> bool:
    """Whether ``value``, in base64, signs SignedInfo with the RSA key of the certificate.

    ``info`` is taken in its exclusive canonical form.
    """
    key = certificate.parsed.public_key()
    method = info.find(f"{{{NAMESPACES['ds']}}}CanonicalizationMethod")
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        octets = b64decode("".join(value.split()), validate=True)
        key.verify(octets, canonical(info, method), padding.PKCS1v15(), algorithm)
    except (binascii.Error, ValueError, InvalidSignature, UnsupportedAlgorithm, LookupError):
        return False
    return True
