"""The DMP as its client sees it (DRIM-M F.1): TD0.2, TD2.1a, TD2.1b, TD3.1, TD3.2, TD3.3c."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from uuid import uuid4

from lxml.builder import ElementMaker

from reference_drimbox import ebxml, soap
from reference_drimbox.ebxml import (
    APPROVED,
    CLASS_CODE,
    DELETED,
    ENTRY_UNIQUE,
    EVENT,
    SET_PATIENT,
    TYPE_CODE,
    codes_of,
    identifier_of,
    slot,
    slot_values,
)
from reference_drimbox.http import Client
from reference_drimbox.mime import Part
from reference_drimbox.signing import Signer
from reference_drimbox.soap import NotUnderstood, Reply, Unavailable
from reference_drimbox.vihf import Caller, Code, Software, assertion, cx
from reference_drimbox.xml import Element

__all__ = ["Dmp", "Filters", "Found", "NotUnderstood", "Outcome", "Refused", "Unavailable"]

EXISTS = "urn:hl7-org:v3:PRPA_IN201307UV02"
PUBLISH = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
SEARCH = "urn:ihe:iti:2007:RegistryStoredQuery"
RETRIEVE = "urn:ihe:iti:2007:RetrieveDocumentSet"
UPDATE = "urn:ihe:iti:2010:UpdateDocumentSet"
FIND = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
FIND_BY_REFERENCE = "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492"
GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
DUPLICATE = "XDSDuplicateUniqueIdInRegistry"
DEPRECATED_TARGET = "XDSRegistryDeprecatedDocumentError"
KOS_TYPE = "IMG-KOS^^1.2.250.1.213.1.1.4.12"
MODALITIES, REGIONS = "1.2.250.1.213.1.1.5.618", "1.2.250.1.213.1.1.5.695"
"""Value sets by which a query names a modality and a region (F-TD-06)."""
TRANSIENT = frozenset({"XDSRegistryBusy", "XDSRepositoryBusy", "XDSRegistryNotAvailable",
                       "XDSRegistryOutOfResources", "XDSRepositoryOutOfResources"})  # fmt: skip

_hl7 = ElementMaker(namespace="urn:hl7-org:v3", nsmap={None: "urn:hl7-org:v3"})


class Refused(Exception):
    """The registry refused: ``codes`` are those of ITI TF-3 4.2.4."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes) or "no error named")
        self.codes = tuple(codes)


class Outcome(Enum):
    """What became of a submission: published now, or known to the registry already."""

    NEW = "new"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search narrows down to; times are DTM, modalities and regions codes (F-TD-06)."""

    modalities: Sequence[str] = ()
    regions: Sequence[str] = ()
    created_from: str = ""
    created_to: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A document entry that a search found, with what a list of exams shows of it."""

    entry_uuid: str
    unique_id: str
    repository: str
    status: str
    title: str
    created: str
    started: str
    institutions: Sequence[str]
    events: Sequence[Code]
    types: Sequence[Code]
    classes: Sequence[Code]
    references: Sequence[str]
    metadata: Element = field(repr=False)


