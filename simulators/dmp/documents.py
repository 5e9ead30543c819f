"""Services ``registry`` and ``repository`` (ITI TF-2 3.18, 3.41, 3.43; F-TD-03 to F-TD-08)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml.builder import ElementMaker

from simulators.dmp import mime, problem, queries
from simulators.dmp.entry import Element, Entry, identifier, slot
from simulators.dmp.names import (
    DELETED,
    FAILURE,
    PARTIAL,
    PREFIXES,
    QUERY,
    RIM,
    RS,
    SET_PATIENT,
    SEVERITY,
    SUCCESS,
    UPDATES,
    XDS,
    XOP,
)
from simulators.dmp.problem import Fault, Problem, Refusal, refusal
from simulators.dmp.soap import Answer, Received
from simulators.dmp.store import FORBIDDEN, Store
from simulators.dmp.submission import Submission

PUBLISH = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
SEARCH = "urn:ihe:iti:2007:RegistryStoredQuery"
RETRIEVE = "urn:ihe:iti:2007:RetrieveDocumentSet"
UPDATE = "urn:ihe:iti:2010:UpdateDocumentSet"
_rs, _query, _rim, _xds, _xop = (
    ElementMaker(
        namespace=one, nsmap={"rs": RS, "query": QUERY, "rim": RIM, "xds": XDS, "xop": XOP}
    )
    for one in (RS, QUERY, RIM, XDS, XOP)
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A document as it is about to be delivered, in an answer or in an archive.

    A fault may change it. ``kind`` is the type of the part that carries it.
    """

    entry: Entry
    content: bytes
    kind: str


Change = Callable[[Delivery], Delivery]


def delivered(entry: Entry, changes: Sequence[Change]) -> Delivery:
    """A KOS goes as application/octet-stream, a report as text/xml (F-TD-07)."""
    kind = "text/xml" if entry.mime_type == "text/xml" else "application/octet-stream"
    made = Delivery(entry, entry.content, kind)
    for change in changes:
        made = change(made)
    return made


def publish(store: Store, asked: Received) -> Answer:
    """TD2.1a, TD2.1b: a submission, its documents beside the envelope or inside it."""
    action = f"{asked.action}Response"
    request = asked.payload.find("lcm:SubmitObjectsRequest", PREFIXES)
    if request is None:
        raise Fault("SubmitObjectsRequest is missing")
    try:
        store.submit(Submission(request, dict(_documents(asked))))
    except Refusal as refused:
        return Answer(action, _response(FAILURE, refused.problems))
    return Answer(action, _response(SUCCESS))


def _documents(asked: Received) -> Iterator[tuple[str, bytes]]:
    """The documents by the id of their entry. One that is not included has no content."""
    for one in asked.payload.iterfind("xds:Document", PREFIXES):
        include = one.find("xop:Include", PREFIXES)
        if include is None:
            yield one.get("id", ""), mime.decoded((one.text or "").encode())
            continue
        content = mime.included(asked.parts, include.get("href", ""))
        if content is not None:
            yield one.get("id", ""), content


def search(store: Store, asked: Received) -> Answer:
    """TD3.1: a stored query, answered by references or by whole entries."""
    action = f"{asked.action}Response"
    try:
        query = asked.payload.find("rim:AdhocQuery", PREFIXES)
        option = asked.payload.find("query:ResponseOption", PREFIXES)
        form = "" if option is None else option.get("returnType", "")
        if query is None or form not in ("LeafClass", "ObjectRef"):
            raise refusal(problem.REGISTRY, f"AdhocQuery, or returnType {form}")
        found = queries.answer(store, query.get("id", ""), queries.slots(query))
    except Refusal as refused:
        told = _query.AdhocQueryResponse(
            _errors(refused.problems), _rim.RegistryObjectList(), status=FAILURE
        )
        return Answer(action, told)
    whole = form == "LeafClass"
    listed = [one.leaf() if whole else _rim.ObjectRef(id=one.id) for one in found]
    told = _query.AdhocQueryResponse(_rim.RegistryObjectList(*listed), status=SUCCESS)
    return Answer(action, told)


