"""The DMP simulator: what it registers, finds, delivers and refuses, and its faults."""

from __future__ import annotations

import json
import re
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from lxml import etree

from drimcheck.cli import main
from simulators import dmp
from simulators.dmp.archive import Unreadable
from simulators.dmp.faults import FAULTS
from simulators.dmp.names import (
    APPROVED,
    DELETED,
    DEPRECATED,
    FAILURE,
    PARTIAL,
    PREFIXES,
    SUCCESS,
)
from simulators.dmp.problem import Refusal
from simulators.dmp.queries import FIND, FIND_BY_REFERENCE, GET_DOCUMENTS
from simulators.faults import Fault
from simulators.sending import send
from simulators.serving import Serving
from testdata.conversation import Hop, consultation, login, publication
from testdata.conversation.dmp import REPOSITORY
from testdata.exams import exam
from testdata.metadata.submission import patient_id, request_element
from testdata.publication import Generation, archive_of, kos_file, lot_of, publication_of
from tests.conftest import plan_of, results
from validators.conversation import conversation
from validators.engine import judge
from validators.kinds import KINDS
from validators.model import Exchange, Outcome
from validators.rules import RULES
from validators.subjects import judge_document
from validators.xds.transport import unpack

PROFILE = "drim-m-lab"
SEEN = (Outcome.FAIL, Outcome.WARN)
ALPHA = exam("alpha")
FIRST, SECOND = (Generation(ALPHA, ALPHA.study, number) for number in (1, 2))
PATIENT = patient_id(ALPHA)
START = "$XDSDocumentEntry"
STATUS = (f"{START}Status", f"('{APPROVED}')")
WHO = (f"{START}PatientId", f"'{PATIENT}'")
KOS = (f"{START}TypeCode", "('IMG-KOS^^1.2.250.1.213.1.1.4.12')")
QUERY = "urn:ihe:iti:2007:RegistryStoredQuery"
RETRIEVE = "urn:ihe:iti:2007:RetrieveDocumentSet"
PUBLISH = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
SOAP = "application/soap+xml; charset=UTF-8"
Slots = Sequence[tuple[str, str]]
OF_THEIR_DAY = {"F-VI-TIME"}
"""What is wrong with the messages of the test data on any other day than theirs: the assertions
have expired. No rule on answers is among it."""


@dataclass
class Answer:
    exchange: Exchange

    @property
    def _split(self) -> tuple[str, bytes]:
        head, _, body = bytes(self.exchange.response).partition(b"\r\n\r\n")
        return head.decode(), body

    @property
    def http(self) -> int:
        return int(self._split[0].split(" ")[1])

    @property
    def kind(self) -> str:
        found = re.search(r"(?im)^content-type: (.*?)\r?$", self._split[0])
        return found[1] if found else ""

    @property
    def parts(self) -> list[tuple[str, bytes]]:
        """The documents beside the envelope, each with its type."""
        found = unpack(f"Content-Type: {self.kind}\r\n\r\n".encode() + self._split[1]).parts
        return [(one.headers["content-type"], one.content) for one in found[1:]]

    @property
    def xml(self) -> etree._Element:
        body = self._split[1]
        if self.kind.startswith("multipart/"):
            body = unpack(f"Content-Type: {self.kind}\r\n\r\n".encode() + body).parts[0].body
        return etree.fromstring(body)

    @property
    def status(self) -> str:
        found = self.xml.xpath("//@status[contains(., 'ResponseStatusType')]")
        return str(next(iter(found), "")) if isinstance(found, list) else ""

    @property
    def errors(self) -> list[str]:
        found = self.xml.iterfind(".//rs:RegistryError", PREFIXES)
        return [one.get("errorCode", "") for one in found]

    @property
    def entries(self) -> list[etree._Element]:
        return self.xml.findall(".//rim:ExtrinsicObject", PREFIXES)

    @property
    def fault(self) -> str:
        return self.xml.findtext(".//soap:Fault/soap:Code/soap:Value", "", PREFIXES)


