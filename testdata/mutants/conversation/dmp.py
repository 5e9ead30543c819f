"""Mutants of the transactions with the DMP, and of their answers."""

from __future__ import annotations

from testdata.conversation import consultation, login, packed, publication
from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.conversation.changes import in_body, in_url, on
from testdata.mutants.wire.changes import header, start
from testdata.publication import Generation

ALPHA = exam("alpha")
EXISTS, SEARCH, REFERENCE, RETRIEVE, PUBLISH, DELETE = 7, 8, 9, 10, 11, 12
"""The exchanges of the base, by number."""
KOS = Generation(ALPHA, ALPHA.study).uid
REGISTERED = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
SOAP_12, SOAP_11 = (
    "http://www.w3.org/2003/05/soap-envelope",
    "http://schemas.xmlsoap.org/soap/envelope/",
)


def _before_login(_raw: bytes) -> bytes:
    looks = consultation(ALPHA)
    return packed([looks[1], *login(ALPHA), looks[0], *looks[2:], *publication(ALPHA)])


TRANSPORT = (
    Mutant("soap-1.1", "dmp", "F-SOAP-ENVELOPE",
           rewrite=on(DELETE, "request", in_body(SOAP_12, SOAP_11))),
    Mutant("envelope-cut", "dmp", "F-SOAP-ENVELOPE",
           rewrite=on(DELETE, "request", in_body("</soap:Envelope>", ""))),
    Mutant("endpoint-of-the-registry", "dmp", "F-TD-09",
           rewrite=in_url(RETRIEVE, "/services/repository", "/services/registry")),
    Mutant("endpoint-of-another-version", "dmp", "F-TD-09",
           rewrite=in_url(SEARCH, "/v2/", "/v1/")),
    Mutant("type-of-soap-1.1", "dmp", "F-SOAP-TYPE",
           rewrite=on(SEARCH, "request", header("Content-Type", "text/xml; charset=UTF-8"))),
    Mutant("action-of-another", "dmp", "F-SOAP-ACTION",
           rewrite=on(SEARCH, "request",
                      in_body("2007:RegistryStoredQuery<", "2007:RetrieveDocumentSet<"))),
    Mutant("message-id-absent", "dmp", "F-SOAP-ID",
           rewrite=on(EXISTS, "request", in_body("wsa:MessageID>", "wsa:Message>"))),
    Mutant("message-id-repeated", "dmp", "F-SOAP-ID",
           rewrite=lambda raw: on(REFERENCE, "response", _same_id)(
               on(REFERENCE, "request", _same_id)(raw))),
)  # fmt: skip


def _same_id(raw: bytes) -> bytes:
    """The identifiers of the first search in the second one."""
    first, second = (
        str(ALPHA.seed.uuid(f"message urn:uuid:{query}")).encode()
        for query in (
            "14d4debf-8f97-4251-9a74-a90016b0af0d",
            "12941a89-e02e-4be5-967c-ce4bfc8fe492",
        )
    )
    assert second in raw
    return raw.replace(second, first)


ANSWERS = (
    Mutant("answer-503", "dmp", "F-RSP-ENVELOPE",
           rewrite=on(EXISTS, "response", start("200 OK", "503 Service Unavailable"))),
    Mutant("answer-a-fault", "dmp", "F-RSP-ENVELOPE",
           rewrite=on(EXISTS, "response", in_body("</soap:Body>", "<soap:Fault/></soap:Body>"))),
    Mutant("answer-to-another", "dmp", "F-RSP-RELATES",
           rewrite=on(PUBLISH, "response", in_body("RelatesTo>urn:uuid:", "RelatesTo>urn:uuid:0"))),
    Mutant("answer-of-another-action", "dmp", "F-RSP-ACTION",
           rewrite=on(PUBLISH, "response", in_body("-bResponse<", "-b<"))),
    Mutant("submission-in-part", "dmp", "F-RSP-01",
           rewrite=on(PUBLISH, "response", in_body(REGISTERED, PARTIAL))),
    Mutant("submission-answered-by-nothing", "dmp", "F-RSP-01",
           rewrite=on(PUBLISH, "response", in_body("rs:RegistryResponse", "rs:Response"))),
    Mutant("search-in-part", "dmp", "F-RSP-STATUS",
           rewrite=on(SEARCH, "response", in_body(REGISTERED, PARTIAL))),
    Mutant("retrieval-in-part", "dmp", "F-RSP-STATUS",
           rewrite=on(RETRIEVE, "response", in_body(REGISTERED, PARTIAL))),
    Mutant("authorisation-unknown", "dmp", "F-TD-01-ANSWER",
           rewrite=on(EXISTS, "response", in_body("VALIDE", "OUI"))),
    Mutant("document-of-another-type", "dmp", "F-TD-07-TYPE",
           rewrite=on(RETRIEVE, "response", in_body("application/octet-stream", "text/plain"))),
)  # fmt: skip

REQUESTS = (
    Mutant("reason-wrong", "dmp", "F-TD-01-REASON",
           rewrite=on(EXISTS, "request", in_body("TEST_EXST", "TEST_EXIST"))),
    Mutant("consultation-forbidden", "dmp", "F-TD-01-FORBIDDEN",
           rewrite=on(EXISTS, "response", in_body("VALIDE", "INTERDIT"))),
    Mutant("consultation-before-login", "dmp", "F-TD-11", rewrite=_before_login),
    Mutant("query-unknown", "dmp", "F-TD-05",
           rewrite=on(SEARCH, "request", in_body("14d4debf-8f97-4251-9a74-a90016b0af0d",
                                                 "14d4debf-8f97-4251-9a74-a90016b0af0e"))),
    Mutant("patient-without-apostrophes", "dmp", "F-TD-06-PATIENT",
           rewrite=on(SEARCH, "request", in_body(f"'{ALPHA.patient.ins}", ALPHA.patient.ins))),
    Mutant("deprecated-asked-for", "dmp", "F-TD-06-STATUS",
           rewrite=on(SEARCH, "request", in_body("StatusType:Approved", "StatusType:Deprecated"))),
    Mutant("type-not-filtered", "dmp", "F-TD-06-TYPE",
           rewrite=on(SEARCH, "request", in_body("IMG-KOS^^", "11528-7^^"))),
    Mutant("event-code-without-scheme", "dmp", "F-TD-06-CODES",
           rewrite=on(SEARCH, "request", in_body("MR^^1.2.250.1.213.1.1.5.618", "MR"))),
    Mutant("reference-without-kind", "dmp", "F-TD-06-REFERENCE",
           rewrite=on(REFERENCE, "request", in_body("^urn:ihe:iti:xds:2013:accession", ""))),
    Mutant("reference-absent", "dmp", "F-TD-06-REFERENCE",
           rewrite=on(REFERENCE, "request", in_body("EntryReferenceIdList", "EntryReferences"))),
    Mutant("retrieval-without-repository", "dmp", "F-TD-07-IDS",
           rewrite=on(RETRIEVE, "request", in_body("RepositoryUniqueId", "RepositoryId"))),
    Mutant("retrieval-of-another", "dmp", "F-TD-07-FOUND",
           rewrite=on(RETRIEVE, "request", in_body(KOS, f"{KOS}1"))),
    Mutant("status-not-deleted", "dmp", "F-TD-08",
           rewrite=on(DELETE, "request", in_body("2010:StatusType:Deleted",
                                                 "2010:StatusType:Archived"))),
)  # fmt: skip

MUTANTS = TRANSPORT + ANSWERS + REQUESTS