class Dmp:
    """Calls the services of a DMP, each under a VIHF of its own.

    ``base`` is what precedes registry, repository and patients (F-TD-09). ``signer`` gives the
    certificate of a structure (F-VI-07). Every method raises Unavailable where the DMP may answer
    later, NotUnderstood where its answer is none, and Refused.
    """

    def __init__(
        self, client: Client, base: str, signer: Callable[[str], Signer], software: Software
    ) -> None:
        self._client, self._base = client, base.rstrip("/")
        self._signer, self._software = signer, software

    def _call(
        self,
        service: str,
        action: str,
        payload: Element,
        caller: Caller,
        patient: str,
        parts: Sequence[Part] = (),
    ) -> Reply:
        made = assertion(
            caller, patient, self._software, self._signer(caller.certificate or caller.structure)
        )
        return soap.call(self._client, f"{self._base}/{service}", action, payload, made, parts)

    def authorisation(self, caller: Caller, ins: str, oid: str) -> str:
        """TD0.2: VALIDE or INTERDIT for the record of a patient; "" where it does not say."""
        asked = _hl7.PRPA_IN201307UV02(
            _hl7.id(root=str(uuid4())),
            _hl7.controlActProcess(
                _hl7.reasonCode(code="TEST_EXST"),
                _hl7.queryByParameter(
                    _hl7.parameterList(_hl7.patientIdentifier(_hl7.value(root=oid, extension=ins)))
                ),
            ),
        )
        reply = self._call("patients", EXISTS, asked, caller, cx(ins, oid))
        path = ".//{*}administrativeObservation"
        for one in reply.payload.iterfind(path):
            code, value = one.find("{*}code"), one.find("{*}value")
            if code is not None and code.get("code") == "AUTORISATION" and value is not None:
                return value.get("code", "")
        return ""

    def publish(
        self, request: Element, documents: Sequence[tuple[str, str, bytes]], caller: Caller
    ) -> Outcome:
        """TD2.1a, or TD2.1b where the request replaces: ITI-41 in MTOM.

        ``documents`` are id of the entry, type and bytes. KNOWN where the registry has all of it
        from an earlier attempt: of a replacement, what it replaced is deprecated already.
        """
        patient = _patient_of(request)
        made: Element = ebxml.xds.ProvideAndRegisterDocumentSetRequest(request)
        parts = []
        include = ElementMaker(namespace=soap.XOP, nsmap={"xop": soap.XOP})
        for number, (identifier, kind, content) in enumerate(documents, start=1):
            name = f"document-{number}@drimbox"
            made.append(ebxml.xds.Document(include.Include(href=f"cid:{name}"), id=identifier))
            parts.append(Part(kind, name, content))
        reply = self._call("repository", PUBLISH, made, caller, patient, parts)
        try:
            _check(reply.payload)
        except Refused as refused:
            if DUPLICATE in refused.codes and {*refused.codes} <= {DUPLICATE, DEPRECATED_TARGET}:
                return Outcome.KNOWN
            raise
        return Outcome.NEW

    def depublish(self, entry_uuid: str, caller: Caller, patient: str) -> None:
        """TD3.3c: the status of an entry becomes Deleted."""
        own = ebxml.RegistryObject("SubmissionSet01")
        package = ebxml.rim.RegistryPackage(
            own.identifier(SET_PATIENT, patient, "XDSSubmissionSet.patientId"), id=own.id
        )
        slots = [slot("OriginalStatus", APPROVED), slot("NewStatus", DELETED)]
        change = ebxml.association("as1", ebxml.UPDATES_STATUS, own.id, entry_uuid, slots)
        asked = ebxml.lcm.SubmitObjectsRequest(ebxml.rim.RegistryObjectList(package, change))
        _check(self._call("registry", UPDATE, asked, caller, patient).payload)

    def find(self, caller: Caller, patient: str, filters: Filters = Filters()) -> list[Found]:
        """TD3.1: the manifests of a patient that are approved."""
        slots = [*_common(patient)]
        for codes, system in ((filters.modalities, MODALITIES), (filters.regions, REGIONS)):
            if codes:
                quoted = ", ".join(_quoted(f"{code}^^{system}") for code in codes)
                slots.append(slot("$XDSDocumentEntryEventCodeList", f"({quoted})"))
        for name, value in (("From", filters.created_from), ("To", filters.created_to)):
            if value:
                slots.append(slot(f"$XDSDocumentEntryCreationTime{name}", value))
        return self._found(caller, patient, FIND, slots)

    def find_by_reference(
        self, caller: Caller, patient: str, references: Sequence[str]
    ) -> list[Found]:
        """TD3.1b: the manifests that have one of the references (CXi, ITI TF-3 4.2.3.2.28)."""
        quoted = ", ".join(map(_quoted, references))
        slots = [*_common(patient), slot("$XDSDocumentEntryReferenceIdList", f"({quoted})")]
        return self._found(caller, patient, FIND_BY_REFERENCE, slots)

    def entry(self, caller: Caller, patient: str, unique_id: str) -> Found | None:
        """GetDocuments: the entry of a document, whatever its status."""
        slots = [slot("$XDSDocumentEntryUniqueId", f"({_quoted(unique_id)})")]
        found = self._found(caller, patient, GET_DOCUMENTS, slots)
        return next((one for one in found if one.unique_id == unique_id), None)

    def _found(
        self, caller: Caller, patient: str, query: str, slots: Sequence[Element]
    ) -> list[Found]:
        asked = ebxml.query.AdhocQueryRequest(
            ebxml.query.ResponseOption(returnType="LeafClass", returnComposedObjects="true"),
            ebxml.rim.AdhocQuery(*slots, id=query),
        )
        reply = self._call("registry", SEARCH, asked, caller, patient)
        _check(reply.payload)
        path = "rim:RegistryObjectList/rim:ExtrinsicObject"
        return [_entry(one) for one in reply.payload.iterfind(path, ebxml.PREFIXES)]

    def retrieve(self, caller: Caller, patient: str, repository: str, unique_id: str) -> bytes:
        """TD3.2: a document."""
        asked = ebxml.xds.RetrieveDocumentSetRequest(
            ebxml.xds.DocumentRequest(
                ebxml.xds.RepositoryUniqueId(repository), ebxml.xds.DocumentUniqueId(unique_id)
            )
        )
        reply = self._call("repository", RETRIEVE, asked, caller, patient)
        answer = reply.payload.find("rs:RegistryResponse", ebxml.PREFIXES)
        _check(reply.payload if answer is None else answer)
        for one in reply.payload.iterfind("xds:DocumentResponse", ebxml.PREFIXES):
            named = one.findtext("xds:DocumentUniqueId", "", ebxml.PREFIXES).strip()
            document = one.find("xds:Document", ebxml.PREFIXES)
            if named == unique_id and document is not None:
                return reply.document(document)
        raise NotUnderstood("the answer has not the document that was asked for")


