"""A DMP simulator that runs, and what sends messages to it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from lxml import etree

from simulators import dmp
from simulators.dmp.names import (
    APPROVED,
    PREFIXES,
)
from simulators.faults import Fault
from simulators.sending import send
from simulators.serving import Serving
from testdata.conversation import Hop
from testdata.conversation.dmp import REPOSITORY
from testdata.exams import exam
from testdata.metadata.submission import patient_id
from testdata.publication import Generation, lot_of, publication_of
from validators.model import Exchange, Outcome
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