@dataclass
class Peer:
    """What sends messages to the DMP, and keeps every exchange."""

    base: str
    store: dmp.Store
    kept: list[Exchange] = field(default_factory=list)

    def post(self, service: str, kind: str, body: bytes) -> Answer:
        url = f"{self.base}{dmp.SERVICES}/{service}"
        head = (
            f"POST {dmp.SERVICES}/{service} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made = send(url, head.encode() + body, seconds=10)
        self.kept.append(made)
        return Answer(made)

    def play(self, hop: Hop) -> Answer:
        """A message of the test data, to this DMP and for the entries that it holds."""
        head, _, body = hop.request.partition(b"\r\n\r\n")
        kind = re.search(rb"(?i)content-type: (.*?)\r", head + b"\r")
        assert kind is not None
        for one in self.store.holdings():
            if one.unique_id == FIRST.uid:
                body = body.replace(FIRST.entry_uuid.encode(), one.id.encode())
        return self.post(hop.url.rpartition("/")[2], kind[1].decode(), body)

    def soap(self, service: str, action: str, payload: str, **options: str) -> Answer:
        body = (
            f'<s:Envelope xmlns:s="{options.get("version", PREFIXES["soap"])}" '
            f'xmlns:a="{PREFIXES["wsa"]}"><s:Header><a:Action>{action}</a:Action>'
            f"<a:MessageID>urn:uuid:{uuid4()}</a:MessageID>{options.get('header', '')}</s:Header>"
            f"<s:Body>{payload}</s:Body></s:Envelope>"
        )
        return self.post(service, SOAP, body.encode())

    def search(self, query: str, slots: Slots, form: str = "LeafClass") -> Answer:
        rows = "".join(
            f'<r:Slot name="{name}"><r:ValueList><r:Value>{value.replace("&", "&amp;")}</r:Value>'
            "</r:ValueList></r:Slot>"
            for name, value in slots
        )
        payload = (
            f'<q:AdhocQueryRequest xmlns:q="{PREFIXES["query"]}" xmlns:r="{PREFIXES["rim"]}">'
            f'<q:ResponseOption returnType="{form}"/><r:AdhocQuery id="{query}">{rows}'
            "</r:AdhocQuery></q:AdhocQueryRequest>"
        )
        return self.soap("registry", QUERY, payload)

    def retrieve(self, *uniques: str, repository: str = REPOSITORY) -> Answer:
        rows = "".join(
            f"<x:DocumentRequest><x:RepositoryUniqueId>{repository}</x:RepositoryUniqueId>"
            f"<x:DocumentUniqueId>{one}</x:DocumentUniqueId></x:DocumentRequest>"
            for one in uniques
        )
        name = "x:RetrieveDocumentSetRequest"
        payload = f'<{name} xmlns:x="{PREFIXES["xds"]}">{rows}</{name}>'
        return self.soap("repository", RETRIEVE, payload)

    def publish(self, one: Generation) -> Answer:
        """The message of the test data: MTOM."""
        head, _, body = publication_of(one).partition(b"\r\n\r\n")
        kind = head.decode().split("\r\n")[0].removeprefix("Content-Type: ")
        return self.post("repository", kind, b"\r\n" + body)

    def submit(self, request: etree._Element, documents: dict[str, bytes]) -> Answer:
        """A submission with its documents in base64 inside the envelope."""
        name = "x:ProvideAndRegisterDocumentSetRequest"
        inside = "".join(
            f'<x:Document id="{key}">{b64encode(value).decode()}</x:Document>'
            for key, value in documents.items()
        )
        sent = etree.tostring(request).decode()
        payload = f'<{name} xmlns:x="{PREFIXES["xds"]}">{sent}{inside}</{name}>'
        return self.soap("repository", PUBLISH, payload)


def documents_of(one: Generation) -> dict[str, bytes]:
    lot = lot_of(one)
    return {"DocumentKOS": lot.kos, "Signature01": lot.signature}


@contextmanager
def serving(*faults: Fault, store: dmp.Store | None = None) -> Iterator[Peer]:
    held = store or dmp.Store()
    if store is None:
        held.admit(PATIENT)
    with Serving(lambda base: dmp.application(base, faults, store=held), faults=faults) as served:
        yield Peer(served.base, held)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def loaded() -> Iterator[Peer]:
    """A DMP that nobody writes to: two generations of a KOS."""
    store = dmp.Store()
    store.preload_exam(ALPHA)
    store.preload(SECOND)
    with serving(store=store) as found:
        yield found


def whole(peer: Peer) -> list[Exchange]:
    """A login, the publication, the consultation, and the depublication."""
    published, deleted = publication(ALPHA)
    for hop in (published, *consultation(ALPHA), deleted):
        peer.play(hop)
    before = [Exchange(one.url, one.request, one.response) for one in login(ALPHA)]
    return before + peer.kept


def findings(exchanges: list[Exchange]) -> set[str]:
    found = judge(plan_of(PROFILE, "dmp"), conversation(exchanges))
    assert not [one for one in found if one.outcome is Outcome.ERROR]
    return {one.rule for one in found if one.outcome in SEEN} - OF_THEIR_DAY


def crossed(metadata: etree._Element, kos: bytes, folder: Path) -> set[str]:
    """The rules that see a difference between the metadata that were found and a KOS."""
    request = etree.Element(f"{{{PREFIXES['lcm']}}}SubmitObjectsRequest")
    etree.SubElement(request, f"{{{PREFIXES['rim']}}}RegistryObjectList").append(metadata)
    (folder / "entry.xml").write_bytes(etree.tostring(request))
    (folder / "kos.dcm").write_bytes(kos)
    paths = ["--kos", str(folder / "kos.dcm"), "--xds", str(folder / "entry.xml")]
    main(["cross", *paths, "--profile", PROFILE, "--out", str(folder), "--format", "json"])
    report = json.loads((folder / "run.json").read_text())
    return {
        one["rule"]
        for subject in report["subjects"]
        for one in subject["results"]
        if one["outcome"] in ("fail", "warn")
    }


def test_what_it_answers_breaks_no_rule(peer: Peer, tmp_path: Path) -> None:
    exchanges = whole(peer)
    assert findings(exchanges) == set()
    answers = [Answer(one) for one in peer.kept]
    assert [one.status for one in answers if one.status] == [SUCCESS] * 5
    submitted = results(bytes(peer.kept[0].response).partition(b"\r\n\r\n")[2], PROFILE, "xds")
    assert submitted["XDS-RSP-01"].outcome is submitted["XDS-RSP-02"].outcome is Outcome.PASS
    (found,) = answers[2].entries
    ((kind, content),) = answers[4].parts
    assert kind == "application/octet-stream"
    assert content == kos_file(FIRST)
    assert crossed(found, content, tmp_path) == set()


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.seen_by], ids=lambda one: one.name)
def test_a_fault_is_seen_by_its_rule(fault: Fault, tmp_path: Path) -> None:
    assert fault.breaks in RULES[fault.seen_by].verifies
    with serving(fault) as peer:
        exchanges = whole(peer)
        if fault.adjust is None:
            assert findings(exchanges) == {fault.seen_by}
            return
        assert findings(exchanges) == set()
        (found,) = Answer(peer.kept[2]).entries
        ((_, content),) = Answer(peer.kept[4]).parts
        seen = {
            one.rule
            for one in results(content, PROFILE).values()
            if one.outcome in SEEN
        }  # fmt: skip
        if fault.seen_by.startswith("X-"):
            seen |= crossed(found, content, tmp_path)
        assert fault.seen_by in seen
        exported = dmp.archive(peer.store, PATIENT, [fault.adjust])
        assert exported != dmp.archive(peer.store, PATIENT)


