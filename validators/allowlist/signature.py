"""The signature: its place, its algorithms, what it digests (XML Signature 1.1; G-WL-05, 06)."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives import hashes
from lxml import etree

from validators.allowlist.canonical import digested, form_problem
from validators.allowlist.subject import (
    AllowList,
    Signature,
    rule,
    signed_by_someone,
    the_signature,
    whole_list,
)
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.signing.certificates import DIGESTS
from validators.signing.xml_signature import EXCLUSIVE, transforms_of, verifies

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"


class Reference(XmlNode):
    """A reference, with the same element of the document as it was signed."""

    __slots__ = ("document", "signed")

    def __init__(self, node: XmlNode, signed: etree._Element, document: etree._Element) -> None:
        super().__init__(node.element)
        self.signed = signed
        self.document = document


class Counted(XmlNode):
    """The list with its signatures."""

    __slots__ = ("found",)

    def __init__(self, root: XmlNode, found: list[XmlNode]) -> None:
        super().__init__(root.element)
        self.found = found


def the_list(allowlist: AllowList) -> Iterable[Counted]:
    return (Counted(allowlist.root, allowlist.signatures),)


def the_signed_list(allowlist: AllowList) -> Iterable[Counted]:
    """The list where it has a signature."""
    return the_list(allowlist) if allowlist.signatures else ()


def references(allowlist: AllowList) -> list[Reference]:
    one = allowlist.signature
    if one is None:
        return []
    found = one.all("ds:SignedInfo/ds:Reference")
    signed = one.signed.findall("{*}SignedInfo/{*}Reference")
    pairs = zip(found, signed, strict=False)
    return [Reference(node, element, one.document) for node, element in pairs]


def digestible(allowlist: AllowList) -> list[Reference]:
    """The references of an allowed form, by an algorithm that is known."""
    return [
        one
        for one in references(allowlist)
        if one.value("ds:DigestMethod", "Algorithm") in DIGESTS and not form_problem(one.signed)
    ]


def verifiable(allowlist: AllowList) -> list[Signature]:
    """The signature by a key and an algorithm that are known."""
    method = "ds:SignedInfo/ds:SignatureMethod"
    return [
        one for one in signed_by_someone(allowlist) if one.value(method, "Algorithm") == RSA_SHA256
    ]


@rule("G-WL-05", over=the_list, verifies=("G-WL-05",))
def signature_absent(root: Counted) -> Iterator[Defect]:
    """The list is signed.

    Why: a list that nobody signed lets anybody into the network.
    Fix: take the list as ANS publishes it; keep the last valid one meanwhile.
    """
    if not root.found:
        yield root.defect(expected="ds:Signature", child="Signature")


@rule("G-WL-06-ONE", over=the_signed_list, verifies=("G-WL-06-ONE",))
def signature_elsewhere(root: Counted) -> Iterator[Defect]:
    """There is one signature, the last child of the root.

    Why: with two, or one inside another element, what is signed is not what is read.
    Fix: sign the whole list once, the signature enveloped at its end.
    """
    if len(root.found) != 1:
        yield root.defect(expected="1", actual=len(root.found), child="Signature")
    elif list(root.element)[-1] is not root.found[0].element:
        yield root.found[0].defect(
            expected="/ListeBlancheDRIM-M/*[last()]", actual=root.found[0].path
        )


@rule("G-WL-06-IDS", over=whole_list, verifies=("G-WL-06-IDS",))
def identifier_repeated(root: XmlNode) -> Iterator[Defect]:
    """No Id stands twice in the document.

    Why: a reference by Id could be checked on one element and read on the other.
    Fix: give each element an Id of its own.
    """
    found = [XmlNode(one) for one in root.element.iter(etree.Element) if one.get("Id") is not None]
    count = Counter(one.get("Id") for one in found)
    for one in found:
        if count[one.get("Id")] > 1:
            yield one.defect(expected="1", actual=one.get("Id"), child="@Id")


@rule("G-WL-06-ALGORITHM", over=the_signature, verifies=("G-WL-06-ALGORITHM",))
def algorithm_not_allowed(signature: Signature) -> Iterator[Defect]:
    """Algorithms are exclusive C14N, RSA with SHA-256, and digests by SHA-256 or SHA-512.

    Why: weaker ones can be forged, and DRIMboxes verify no others.
    Fix: sign as XAdES-BASELINE-B with rsa-sha256.
    """
    allowed = (
        ("ds:SignedInfo/ds:CanonicalizationMethod", (EXCLUSIVE,)),
        ("ds:SignedInfo/ds:SignatureMethod", (RSA_SHA256,)),
        ("ds:SignedInfo/ds:Reference/ds:DigestMethod", tuple(DIGESTS)),
    )
    for path, values in allowed:
        found = signature.all(path)
        if not found:
            yield signature.defect(expected=values[0], child=path.replace("ds:", ""))
        for one in found:
            if one.get("Algorithm") not in values:
                yield one.defect(expected=" | ".join(values), actual=one.get("Algorithm"))


@rule("G-WL-06-TRANSFORM", over=references, verifies=("G-WL-06-TRANSFORM",))
def transform_not_allowed(reference: Reference) -> Iterator[Defect]:
    """The list is digested whole but for the signature, everything in exclusive C14N.

    Why: any other transform could leave a domain out of what is signed.
    Fix: use enveloped-signature, or the filter that subtracts it, then exclusive C14N.
    """
    wanted = form_problem(reference.signed)
    if wanted:
        found = [one.get("Algorithm", "") for one in transforms_of(reference.signed)]
        yield reference.defect(expected=wanted, actual=" ".join(found), child="Transforms")


@rule("G-WL-06-REFERENCE", over=the_signature, verifies=("G-WL-06-REFERENCE",))
def list_not_referenced(signature: Signature) -> Iterator[Defect]:
    """The signature refers to the whole document and to its own signed properties, no more.

    Why: what it does not refer to is not signed, whoever wrote it.
    Fix: write one Reference with URI="", and one to the Id of SignedProperties.
    """
    properties = signature.first("ds:Object/xades:QualifyingProperties/xades:SignedProperties")
    own = f"#{properties.get('Id')}" if properties is not None else "#"
    found = signature.all("ds:SignedInfo/ds:Reference")
    for uri, kind in (("", ""), (own, SIGNED_PROPERTIES)):
        matching = [one for one in found if one.get("URI") == uri and one.has("URI")]
        if len(matching) != 1:
            yield signature.defect(
                expected=f'URI="{uri}"', actual=len(matching), child="SignedInfo/Reference"
            )
        elif kind and matching[0].get("Type") != kind:
            yield matching[0].defect(
                expected=kind, actual=matching[0].get("Type") or None, child="@Type"
            )
    for one in found:
        if not one.has("URI") or (one.get("URI") and not one.get("URI").startswith("#")):
            yield one.defect(expected="#", actual=one.get("URI"), child="@URI")


@rule("G-WL-06-DIGEST", over=digestible, verifies=("G-WL-06-DIGEST",))
def digest_wrong(reference: Reference) -> Iterator[Defect]:
    """What the signature refers to is what was signed.

    Why: the list was changed, or corrupted, after it was signed.
    Fix: download it again; never edit or indent it.
    """
    algorithm = DIGESTS[reference.value("ds:DigestMethod", "Algorithm")]
    try:
        octets = digested(reference.document, reference.signed)
    except LookupError as error:
        yield reference.defect(expected=error.args[0], child="@URI")
        return
    made = b64encode(algorithm(octets).digest()).decode()
    stated = "".join(reference.value("ds:DigestValue").split())
    if made != stated:
        yield reference.defect(expected=made, actual=stated or None, child="DigestValue")


@rule("G-WL-06-VALUE", over=verifiable, verifies=("G-WL-06-VALUE",))
def signature_value_wrong(signature: Signature) -> Iterator[Defect]:
    """The signature is one of the key of the certificate that it names.

    Why: otherwise anybody may have written it.
    Fix: sign with the private key of that certificate.
    """
    assert signature.signer is not None
    info = signature.signed.find("{*}SignedInfo")
    stated = signature.value("ds:SignatureValue")
    if info is None or not verifies(signature.signer, stated, info, hashes.SHA256()):
        yield signature.defect(
            expected=RSA_SHA256, actual=stated[:24] or None, child="SignatureValue"
        )