def retrieve(store: Store, asked: Received, changes: Sequence[Change] = ()) -> Answer:
    """TD3.2: the documents that are asked for, as parts; what is not there is an error."""
    wanted = asked.payload.findall("xds:DocumentRequest", PREFIXES)
    if not wanted:
        raise Fault("DocumentRequest is missing")
    rows: list[Element] = []
    parts: list[mime.Part] = []
    problems: list[Problem] = []
    for number, one in enumerate(wanted, start=1):
        found = _found(store, one)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        made = delivered(found, changes)
        parts.append(mime.Part(made.kind, f"document{number}@dmp", made.content))
        rows.append(
            _xds.DocumentResponse(
                _xds.RepositoryUniqueId(found.repository),
                _xds.DocumentUniqueId(found.unique_id),
                _xds.mimeType(found.mime_type),
                _xds.Document(_xop.Include(href=f"cid:document{number}@dmp")),
            )
        )
    status = (PARTIAL if rows else FAILURE) if problems else SUCCESS
    told = _xds.RetrieveDocumentSetResponse(_response(status, problems), *rows)
    return Answer(f"{asked.action}Response", told, tuple(parts))


def _found(store: Store, asked: Element) -> Entry | Problem:
    """The document of a request, unless it was deleted or its record is closed."""
    repository, unique = (
        (asked.findtext(f"xds:{name}", "", PREFIXES) or "").strip()
        for name in ("RepositoryUniqueId", "DocumentUniqueId")
    )
    if repository != store.repository:
        return Problem(problem.UNKNOWN_REPOSITORY, repository)
    found = store.find(lambda one: one.unique_id == unique and one.status != DELETED)
    if not found or store.authorisation(found[0].patient) == FORBIDDEN:
        return Problem(problem.UNKNOWN_DOCUMENT, unique)
    return found[0]


def update(store: Store, asked: Received) -> Answer:
    """TD3.3c: the status Deleted, for the structure that the VIHF names."""
    action = f"{asked.action}Response"
    structure = asked.attribute("Identifiant_Structure")
    try:
        changes = list(_changes(asked.payload))
        if not changes:
            raise refusal(problem.UPDATE, "no UpdateAvailabilityStatus")
        with store.lock:
            for target, _, becomes in changes:
                _allowed(store, asked.payload, target, becomes)
            store.delete({target: was for target, was, _ in changes}, structure=structure)
    except Refusal as refused:
        return Answer(action, _response(FAILURE, refused.problems))
    return Answer(action, _response(SUCCESS))


def _changes(request: Element) -> Iterator[tuple[str, str, str]]:
    """Target, old and new status of each change that is asked for (ITI TF-2 3.57.4.1.3.3.2)."""
    for one in request.iterfind(".//rim:Association", PREFIXES):
        if one.get("associationType") == UPDATES:
            old, new = ("".join(slot(one, f"{name}Status")[:1]) for name in ("Original", "New"))
            yield one.get("targetObject", ""), old, new


def _allowed(store: Store, request: Element, target: str, becomes: str) -> None:
    """Raises Refusal for another status than Deleted, and for another patient than the set's."""
    if becomes != DELETED:
        raise refusal(problem.UPDATE, f"NewStatus {becomes}")
    found = store.entry(target)
    package = request.find(".//rim:RegistryPackage", PREFIXES)
    named = "" if package is None else identifier(package, SET_PATIENT)
    if found is not None and named != found.patient:
        raise refusal(problem.PATIENT_DIFFERS, f"{target}: not that of the set")


def _response(status: str, problems: Sequence[Problem] = ()) -> Element:
    made: Element = _rs.RegistryResponse(status=status)
    if problems:
        made.append(_errors(problems))
    return made


def _errors(problems: Sequence[Problem]) -> Element:
    """The errors of an answer (ITI TF-3 4.2.4.1)."""
    made: Element = _rs.RegistryErrorList(
        *(
            _rs.RegistryError(
                errorCode=one.code, codeContext=one.context, location="", severity=SEVERITY
            )
            for one in problems
        ),
        highestSeverity=SEVERITY,
    )
    return made
