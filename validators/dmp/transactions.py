"""What the other transactions ask for (DRIM-M F-TD-01, 07, 08, 11)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from validators.conversation.roles import AUTHORIZATION, EXISTS, QUERY, RETRIEVE, TOKEN
from validators.conversation.subject import Conversation
from validators.conversation.turn import Turn
from validators.dmp.select import (
    consults,
    deletions,
    exist_tests,
    patient,
    replied,
    retrievals,
    rule,
)
from validators.identifiers import is_oid
from validators.model import Defect, Node
from validators.reading.xml import XmlNode
from validators.xds import schemes

REASON = "TEST_EXST"
FORBIDDEN = "INTERDIT"
ANSWERS = frozenset({"VALIDE", FORBIDDEN})
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"
MAX_SHOWN = 5
"""Unique ids of a search that a defect repeats."""
TYPES = ("application/octet-stream", "application/dicom", "text/xml")


class Consultation(Node):
    """A look into the record, and whether a token was given before."""

    def __init__(self, turn: Turn, *, authenticated: bool) -> None:
        self.turn = turn
        self.authenticated = authenticated

    @property
    def path(self) -> str:
        return self.turn.path


class Sought(Node):
    """A retrieval, with the unique ids that searches found and the exchange that found each."""

    def __init__(self, turn: Turn, found: dict[str, int]) -> None:
        self.turn = turn
        self.found = found

    @property
    def path(self) -> str:
        return self.turn.path


class Told(Node):
    """A search, and the last answer on the authorisation for its patient."""

    def __init__(self, turn: Turn, test: Turn) -> None:
        self.turn = turn
        self.test = test

    @property
    def path(self) -> str:
        return self.turn.path


def consultations(found: Conversation) -> Iterator[Consultation]:
    """The looks into a record, where the capture shows a login."""
    authenticated = False
    if not found.of(AUTHORIZATION, TOKEN):
        return
    for one in found.turns:
        authenticated = authenticated or (one.role == TOKEN and one.status == 200)
        if consults(one):
            yield Consultation(one, authenticated=authenticated)


def sought(found: Conversation) -> Iterator[Sought]:
    """The retrievals after a search of which the answer was captured."""
    listed: dict[str, int] = {}
    path = f".//{{*}}ExternalIdentifier[@identificationScheme='{schemes.ENTRY_UNIQUE_ID}']"
    for one in found.of(QUERY, RETRIEVE):
        if one.role == RETRIEVE and listed:
            yield Sought(one, listed)
        elif one.role == QUERY and one.response.xml is not None:
            for node in one.response.xml.all(path):
                listed.setdefault(node.get("value"), one.number)


def told(found: Conversation) -> Iterator[Told]:
    """The looks into a record of which the authorisation was asked before."""
    last: dict[str, Turn] = {}
    for one in found.of(EXISTS, QUERY):
        named = patient(one)
        if one.role == EXISTS and one.whole:
            last[named] = one
        elif consults(one) and named in last:
            yield Told(one, last[named])


def _codes(turn: Turn) -> set[str]:
    """The answers that an answer to TD0.2 has among its codes."""
    root = turn.response.xml
    return set() if root is None else {one.get("code") for one in root.all(".//*[@code]")} & ANSWERS


def tested(found: Conversation) -> list[Turn]:
    return [one for one in replied(found) if one.role == EXISTS]


def received(found: Conversation) -> list[Turn]:
    return [one for one in replied(found) if one.role == RETRIEVE]


def wanted(turn: Turn) -> list[XmlNode]:
    found = turn.payload(turn.request)
    return found.all("{*}DocumentRequest") if found is not None else []


@rule("F-TD-01-REASON", over=exist_tests, verifies=("F-TD-01-REASON",))
def reason_wrong(turn: Turn) -> Iterator[Defect]:
    """The test of existence and authorisation has the reason TEST_EXST.

    Why: the DMP takes the same message with another reason for another request.
    Fix: write reasonCode with code TEST_EXST.
    """
    found = turn.payload(turn.request)
    assert found is not None
    codes = [one.get("code") for one in found.all(".//{*}reasonCode")]
    if REASON not in codes:
        yield found.defect(expected=REASON, actual=" ".join(codes) or None, child="reasonCode")


@rule("F-TD-01-ANSWER", over=tested, verifies=("F-TD-01-ANSWER",))
def authorisation_unanswered(turn: Turn) -> Iterator[Defect]:
    """The answer says VALIDE or INTERDIT.

    Why: without either nobody knows whether the professional may look.
    Fix: answer the authorisation; a Conso that finds none does not consult.
    """
    if not _codes(turn):
        yield turn.response.defect(expected=" | ".join(sorted(ANSWERS)), child="body AUTORISATION")


@rule("F-TD-01-FORBIDDEN", over=told, verifies=("F-TD-01-FORBIDDEN",))
def consultation_forbidden(node: Told) -> Iterator[Defect]:
    """A record is not looked into when the answer was INTERDIT.

    Why: the patient, or the law, has closed it to this professional.
    Fix: stop there, and tell the user why.
    """
    if FORBIDDEN in _codes(node.test):
        yield node.turn.request.defect(
            expected=f"{node.test.path} VALIDE", actual=FORBIDDEN, child="(start line)"
        )


@rule("F-TD-11", over=consultations, verifies=("F-TD-11",))
def consultation_before_login(node: Consultation) -> Iterator[Defect]:
    """The record is looked into after the professional was authenticated.

    Why: the assertion names somebody whom nobody has identified yet.
    Fix: log in at Pro Santé Connect, then search and retrieve.
    """
    if not node.authenticated:
        yield node.turn.request.defect(expected="access_token", child="(start line)")


@rule("F-TD-07-IDS", over=retrievals, verifies=("F-TD-07-IDS",))
def retrieval_of_nothing(turn: Turn) -> Iterator[Defect]:
    """A retrieval names repository and document by their OIDs.

    Why: a document is found by both; the search gave them.
    Fix: copy repositoryUniqueId and uniqueId of the entry.
    """
    found = turn.payload(turn.request)
    assert found is not None
    rows = wanted(turn)
    if not rows:
        yield found.defect(expected="1..*", child="DocumentRequest")
    for one in rows:
        for name in ("RepositoryUniqueId", "DocumentUniqueId"):
            text = one.value(f"{{*}}{name}")
            # A unique id may have an extension after a circumflex (ITI TF-3 4.2.3.2.26).
            if not is_oid(text.partition("^")[0]):
                yield one.defect(expected="OID", actual=text or None, child=name)


@rule("F-TD-07-FOUND", over=sought, verifies=("F-TD-07-FOUND",))
def retrieval_of_another(node: Sought) -> Iterator[Defect]:
    """A document that is retrieved is one that a search found.

    Why: a document that is looked up otherwise may be of another patient, or be replaced.
    Fix: retrieve what the last search answered.
    """
    for one in wanted(node.turn):
        text = one.value("{*}DocumentUniqueId")
        if node.found.get(text, node.turn.number) >= node.turn.number:
            known = " | ".join(islice(node.found, MAX_SHOWN))
            yield one.defect(expected=known, actual=text or None, child="DocumentUniqueId")


@rule("F-TD-07-TYPE", over=received, verifies=("F-TD-07-TYPE",))
def document_of_another_type(turn: Turn) -> Iterator[Defect]:
    """Documents come as parts: a KOS as application/octet-stream, a report as text/xml.

    Why: a client chooses its reader by it.
    Fix: send each document as a part of its type, after the envelope.
    """
    for one in turn.response.package.parts[1:]:
        kind = one.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in TYPES:
            yield turn.response.defect(
                expected=" | ".join(TYPES), actual=kind or None, child=f"{one.path} Content-Type"
            )


@rule("F-TD-08", over=deletions, verifies=("F-TD-08",))
def status_not_deleted(turn: Turn) -> Iterator[Defect]:
    """A depublication gives the entry the status Deleted.

    Why: with another status the KOS stays visible, or the update is refused.
    Fix: write NewStatus urn:asip:ci-sis:2010:StatusType:Deleted.
    """
    found = turn.payload(turn.request)
    assert found is not None
    values = found.all(".//{*}Slot[@name='NewStatus']/{*}ValueList/{*}Value")
    stated = [one.text for one in values]
    stated += [one.get("status") for one in found.all(".//{*}ExtrinsicObject[@status]")]
    if DELETED not in stated:
        actual = " ".join(stated) or None
        yield found.defect(expected=DELETED, actual=actual, child="Slot[NewStatus]")
