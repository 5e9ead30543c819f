"""The conforming calls that the mutants are made from."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.base import Base
from testdata.wire.call import contextual_call

ALPHA = exam("alpha")
LOCATION = f"https://vi1.{ALPHA.structure.host}/IHEInvokeImageDisplay"
ORDER = ALPHA.study.orders[0]
STUDY = f"studyUID={ALPHA.study.uid}"
ACCESSION = f"Accessionnumber={ORDER.accession_oid}.{ORDER.accession}"
REPORT = f"idCDA={ALPHA.report.oid}"


def link(*parameters: str) -> bytes:
    return f"{LOCATION}?{'&'.join(parameters)}".encode()


BASES = {
    "viewer-link": Base(
        "iid", "drim-m-production", lambda: link("requestType=STUDY", STUDY, ACCESSION, REPORT)
    ),
    "viewer-link-ihe": Base("iid", "xds-i-b", lambda: link("requestType=STUDY", STUDY)),
    "viewer-link-patient": Base(
        "iid", "xds-i-b", lambda: link("requestType=PATIENT", "patientID=1%5E%5E%5EA")
    ),
    "contextual-call": Base("call", "drim-m-lab", lambda: contextual_call(ALPHA)),
}
