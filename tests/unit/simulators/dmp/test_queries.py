"""The DMP simulator is searched: what it finds, and the documents that it delivers."""

from __future__ import annotations

import pytest

from simulators.dmp.names import (
    APPROVED,
    DEPRECATED,
    FAILURE,
    PARTIAL,
    PREFIXES,
    SUCCESS,
)
from simulators.dmp.queries import FIND, FIND_BY_REFERENCE, GET_DOCUMENTS
from testdata.conversation.dmp import REPOSITORY
from testdata.publication import kos_file, lot_of
from tests.unit.simulators.dmp.conftest import (
    ALPHA,
    FIRST,
    KOS,
    PATIENT,
    SECOND,
    START,
    STATUS,
    WHO,
    Peer,
    Slots,
)

EVENTS, CREATED = f"{START}EventCodeList", f"{START}CreationTime"
ORDER = ALPHA.study.orders[0]
ACCESSION = f"{ORDER.accession}^^^&{ORDER.accession_oid}&ISO^urn:ihe:iti:xds:2013:accession"


@pytest.mark.parametrize(
    ("slots", "count"),
    [
        ([WHO, STATUS], 3),
        ([WHO, STATUS, KOS], 1),
        ([WHO, (STATUS[0], f"('{DEPRECATED}')")], 1),
        ([WHO, (STATUS[0], f"('{APPROVED}','{DEPRECATED}')"), KOS], 2),
        ([(WHO[0], "'1^^^&1.2&ISO^NH'"), STATUS], 0),
        ([WHO, STATUS, (EVENTS, "('MR^^1.2.840.10008.2.16.4')")], 1),
        ([WHO, STATUS, (EVENTS, "('MR^^1.2.250.1.213.1.1.5.618')")], 1),
        ([WHO, STATUS, (EVENTS, "('US^^1.2.250.1.213.1.1.5.618')")], 0),
        ([WHO, STATUS, (EVENTS, "('US^^1.2.250.1.213.1.1.5.618', 'MR^^1.2.250.1.213.1.1.5.618')")],
         1),
        ([WHO, STATUS, (EVENTS, "('MR^^1.2.250.1.213.1.1.5.618')"),
          (EVENTS, "('774007^^1.2.250.1.213.1.1.5.695')")], 1),
        ([WHO, STATUS, (EVENTS, "('MR^^1.2.250.1.213.1.1.5.618')"),
          (EVENTS, "('1^^1.2.250.1.213.1.1.5.695')")], 0),
        ([WHO, STATUS, KOS, (f"{CREATED}From", "20261125")], 1),
        ([WHO, STATUS, KOS, (f"{CREATED}From", "20261126")], 0),
        ([WHO, STATUS, KOS, (f"{CREATED}To", "20261125")], 0),
        ([WHO, STATUS, KOS, (f"{CREATED}From", "2026"), (f"{CREATED}To", "2027")], 1),
        ([WHO, STATUS, (f"{START}FormatCode",
                        "('1.2.840.10008.5.1.4.1.1.88.59^^1.2.840.10008.2.6.1')")], 1),
        ([WHO, STATUS, (f"{START}AuthorPerson", "('%DRIMBox%')")], 3),
        ([WHO, STATUS, (f"{START}AuthorPerson", "('%autre%')")], 0),
    ],
)  # fmt: skip
def test_the_slots_of_a_search_are_applied(loaded: Peer, slots: Slots, count: int) -> None:
    answer = loaded.search(FIND, slots)
    assert answer.status == SUCCESS
    assert len(answer.entries) == count


@pytest.mark.parametrize(("reference", "count"), [(ACCESSION, 1), (f"x{ACCESSION}", 0)])
def test_a_search_by_reference(loaded: Peer, reference: str, count: int) -> None:
    slots = [WHO, STATUS, (f"{START}ReferenceIdList", f"('{reference}')")]
    assert len(loaded.search(FIND_BY_REFERENCE, slots).entries) == count


def test_entries_are_answered_whole_or_by_reference(loaded: Peer) -> None:
    (leaf,) = loaded.search(FIND, [WHO, STATUS, KOS]).entries
    assert leaf.get("id") == leaf.get("lid") == SECOND.entry_uuid
    assert leaf.get("status") == APPROVED
    found = leaf.findtext("rim:Slot[@name='repositoryUniqueId']//rim:Value", "", PREFIXES)
    assert found == REPOSITORY
    unique = (f"{START}UniqueId", f"('{SECOND.uid}')")
    references = loaded.search(GET_DOCUMENTS, [unique], "ObjectRef")
    (only,) = references.xml.iterfind(".//rim:ObjectRef", PREFIXES)
    assert only.get("id") == SECOND.entry_uuid
    uuid = (f"{START}EntryUUID", f"('{FIRST.entry_uuid}','{SECOND.entry_uuid}')")
    assert len(loaded.search(GET_DOCUMENTS, [uuid]).entries) == 2


@pytest.mark.parametrize(
    ("query", "slots", "error"),
    [
        ("urn:uuid:1", [WHO, STATUS], "XDSUnknownStoredQuery"),
        (FIND, [STATUS], "XDSStoredQueryMissingParam"),
        (FIND, [WHO], "XDSStoredQueryMissingParam"),
        (FIND, [WHO, WHO, STATUS], "XDSStoredQueryParamNumber"),
        (FIND, [WHO, STATUS, KOS, KOS], "XDSStoredQueryParamNumber"),
        (FIND, [(WHO[0], PATIENT), STATUS], "XDSRegistryError"),
        (FIND_BY_REFERENCE, [WHO, STATUS], "XDSStoredQueryMissingParam"),
        (GET_DOCUMENTS, [], "XDSStoredQueryMissingParam"),
        (GET_DOCUMENTS, [(f"{START}UniqueId", "('1')"), (f"{START}EntryUUID", "('1')")],
         "XDSStoredQueryParamNumber"),
    ],
)  # fmt: skip
def test_a_wrong_search_is_refused(loaded: Peer, query: str, slots: Slots, error: str) -> None:
    answer = loaded.search(query, slots)
    assert (answer.status, answer.errors) == (FAILURE, [error])
    form = loaded.search(FIND, [WHO, STATUS], "Everything")
    assert form.errors == ["XDSRegistryError"]


def test_documents_are_delivered_as_parts(loaded: Peer) -> None:
    signature = lot_of(SECOND).signature_oid
    answer = loaded.retrieve(SECOND.uid, signature)
    assert answer.status == SUCCESS
    assert answer.parts == [
        ("application/octet-stream", kos_file(SECOND)),
        ("text/xml", lot_of(SECOND).signature),
    ]
    some = loaded.retrieve(SECOND.uid, "1.2.3")
    assert (some.status, some.errors) == (PARTIAL, ["XDSDocumentUniqueIdError"])
    none = loaded.retrieve("1.2.3")
    assert (none.status, none.parts) == (FAILURE, [])
    elsewhere = loaded.retrieve(SECOND.uid, repository="1.2")
    assert elsewhere.errors == ["XDSUnknownRepositoryId"]
    assert loaded.retrieve().fault == "soap:Sender"
