"""What the DMP does wrong when it is asked to, one thing at a time.

The names are those of the mutants of a conversation that have the same effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydicom import Dataset

from simulators.dmp.application import SERVICES
from simulators.dmp.documents import Delivery
from simulators.dmp.names import FAILURE, PARTIAL, SEVERITY, SOAP, SUCCESS
from simulators.faults import Fault, Rewrite
from testdata.identity import ins_key
from testdata.kos import read, write
from testdata.mutants.wire.changes import body

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
OTHER_BODY = "2790351215189"
OTHER_INS = OTHER_BODY + ins_key(OTHER_BODY)
REGISTRY, REPOSITORY, PATIENTS = (
    f"{SERVICES}/{name}" for name in ("registry", "repository", "patients")
)


def _at(path: str, *marks: bytes) -> Callable[[bytes], bool]:
    """The requests to a service, of those that carry one of the marks where any is named."""
    start = f"POST {path} ".encode()
    return lambda request: (
        request.startswith(start) and (not marks or any(one in request for one in marks))
    )


PUBLISHING = _at(REPOSITORY, b"ProvideAndRegisterDocumentSetRequest")
RETRIEVING = _at(REPOSITORY, b"RetrieveDocumentSetRequest")
SEARCHING = _at(REGISTRY, b"AdhocQueryRequest")
DELETING = _at(REGISTRY, b"UpdateDocumentSet")


def _anything(request: bytes) -> bool:
    return request.startswith(f"POST {SERVICES}/".encode())


def _text(old: str, new: str) -> Rewrite:
    """Write ``new`` for ``old`` in the body, where it is there."""
    return body(lambda raw: raw.replace(old.encode(), new.encode()))


def _refused(code: str) -> Rewrite:
    """Success made a failure with an error."""
    errors = (
        f'<rs:RegistryErrorList highestSeverity="{SEVERITY}"><rs:RegistryError errorCode="{code}" '
        f'codeContext="{code}" location="" severity="{SEVERITY}"/></rs:RegistryErrorList>'
    )
    made = f'status="{FAILURE}">{errors}</rs:RegistryResponse>'
    return _text(f'status="{SUCCESS}"/>', made)


def _unavailable(raw: bytes) -> bytes:
    return raw.replace(b" 200 OK", b" 503 Service Unavailable", 1)


def _part_of_text(raw: bytes) -> bytes:
    """The documents come as text/plain."""
    return body(lambda sent: sent.replace(b"application/octet-stream", b"text/plain"))(raw)


def _kos(change: Callable[[Dataset], None]) -> Callable[[Delivery], Delivery]:
    """A change of the KOS that is delivered; its metadata stay as they were published."""

    def adjust(one: Delivery) -> Delivery:
        if not one.entry.is_kos:
            return one
        document = read(one.content)
        change(document)
        return replace(one, content=write(document))

    return adjust


def _without_images(document: Dataset) -> None:
    """Neither content nor evidence names an image (dcm4chee-arc-light issue 650)."""
    document.CurrentRequestedProcedureEvidenceSequence = []
    document.ContentSequence = [
        one for one in document.ContentSequence if one.ValueType not in ("IMAGE", "COMPOSITE")
    ]


def _of_another(document: Dataset) -> None:
    document.PatientID = OTHER_INS


def _described_otherwise(document: Dataset) -> None:
    document.SeriesDescription = "Autre description"


def _cut(one: Delivery) -> Delivery:
    return replace(one, content=one.content[:-40]) if one.entry.is_kos else one


def _fault(name: str, effect: str, rule: str, *, breaks: str = "", **how: Any) -> Fault:
    """``breaks`` is the requirement where its id is not that of the rule."""
    return Fault(name, "dmp", effect, breaks or rule, rule, **how)


ANSWERS = (
    _fault("answer-503", "answers 503 to whether a record exists", "F-RSP-ENVELOPE",
           rewrite=_unavailable, at=_at(PATIENTS)),
    _fault("answer-a-fault", "answers a SOAP fault under 200", "F-RSP-ENVELOPE",
           rewrite=_text("</soap:Body>", "<soap:Fault/></soap:Body>"), at=_at(PATIENTS)),
    _fault("answer-in-soap-1.1", "answers a search in SOAP 1.1", "F-RSP-ENVELOPE",
           rewrite=_text(SOAP, SOAP_11), at=SEARCHING),
    _fault("answer-cut", "answers a search by an envelope without its end", "F-RSP-ENVELOPE",
           rewrite=_text("</soap:Envelope>", ""), at=SEARCHING),
    _fault("answer-to-another", "answers a submission as if it were another", "F-RSP-RELATES",
           rewrite=_text("RelatesTo>urn:uuid:", "RelatesTo>urn:uuid:0"), at=PUBLISHING),
    _fault("answer-to-nobody", "answers without saying which message", "F-RSP-RELATES",
           rewrite=_text("wsa:RelatesTo", "wsa:ReplyTo"), at=_anything),
    _fault("answer-of-another-action", "answers a submission with the action of the request",
           "F-RSP-ACTION", rewrite=_text("-bResponse<", "-b<"), at=PUBLISHING),
    _fault("authorisation-unknown", "answers neither VALIDE nor INTERDIT", "F-TD-01-ANSWER",
           rewrite=body(lambda raw: raw.replace(b"VALIDE", b"OUI").replace(b"INTERDIT", b"NON")),
           at=_at(PATIENTS)),
    _fault("document-of-another-type", "delivers documents as text/plain", "F-TD-07-TYPE",
           rewrite=_part_of_text, at=RETRIEVING),
)  # fmt: skip

STATUSES = (
    _fault("submission-in-part", "answers a submission PartialSuccess", "F-RSP-01",
           rewrite=_text(SUCCESS, PARTIAL), at=PUBLISHING),
    _fault("submission-answered-by-nothing", "answers a submission without RegistryResponse",
           "F-RSP-01", rewrite=_text("rs:RegistryResponse", "rs:Response"), at=PUBLISHING),
    _fault("submission-refused-as-duplicate",
           "registers a submission, and says that its unique id is a duplicate", "F-RSP-01",
           rewrite=_refused("XDSDuplicateUniqueIdInRegistry"), at=PUBLISHING),
    _fault("submission-refused-as-busy",
           "registers a submission, and says that the registry is busy", "F-RSP-01",
           rewrite=_refused("XDSRegistryBusy"), at=PUBLISHING),
    _fault("search-in-part", "answers a search PartialSuccess", "F-RSP-STATUS",
           rewrite=_text(SUCCESS, PARTIAL), at=SEARCHING),
    _fault("retrieval-in-part", "answers a retrieval PartialSuccess", "F-RSP-STATUS",
           rewrite=_text(SUCCESS, PARTIAL), at=RETRIEVING),
    _fault("deletion-refused", "deletes an entry, and says that it failed", "F-RSP-STATUS",
           rewrite=_refused("XDSMetadataUpdateError"), at=DELETING),
)  # fmt: skip

DOCUMENTS = (
    _fault("n28-kos-without-images", "delivers a KOS that lists no image", "KOS-TID-09",
           breaks="DCM-T09", adjust=_kos(_without_images)),
    _fault("kos-of-another-patient", "delivers a KOS with the INS of another patient", "X-KX-02",
           adjust=_kos(_of_another)),
    _fault("kos-hash-wrong", "delivers a KOS of which the metadata have another hash", "X-KX-05",
           adjust=_kos(_described_otherwise)),
    _fault("kos-cut", "delivers a KOS without its last bytes", "DICOM-FILE-14",
           breaks="DCM-F14", adjust=_cut),
)  # fmt: skip

UNCOMMON = (
    Fault("consultation-forbidden", "dmp", "says of every record that it is closed: INTERDIT",
          rewrite=_text("VALIDE", "INTERDIT"), at=_at(PATIENTS)),
)  # fmt: skip

FAULTS: tuple[Fault, ...] = (*ANSWERS, *STATUSES, *DOCUMENTS, *UNCOMMON)
