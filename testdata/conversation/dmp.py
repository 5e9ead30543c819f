"""What a Conso asks of the DMP, and what a Source publishes there (DRIM-M F.1)."""

from __future__ import annotations

from lxml.builder import ElementMaker

from testdata.conversation.http import Hop
from testdata.conversation.soap import hop
from testdata.conversation.vihf import V3, Style, security
from testdata.exam import Exam
from testdata.metadata import Lot
from testdata.metadata.answer import RS
from testdata.metadata.registry import LCM, RIM, Element, RegistryObject, association, slot
from testdata.metadata.submission import (
    EXTRINSIC,
    KOS_ID,
    SIGNATURE_ID,
    patient_id,
    request_element,
)
from testdata.metadata.transport import ACTION, XDS, XOP
from testdata.publication import Generation, lot_of

QUERY_NAMESPACE = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
QUERY = ElementMaker(namespace=QUERY_NAMESPACE, nsmap={"query": QUERY_NAMESPACE})
FIND = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
FIND_BY_REFERENCE = "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492"
SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"
REPOSITORY = "1.2.250.1.213.4.1.1.1"
EXISTS = "urn:hl7-org:v3:PRPA_IN201307UV02"
PLAIN = Style()


def consultation(exam: Exam, style: Style = PLAIN) -> list[Hop]:
    """TD0.2, two searches, and the retrieval of the KOS."""
    lot = lot_of(Generation(exam, exam.study))
    accession = exam.study.orders[0]
    reference = (
        f"('{accession.accession}^^^&{accession.accession_oid}&ISO^urn:ihe:iti:xds:2013:accession')"
    )
    codes = slot("$XDSDocumentEntryEventCodeList", "('MR^^1.2.250.1.213.1.1.5.618')")
    by_reference = slot("$XDSDocumentEntryReferenceIdList", reference)
    return [
        _exists(exam, style),
        _search(exam, style, FIND, codes, lot),
        _search(exam, style, FIND_BY_REFERENCE, by_reference, lot),
        _retrieve(exam, style, lot),
    ]


def publication(exam: Exam, style: Style = PLAIN) -> list[Hop]:
    """The submission of the KOS, and its depublication."""
    lot = lot_of(Generation(exam, exam.study))
    header = security(exam, "publish", user=False, style=style)
    body = XDS.ProvideAndRegisterDocumentSetRequest(
        request_element(lot),
        XDS.Document(XOP.Include(href="cid:kos@drimcheck"), id=KOS_ID),
        XDS.Document(XOP.Include(href="cid:signature@drimcheck"), id=SIGNATURE_ID),
    )
    parts = [
        ("application/dicom", "kos@drimcheck", lot.kos),
        ("text/xml", "signature@drimcheck", lot.signature),
    ]
    came = (f"{ACTION}Response", RS.RegistryResponse(status=SUCCESS), ())
    return [
        hop(exam, "publish", "repository", ACTION, (header, body, parts), came),
        _delete(exam, style),
    ]


def _exists(exam: Exam, style: Style) -> Hop:
    """Whether the record exists, and may be looked into (TD0.2)."""
    patient = exam.patient
    asked = V3.PRPA_IN201307UV02(
        V3.controlActProcess(
            V3.reasonCode(code="TEST_EXST"),
            V3.queryByParameter(
                V3.parameterList(
                    V3.patientIdentifier(V3.value(root=patient.ins_oid, extension=patient.ins))
                )
            ),
        )
    )
    told = V3.PRPA_IN201308UV02(
        V3.controlActProcess(
            V3.administrativeObservation(V3.code(code="AUTORISATION"), V3.value(code="VALIDE"))
        )
    )
    header = security(exam, "exists", user=True, style=style)
    came = ("urn:hl7-org:v3:PRPA_IN201308UV02", told, ())
    return hop(exam, "exists", "patients", EXISTS, (header, asked, ()), came)


def _search(exam: Exam, style: Style, query: str, criterion: Element, lot: Lot) -> Hop:
    """A stored query that finds the entry of the KOS (TD3.1)."""
    action = "urn:ihe:iti:2007:RegistryStoredQuery"
    asked = QUERY.AdhocQueryRequest(
        QUERY.ResponseOption(returnType="LeafClass", returnComposedObjects="true"),
        RIM.AdhocQuery(
            slot("$XDSDocumentEntryPatientId", f"'{patient_id(exam)}'"),
            slot("$XDSDocumentEntryStatus", f"('{APPROVED}')"),
            slot("$XDSDocumentEntryTypeCode", "('IMG-KOS^^1.2.250.1.213.1.1.4.12')"),
            criterion,
            id=query,
        ),
    )
    entry = RegistryObject(Generation(exam, exam.study).entry_uuid)
    found = RIM.ExtrinsicObject(
        slot("repositoryUniqueId", REPOSITORY),
        entry.identifier("urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", lot.kos_uid,
                         "XDSDocumentEntry.uniqueId"),
        id=entry.id,
        objectType=EXTRINSIC,
        mimeType="application/dicom",
        status=APPROVED,
    )  # fmt: skip
    told = QUERY.AdhocQueryResponse(RIM.RegistryObjectList(found), status=SUCCESS)
    header = security(exam, f"search {query}", user=True, style=style)
    came = (f"{action}Response", told, ())
    return hop(exam, query, "registry", action, (header, asked, ()), came)


def _retrieve(exam: Exam, style: Style, lot: Lot) -> Hop:
    """The KOS itself (TD3.2)."""
    action = "urn:ihe:iti:2007:RetrieveDocumentSet"

    def named() -> list[Element]:
        return [XDS.RepositoryUniqueId(REPOSITORY), XDS.DocumentUniqueId(lot.kos_uid)]

    asked = XDS.RetrieveDocumentSetRequest(XDS.DocumentRequest(*named()))
    told = XDS.RetrieveDocumentSetResponse(
        RS.RegistryResponse(status=SUCCESS),
        XDS.DocumentResponse(
            *named(),
            XDS.mimeType("application/dicom"),
            XDS.Document(XOP.Include(href="cid:kos@drimcheck")),
        ),
    )
    header = security(exam, "retrieve", user=True, style=style)
    parts = [("application/octet-stream", "kos@drimcheck", lot.kos)]
    came = (f"{action}Response", told, parts)
    return hop(exam, "retrieve", "repository", action, (header, asked, ()), came)


def _delete(exam: Exam, style: Style) -> Hop:
    """The status of the entry becomes Deleted (TD3.3c)."""
    action = "urn:ihe:iti:2010:UpdateDocumentSet"
    own = RegistryObject("SubmissionSet01")
    submission = RIM.RegistryPackage(
        own.identifier("urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446", patient_id(exam),
                       "XDSSubmissionSet.patientId"),
        id=own.id,
    )  # fmt: skip
    update = association(
        "update",
        "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus",
        own.id,
        Generation(exam, exam.study).entry_uuid,
        [slot("OriginalStatus", APPROVED), slot("NewStatus", DELETED)],
    )
    asked = LCM.SubmitObjectsRequest(RIM.RegistryObjectList(submission, update))
    header = security(exam, "delete", user=False, style=style)
    came = (f"{action}Response", RS.RegistryResponse(status=SUCCESS), ())
    return hop(exam, "delete", "registry", action, (header, asked, ()), came)