def test_a_closed_record_is_said_to_be_closed() -> None:
    (fault,) = (one for one in FAULTS if not one.seen_by)
    with serving(fault) as peer:
        # It is the Conso that breaks the rule: it looks all the same.
        assert findings(whole(peer)) == {"F-TD-01-FORBIDDEN"}


@pytest.mark.parametrize(("state", "told"), [(dmp.VALID, "VALIDE"), (dmp.FORBIDDEN, "INTERDIT"),
                                             ("", "INTERDIT")])  # fmt: skip
def test_the_authorisation_is_that_of_the_record(state: str, told: str) -> None:
    store = dmp.Store()
    if state:
        store.admit(PATIENT, state)
    with serving(store=store) as peer:
        answer = peer.play(consultation(ALPHA)[0])
        values = answer.xml.xpath("//hl7:administrativeObservation/hl7:value/@code",
                                  namespaces=PREFIXES)  # fmt: skip
        assert values == [told]


def test_a_declared_relation_opens_the_record() -> None:
    store = dmp.Store()
    store.preload(FIRST)
    store.admit(PATIENT, dmp.FORBIDDEN)
    with serving(store=store) as peer:
        closed = peer.search(FIND, [WHO, STATUS])
        assert (closed.status, closed.errors) == (FAILURE, ["XDSRegistryError"])
        assert peer.retrieve(FIRST.uid).errors == ["XDSDocumentUniqueIdError"]
        assert peer.search(GET_DOCUMENTS, [(f"{START}UniqueId", f"('{FIRST.uid}')")]).entries == []
        resource = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
        vihf = (
            f'<v:Assertion xmlns:v="{PREFIXES["saml"]}"><v:AttributeStatement><v:Attribute '
            f'Name="{resource}"><v:AttributeValue>{PATIENT.replace("&", "&amp;")}'
            "</v:AttributeValue></v:Attribute></v:AttributeStatement></v:Assertion>"
        )
        asked = (
            '<d:setAuthorization xmlns:d="urn:dmp"><d:action>AJOUT</d:action></d:setAuthorization>'
        )
        given = peer.soap("habilitations", "urn:dmp:setAuthorization", asked, header=vihf)
        assert given.http == 200
        assert store.authorisation(PATIENT) == dmp.VALID
        assert len(peer.search(FIND, [WHO, STATUS]).entries) == 2
        other = asked.replace("AJOUT", "RETRAIT")
        assert peer.soap("habilitations", "urn:dmp:setAuthorization", other).fault == "soap:Sender"


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


