"""The request of a series, as the DRIMbox Conso sends it (DRIM-M C.1)."""

from __future__ import annotations

from collections.abc import Mapping

from testdata.exam import Exam, SeriesPlan, Study

LOSSLESS = {
    "1.2.840.10008.1.2.4.70": "0.9",
    "1.2.840.10008.1.2.4.80": "0.8",
    "1.2.840.10008.1.2.4.91": "0.6",
    "1.2.840.10008.1.2.4.50": "0.5",
    "1.2.840.10008.1.2.4.51": "0.5",
    "1.2.840.10008.1.2.4.100": "0.5",
    "1.2.840.10008.1.2.4.101": "0.5",
    "1.2.840.10008.1.2.4.102": "0.5",
    "1.2.840.10008.1.2.4.103": "0.5",
    "1.2.840.10008.1.2.1": "0.4",
}
"""Quality of each transfer syntax for export and import (C-REQ-09)."""
LOSSY = LOSSLESS | {
    "1.2.840.10008.1.2.4.50": "0.9",
    "1.2.840.10008.1.2.4.51": "0.9",
    "1.2.840.10008.1.2.4.70": "0.6",
    "1.2.840.10008.1.2.4.80": "0.5",
    "1.2.840.10008.1.2.4.91": "0.5",
}
"""Quality of each transfer syntax for viewing (C-REQ-10)."""


def accept(preferences: Mapping[str, str]) -> str:
    """The Accept header of these preferences, in one line."""
    return ",".join(
        f'multipart/related; type="application/dicom";transfer-syntax={syntax};q={quality}'
        ";boundary=**"
        for syntax, quality in preferences.items()
    )


def series_request(
    exam: Exam, study: Study, series: SeriesPlan, *, preferences: Mapping[str, str] = LOSSLESS
) -> bytes:
    """GET of the Retrieve URL of a series."""
    return request(exam, study, exam.retrieve_url(study, series), accept(preferences))


def request(exam: Exam, study: Study, target: str, accept: str) -> bytes:
    """GET of a resource of the Source; the token is a dummy."""
    return _written(
        exam,
        target,
        f"Accept: {accept}",
        f"Authorization: Bearer {exam.seed.digits('token', 32)}",
        f"KOS-SOPInstanceUID: {exam.kos_uid(study)}",
    )


def health_check(exam: Exam) -> bytes:
    """GET of the base URI, as a supervision sends it (C-HLT-01)."""
    return _written(exam, exam.source_url, "Accept: application/json")


def _written(exam: Exam, target: str, *headers: str) -> bytes:
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {exam.source_url.split('/')[2]}",
        *headers,
        "User-Agent: drimcheck",
        "Connection: keep-alive",
    ]
    return "".join(line + "\r\n" for line in (*lines, "")).encode()
