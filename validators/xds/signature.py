"""The signature of the lot: its manifest and its entry (ITI TF-3 5.5; DRIM-M B-KX-34).

The signature itself is not verified: the certificates of structures are not part of this suite.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.xml import XmlNode, read
from validators.xds import schemes
from validators.xds.codes import MASKING
from validators.xds.subject import Entry, Submission, kos_entries, rule, signature_entries

SHA1_ALGORITHM, SHA1_DIGEST = "rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1"
DIGESTS = {
    SHA1_DIGEST: hashlib.sha1,
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
PLACEHOLDER = "AA=="
DEFAULT_MASKS = ("MASQUE_PS", "INVISIBLE_PATIENT")


class Signed(XmlNode):
    """The signature document, with the KOS and the submission set of its lot."""

    __slots__ = ("kos", "lot")

    def __init__(self, root: XmlNode, kos: list[Entry], lot: str) -> None:
        super().__init__(root.element)
        self.kos = kos
        self.lot = lot

    def references(self) -> list[XmlNode]:
        """The references of the manifest."""
        return self.all(".//{*}Manifest/{*}Reference")


def signatures(submission: Submission) -> list[Signed]:
    """The signature documents that came with the metadata and can be read."""
    kos = [one for one in kos_entries(submission) if one.content is not None]
    lots = [one.external_value(schemes.SET_UNIQUE_ID) for one in submission.sets]
    found = []
    for entry in signature_entries(submission):
        file = read(entry.content, tolerant=True) if entry.content is not None else None
        if file is not None and file.root is not None:
            found.append(Signed(file.root, kos, lots[0] if lots else ""))
    return found


def signed_kos(submission: Submission) -> Iterable[Signed]:
    return [one for one in signatures(submission) if one.kos]


@rule("XDS-SIG-01", over=signed_kos, verifies=("XDS-SIG-01",), needs=("documents",))
def kos_not_signed(node: Signed) -> Iterator[Defect]:
    """The manifest of the signature lists the KOS, with the digest of its bytes.

    Why: the signature is of what the manifest lists, and of nothing else.
    Fix: write a reference urn:oid:<unique id of the KOS> with the digest of the bytes sent.
    """
    references = {one.get("URI"): one for one in node.references()}
    for entry in node.kos:
        wanted = f"urn:oid:{entry.unique_id}"
        found = references.get(wanted)
        if found is None:
            yield node.defect(expected=wanted, child="Object/Manifest/Reference/@URI")
            continue
        digest = DIGESTS.get(found.value("{*}DigestMethod", "Algorithm"))
        real = b64encode(digest(entry.content or b"").digest()).decode() if digest else "SHA"
        if found.value("{*}DigestValue") != real:
            actual = found.value("{*}DigestValue")
            yield found.defect(expected=real, actual=actual or None, child="DigestValue")


@rule("XDS-SIG-02", over=signatures, verifies=("XDS-SIG-02",), needs=("documents",))
def lot_not_listed(node: Signed) -> Iterator[Defect]:
    """The manifest lists the submission set, by digest or by the placeholder.

    Why: the signature is of the lot; every official sample lists it with a dummy digest.
    Fix: write a reference urn:oid:<unique id of the submission set>.
    """
    found = {one.get("URI") for one in node.references()}
    if node.lot and f"urn:oid:{node.lot}" not in found:
        expected = f"urn:oid:{node.lot}"
        yield node.defect(expected=expected, child="Object/Manifest/Reference/@URI")


@rule("XDS-SIG-03", over=signatures, verifies=("XDS-SIG-03",), needs=("documents",))
def signature_with_sha_1(node: Signed) -> Iterator[Defect]:
    """The signature is made with SHA-256.

    Why: SHA-1 no longer proves who signed; the official samples of 2023 still have it.
    Fix: sign with rsa-sha256, where the DMP accepts it.
    """
    found = node.value("{*}SignedInfo/{*}SignatureMethod", "Algorithm")
    if found.endswith(SHA1_ALGORITHM):
        yield node.defect(expected="rsa-sha256", actual=found, child="SignedInfo/SignatureMethod")


@rule("XDS-SIG-04", over=signature_entries, verifies=("XDS-SIG-04",))
def signature_not_masked(entry: Entry) -> Iterator[Defect]:
    """The entry of the signature is masked from professionals and patient.

    Why: nobody needs to see it in the list; every official sample masks it.
    Fix: write MASQUE_PS and INVISIBLE_PATIENT beside N.
    """
    found = {one.code for one in entry.codes(schemes.CONFIDENTIALITY) if one.scheme == MASKING}
    for wanted in DEFAULT_MASKS:
        if wanted not in found:
            yield entry.defect(expected=wanted, child=f"Classification[{schemes.CONFIDENTIALITY}]")
