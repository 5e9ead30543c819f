"""Accession numbers and requests (PS3.3 C.7.2.1, C.17.6.2; DRIM-M A.4; MADO 6.X.2.6, .8, .11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from validators.kos import tags
from validators.kos.subject import Kos, Located, document, rule
from validators.model import Defect
from validators.reading.dicom import Item


def accession_numbers(kos: Kos) -> list[str]:
    """The distinct accession numbers of the requests, in the order of the file."""
    found = (item.text(tags.ACCESSION_NUMBER) for item in kos.requests)
    return list(dict.fromkeys(number for number in found if number))


def _document_when(kos: Kos, *, valued: bool, several: bool | None) -> Iterable[Located]:
    """The document, if its root accession number and its requests are as asked."""
    count = len(accession_numbers(kos))
    if bool(kos.root.text(tags.ACCESSION_NUMBER)) == valued and (
        several is None or (count and (count > 1) == several)
    ):
        return document(kos)
    return ()


def root_accession_present(kos: Kos) -> Iterable[Located]:
    return document(kos) if tags.ACCESSION_NUMBER in kos.root.elements else ()


def root_accession_valued(kos: Kos) -> Iterable[Located]:
    return _document_when(kos, valued=True, several=None)


def root_accession_issuers(kos: Kos) -> Iterable[Item]:
    return kos.root.items(tags.ISSUER_OF_ACCESSION_NUMBER)


def several_requests(kos: Kos) -> Iterable[Located]:
    return document(kos) if len(kos.requests) > 1 else ()


def root_accession_with_one_request(kos: Kos) -> Iterable[Located]:
    return _document_when(kos, valued=True, several=False)


def several_accessions(kos: Kos) -> Iterable[Located]:
    return document(kos) if len(accession_numbers(kos)) > 1 else ()


def single_accession(kos: Kos) -> Iterable[Located]:
    return document(kos) if len(accession_numbers(kos)) == 1 else ()


def requests_with_study(kos: Kos) -> Iterator[Located]:
    return (Located(item, kos) for item in kos.requests if item.text(tags.STUDY_INSTANCE_UID))


def requests_with_placer(kos: Kos) -> Iterator[Item]:
    return (item for item in kos.requests if item.text(tags.PLACER_ORDER_NUMBER))


def requests_in_order(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.requests else ()


@rule("KOS-ACC-01", over=root_accession_present, verifies=("DRIM-A-GEN-05-EMPTY",))
def root_accession_valued_in_drim_m(node: Located) -> Iterator[Defect]:
    """Accession Number (0008,0050) of the document is empty.

    Why: in DRIM-M the accession number lies in the requests, one for each.
    Fix: leave (0008,0050) empty at the root; write the number in (0040,A370).
    """
    found = node.item.text(tags.ACCESSION_NUMBER)
    if found:
        yield node.defect(expected="", actual=found, child="(0008,0050)")


@rule("KOS-ACC-02", over=root_accession_with_one_request,
      verifies=("DRIM-A-GEN-05-EQUAL", "IHE-MA45"))  # fmt: skip
def root_accession_differs(node: Located) -> Iterator[Defect]:
    """Accession Number (0008,0050) of the document equals that of its one request.

    Why: a reader that takes the one and a reader that takes the other file two examinations.
    Fix: copy the number of the request, or leave the root empty where the profile wants it so.
    """
    (expected,) = accession_numbers(node.kos)
    found = node.item.text(tags.ACCESSION_NUMBER)
    if found != expected:
        yield node.defect(expected=expected, actual=found, child="(0008,0050)")


@rule("KOS-ACC-03", over=several_accessions, verifies=("DRIM-A-GEN-05-EQUAL", "IHE-MA21"))
def root_accession_with_several_requests(node: Located) -> Iterator[Defect]:
    """Accession Number (0008,0050) of the document is empty where several requests are fulfilled.

    Why: one number cannot stand for several.
    Fix: leave (0008,0050) empty at the root; write each number in its request.
    """
    found = node.item.text(tags.ACCESSION_NUMBER)
    if found:
        yield node.defect(expected="", actual=found, child="(0008,0050)")


@rule("KOS-ACC-04", over=single_accession, verifies=("IHE-MA21-SINGLE",))
def root_accession_empty(node: Located) -> Iterator[Defect]:
    """Accession Number (0008,0050) of the document is that of its one request.

    Why: MADO readers look for a single accession number at the study.
    Fix: write the number at the root too, with its issuer.
    """
    if not node.item.text(tags.ACCESSION_NUMBER):
        (expected,) = accession_numbers(node.kos)
        yield node.defect(expected=expected, actual="", child="(0008,0050)")


@rule("KOS-ACC-05", over=root_accession_valued, verifies=("IHE-MA22",))
def root_accession_without_issuer(node: Located) -> Iterator[Defect]:
    """Where Accession Number (0008,0050) has a value, (0008,0051) names who assigned it.

    Why: accession numbers of two hospitals may be equal.
    Fix: add the item of Issuer of Accession Number Sequence (0008,0051).
    """
    if not node.item.items(tags.ISSUER_OF_ACCESSION_NUMBER):
        yield node.defect(expected="1", child="(0008,0051)")


@rule("KOS-ACC-06", over=root_accession_issuers, verifies=("DCM-S04",))
def root_issuer_without_identifier(item: Item) -> Iterator[Defect]:
    """An issuer of the accession number has a local or a universal entity identifier.

    Why: an issuer without identifier names nobody.
    Fix: write the OID of the issuer in (0040,0032), and ISO in (0040,0033).
    """
    if not (item.text(tags.UNIVERSAL_ENTITY_ID) or item.text(tags.LOCAL_ENTITY_ID)):
        yield item.defect(expected="(0040,0031) | (0040,0032)", child="(0040,0032)")


@rule("KOS-ACC-07", over=several_requests, verifies=("DRIM-A-GEN-05-EQUAL",))
def root_accession_for_several_requests(node: Located) -> Iterator[Defect]:
    """Accession Number (0008,0050) of the document is empty where several requests share it.

    Why: in DRIM-M the number belongs to each request, however many there are.
    Fix: leave (0008,0050) empty at the root.
    """
    found = node.item.text(tags.ACCESSION_NUMBER)
    if found and len(accession_numbers(node.kos)) == 1:
        yield node.defect(expected="", actual=found, child="(0008,0050)")


@rule("KOS-REQ-20", over=requests_with_study,
      verifies=("DCM-D07", "DRIM-A-REQ-05", "DRIM-A-GEN-14", "IHE-MA41"))  # fmt: skip
def request_for_another_study(node: Located) -> Iterator[Defect]:
    """Study Instance UID of each request equals that of the document.

    Why: the request would be filed with images that it did not ask for.
    Fix: copy (0020,000D) of the document into the request.
    """
    expected = node.kos.root.text(tags.STUDY_INSTANCE_UID)
    found = node.item.text(tags.STUDY_INSTANCE_UID)
    if expected and found != expected:
        yield node.defect(expected=expected, actual=found, child="(0020,000D)")


@rule("KOS-REQ-21", over=requests_with_placer, verifies=("IHE-MA43",))
def placer_order_without_authority(item: Item) -> Iterator[Defect]:
    """Where Placer Order Number has a value, Order Placer Identifier Sequence names its authority.

    Why: order numbers of two placers may be equal.
    Fix: add one item of (0040,0026) with the OID of the placer.
    """
    placers = item.items(tags.ORDER_PLACER)
    if not placers or not placers[0].text(tags.UNIVERSAL_ENTITY_ID):
        yield item.defect(expected="(0040,0032)", child="(0040,0026)")


@rule("KOS-REQ-22", over=requests_in_order, verifies=("IHE-MA40", "IHE-MA44", "DRIM-A-REQ-01"))
def request_repeated(node: Located) -> Iterator[Defect]:
    """No two requests have the same accession number and the same placer order number.

    Why: a repeated request is counted twice by those who match orders.
    Fix: write one item for each pair of accession number and placer order number.
    """
    pairs = Counter(
        (
            item.text(tags.ACCESSION_NUMBER),
            item.text(tags.PLACER_ORDER_NUMBER),
            _assigned_by(item, tags.ISSUER_OF_ACCESSION_NUMBER),
            _assigned_by(item, tags.ORDER_PLACER),
        )
        for item in node.kos.requests
    )
    for (accession, order, *_), count in pairs.items():
        if count > 1 and (accession or order):
            yield node.defect(
                expected="1", actual=f"{count}: {accession} {order}", child="(0040,A370)"
            )


def _assigned_by(request: Item, sequence: int) -> str:
    """The authority that assigned a number; two authorities may assign the same one."""
    found = request.items(sequence)
    return found[0].text(tags.UNIVERSAL_ENTITY_ID) if found else ""
