"""The answer of the DRIMbox Source to the request of a series (DRIM-M C.2)."""

from __future__ import annotations

from pydicom.sequence import Sequence

from testdata.exam import Exam, SeriesPlan, Study
from testdata.images import instance
from testdata.kos import write
from testdata.kos_parts import authority, item

SYNTAX = "1.2.840.10008.1.2.1"
SIZE = 64
"""Side of the images, in pixels: small ones, as their pixels do not matter here."""


def boundary(exam: Exam) -> str:
    return str(exam.seed.uuid("boundary"))


def part(exam: Exam, study: Study, series: SeriesPlan, number: int) -> bytes:
    """An instance as the Source sends it: the INS among the other patient identifiers."""
    document = instance(exam, study, series, number, size=SIZE)
    patient = exam.patient
    document.OtherPatientIDsSequence = Sequence(
        [
            item(
                PatientID=patient.ins,
                TypeOfPatientID="TEXT",
                IssuerOfPatientIDQualifiersSequence=authority(patient.ins_oid),
            )
        ]
    )
    return write(document)


def series_response(exam: Exam, study: Study, series: SeriesPlan, *, count: int = 2) -> bytes:
    """Head and body: the first ``count`` instances of the series."""
    mark = boundary(exam)
    head = f"\r\n--{mark}\r\nContent-Type: application/dicom;transfer-syntax={SYNTAX}\r\n\r\n"
    parts = [head.encode() + part(exam, study, series, number) for number in range(1, count + 1)]
    body = b"".join(parts) + f"\r\n--{mark}--\r\n".encode()
    content_type = (
        f'multipart/related; type="application/dicom"; transfer-syntax={SYNTAX}; boundary={mark}'
    )
    lines = [
        "HTTP/1.1 200 OK",
        "Date: Tue, 24 Nov 2026 09:30:00 GMT",
        "Strict-Transport-Security: max-age=63072000; includeSubdomains",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
    ]
    return "".join(line + "\r\n" for line in (*lines, "")).encode() + body