def _common(patient: str) -> list[Element]:
    return [
        slot("$XDSDocumentEntryPatientId", _quoted(patient)),
        slot("$XDSDocumentEntryStatus", f"({_quoted(APPROVED)})"),
        slot("$XDSDocumentEntryTypeCode", f"({_quoted(KOS_TYPE)})"),
    ]


def _quoted(text: str) -> str:
    """A value in a stored query (ITI TF-2 3.18.4.1.2.3.5)."""
    return "'" + text.replace("'", "''") + "'"


def _patient_of(request: Element) -> str:
    package = request.find(".//rim:RegistryPackage", ebxml.PREFIXES)
    return "" if package is None else identifier_of(package, SET_PATIENT)


def _check(answer: Element) -> None:
    """Raises Refused, or Unavailable, unless the status is Success (F-RSP-01)."""
    if answer.get("status") == SUCCESS:
        return
    path = ".//rs:RegistryError"
    codes = [one.get("errorCode", "") for one in answer.iterfind(path, ebxml.PREFIXES)]
    if codes and {*codes} <= TRANSIENT:
        raise Unavailable(", ".join(codes))
    raise Refused(codes)


def _entry(one: Element) -> Found:
    title = one.find("rim:Name/rim:LocalizedString", ebxml.PREFIXES)
    institutions = one.iterfind(
        f"rim:Classification[@classificationScheme='{ebxml.ENTRY_AUTHOR}']", ebxml.PREFIXES
    )

    def first(name: str) -> str:
        return "".join(slot_values(one, name)[:1])

    return Found(
        entry_uuid=one.get("id", ""),
        unique_id=identifier_of(one, ENTRY_UNIQUE),
        repository=first("repositoryUniqueId"),
        status=one.get("status", ""),
        title="" if title is None else title.get("value", ""),
        created=first("creationTime"),
        started=first("serviceStartTime"),
        institutions=[value for author in institutions
                      for value in slot_values(author, "authorInstitution")],
        events=codes_of(one, EVENT),
        types=codes_of(one, TYPE_CODE),
        classes=codes_of(one, CLASS_CODE),
        references=slot_values(one, ebxml.REFERENCE_IDS),
        metadata=one,
    )  # fmt: skip