@pytest.mark.parametrize(
    ("kind", "body", "http", "fault"),
    [
        (SOAP, b"", 400, "soap:Sender"),
        (SOAP, b"garbage", 400, "soap:Sender"),
        (SOAP, b"<a/>", 500, "soap:VersionMismatch"),
        (SOAP, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 400, "soap:Sender"),
        ("text/xml", b"<a/>", 415, "soap:Sender"),
        ("multipart/related", b"--a\r\n\r\n--a--", 400, "soap:Sender"),
        ('multipart/related; boundary="a"', b"--a\r\nX: y\r\n\r\nz", 400, "soap:Sender"),
        ('multipart/related; boundary="a"', b"\r\n--a\r\nno header\r\n--a--", 400, "soap:Sender"),
        (SOAP, b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>', 400,
         "soap:Sender"),
    ],
)  # fmt: skip
def test_garbage_is_a_fault(loaded: Peer, kind: str, body: bytes, http: int, fault: str) -> None:
    for service in ("registry", "repository", "patients", "habilitations"):
        answer = loaded.post(service, kind, body)
        assert (answer.http, answer.fault) == (http, fault)


def test_a_message_of_another_service_or_action_is_a_fault(loaded: Peer) -> None:
    payload = f'<x:RetrieveDocumentSetRequest xmlns:x="{PREFIXES["xds"]}"/>'
    assert loaded.soap("registry", RETRIEVE, payload).fault == "soap:Sender"
    assert loaded.soap("repository", PUBLISH, payload).fault == "soap:Sender"
    bad = f'<x:ProvideAndRegisterDocumentSetRequest xmlns:x="{PREFIXES["xds"]}"/>'
    assert loaded.soap("repository", PUBLISH, bad).fault == "soap:Sender"
    patient = f'<h:PRPA_IN201307UV02 xmlns:h="{PREFIXES["hl7"]}"/>'
    assert loaded.soap("patients", "urn:hl7-org:v3:PRPA_IN201307UV02", patient).http == 400


def test_an_archive_goes_in_and_comes_out() -> None:
    store = dmp.Store()
    loaded = dmp.load_archive(store, archive_of([FIRST]))
    assert [one.unique_id for one in loaded] == [FIRST.uid, lot_of(FIRST).signature_oid]
    plans = {one: plan_of(PROFILE, one) for one in ("xdm", "xds", "kos", "cda")}
    exported = dmp.archive(store, PATIENT)
    for report in judge_document("exported", exported, KINDS["xdm"], plans):
        assert {one.rule for one in report.results if one.outcome in SEEN} == set()
    other = dmp.Store()
    again = dmp.load_archive(other, exported)
    assert [one.content for one in again] == [one.content for one in loaded]
    assert dmp.archive(other, PATIENT) == exported
    with pytest.raises(Refusal):
        dmp.load_archive(store, exported)


def test_a_replacement_survives_an_archive() -> None:
    with serving() as peer:
        peer.publish(FIRST)
        first = next(one.id for one in peer.store.holdings() if one.is_kos)
        request = request_element(replace(lot_of(SECOND), replaces=first))
        assert peer.submit(request, documents_of(SECOND)).status == SUCCESS
        other = dmp.Store()
        dmp.load_archive(other, dmp.archive(peer.store, PATIENT))
        states = [(one.unique_id, one.status) for one in other.holdings() if one.is_kos]
        assert states == [(FIRST.uid, DEPRECATED), (SECOND.uid, APPROVED)]


def test_the_official_archive_is_imported(samples: Path) -> None:
    """Its metadata are in an envelope, its signature has another hash, a folder is around it."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for path in (samples / "xdm" / "KA202401").rglob("*"):
            opened.write(path, path.relative_to(samples / "xdm"))
    store = dmp.Store()
    (kos, _signature) = dmp.load_archive(store, stream.getvalue())
    assert kos.is_kos
    other = dmp.Store()
    again = dmp.load_archive(other, dmp.archive(store, kos.patient))
    assert [one.content for one in again] == [one.content for one in store.holdings()]


@pytest.mark.parametrize("raw", [b"", b"PK", b"not a zip"])
def test_an_archive_that_is_none_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        dmp.load_archive(dmp.Store(), raw)
