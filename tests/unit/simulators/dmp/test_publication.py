"""The DMP simulator takes publications: what it registers, replaces, deletes and refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from simulators import dmp
from simulators.dmp.names import (
    APPROVED,
    DELETED,
    DEPRECATED,
    FAILURE,
    PREFIXES,
    SUCCESS,
)
from simulators.dmp.queries import FIND
from testdata.conversation import Hop, publication
from testdata.metadata.submission import request_element
from testdata.publication import Generation, lot_of
from tests.unit.simulators.dmp.conftest import (
    ALPHA,
    FIRST,
    KOS,
    SECOND,
    STATUS,
    WHO,
    Peer,
    documents_of,
    serving,
)


def test_a_publication_by_mtom_and_one_by_base64_are_the_same(peer: Peer) -> None:
    assert peer.publish(FIRST).status == SUCCESS
    assert peer.kept[-1].response[:15] == b"HTTP/1.1 200 OK"
    with serving() as other:
        answer = other.submit(request_element(lot_of(FIRST)), documents_of(FIRST))
        assert answer.status == SUCCESS
        assert answer.kind.startswith("application/soap+xml")
        held = [[(one.unique_id, one.content, one.status) for one in each.store.holdings()]
                for each in (peer, other)]  # fmt: skip
        assert held[0] == held[1]
        assert len(held[0]) == 2


def test_a_replacement_makes_the_old_entry_deprecated() -> None:
    store = dmp.Store()
    store.preload(FIRST)
    with serving(store=store) as peer:
        assert peer.publish(SECOND).status == SUCCESS
        states = {one.unique_id: one.status for one in store.holdings() if one.is_kos}
        assert states == {FIRST.uid: DEPRECATED, SECOND.uid: APPROVED}
        again = request_element(replace(lot_of(Generation(ALPHA, ALPHA.study, 3)),
                                        replaces=FIRST.entry_uuid))  # fmt: skip
        answer = peer.submit(again, documents_of(Generation(ALPHA, ALPHA.study, 3)))
        assert answer.errors == ["XDSRegistryDeprecatedDocumentError"]
        assert len(store.holdings()) == 4


def test_a_duplicate_is_refused(peer: Peer) -> None:
    peer.publish(FIRST)
    again = peer.publish(FIRST)
    assert again.status == FAILURE
    assert set(again.errors) == {"XDSDuplicateUniqueIdInRegistry"}
    other = documents_of(FIRST) | {"DocumentKOS": b"other"}
    request = request_element(lot_of(FIRST))
    for name in ("hash", "size"):
        for slot in request.iterfind(f".//rim:Slot[@name='{name}']", PREFIXES):
            parent = slot.getparent()
            assert parent is not None
            parent.remove(slot)
    assert "XDSNonIdenticalHash" in peer.submit(request, other).errors
    assert len(peer.store.holdings()) == 2


def test_of_submissions_at_once_one_is_registered(peer: Peer) -> None:
    with ThreadPoolExecutor(8) as workers:
        answers = list(workers.map(peer.publish, [FIRST] * 8))
    assert sorted(one.status for one in answers) == [FAILURE] * 7 + [SUCCESS]
    assert len(peer.store.holdings()) == 2


def test_a_patient_without_record_is_refused() -> None:
    with serving(store=dmp.Store()) as peer:
        answer = peer.publish(FIRST)
        assert (answer.status, answer.errors) == (FAILURE, ["XDSUnknownPatientId"])
        assert peer.store.holdings() == []
    with serving(store=dmp.Store(anyone=True)) as peer:
        assert peer.publish(FIRST).status == SUCCESS


def _without(path: str) -> Any:
    def change(request: etree._Element, _documents: dict[str, bytes]) -> None:
        for one in request.xpath(path, namespaces=PREFIXES):  # type: ignore[union-attr]
            one.getparent().remove(one)  # type: ignore[union-attr]

    return change


def _valued(path: str, name: str, value: str) -> Any:
    def change(request: etree._Element, _documents: dict[str, bytes]) -> None:
        for one in request.xpath(path, namespaces=PREFIXES):  # type: ignore[union-attr]
            one.set(name, value)  # type: ignore[union-attr]

    return change


ENTRY = "//rim:ExtrinsicObject[@id='DocumentKOS']"
TYPE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
ENTRY_PATIENT = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_UNIQUE = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (_without("//rim:RegistryPackage"), "XDSRegistryMetadataError"),
        (_without(f"{ENTRY}/rim:Classification[@classificationScheme='{TYPE}']"),
         "XDSRegistryMetadataError"),
        (_without(f"{ENTRY}/rim:Slot[@name='creationTime']"), "XDSRegistryMetadataError"),
        (_without("//rim:RegistryPackage/rim:ExternalIdentifier[3]"), "XDSRegistryMetadataError"),
        (_valued(f"{ENTRY}/rim:ExternalIdentifier[@identificationScheme='{ENTRY_PATIENT}']",
                 "value", "1^^^&1.2&ISO^NH"), "XDSPatientIdDoesNotMatch"),
        (_valued(f"//rim:ExternalIdentifier[@identificationScheme='{ENTRY_UNIQUE}']",
                 "value", "1.2.3"), "XDSDuplicateUniqueIdInMessage"),
        (_valued("//rim:Association[2]", "targetObject", "nothing"),
         "UnresolvedReferenceException"),
        (lambda _request, documents: documents.pop("Signature01"), "XDSMissingDocument"),
        (lambda _request, documents: documents.update(Other=b"x"), "XDSMissingDocumentMetadata"),
        (lambda _request, documents: documents.update(DocumentKOS=b"x"),
         "XDSRepositoryMetadataError"),
    ],
)  # fmt: skip
def test_a_submission_that_is_not_whole_is_refused(peer: Peer, change: Any, error: str) -> None:
    request, documents = request_element(lot_of(FIRST)), documents_of(FIRST)
    change(request, documents)
    answer = peer.submit(request, documents)
    assert answer.status == FAILURE
    assert set(answer.errors) == {error}
    assert peer.store.holdings() == []


def test_a_replacement_of_nothing_is_refused(peer: Peer) -> None:
    assert peer.publish(SECOND).errors == ["UnresolvedReferenceException"]


def _deletion(old: str = "", new: str = "") -> Hop:
    hop = publication(ALPHA)[1]
    assert old.encode() in hop.request
    return Hop(hop.url, hop.request.replace(old.encode(), new.encode()), b"")


def test_the_structure_of_the_author_deletes(peer: Peer) -> None:
    peer.publish(FIRST)
    number = ALPHA.structure.identifier
    refused = [
        peer.play(_deletion(f"AttributeValue>{number}<", "AttributeValue>1000000001<")),
        peer.play(_deletion("2010:StatusType:Deleted", "2010:StatusType:Archived")),
        peer.play(_deletion(f"{APPROVED}</", f"{DEPRECATED}</")),
    ]
    assert [one.errors for one in refused] == [["XDSMetadataUpdateError"]] * 3
    stranger = peer.play(_deletion(f'value="{ALPHA.patient.ins}', 'value="279035121518989'))
    assert stranger.errors == ["XDSPatientIdDoesNotMatch"]
    assert peer.retrieve(FIRST.uid).status == SUCCESS
    assert peer.play(_deletion()).status == SUCCESS
    assert [one.status for one in peer.store.holdings() if one.is_kos] == [DELETED]
    assert peer.search(FIND, [WHO, STATUS, KOS]).entries == []
    assert peer.retrieve(FIRST.uid).errors == ["XDSDocumentUniqueIdError"]
    assert peer.play(_deletion()).errors == ["XDSMetadataUpdateError"]
