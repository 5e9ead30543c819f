"""Mutants of the request of a series. The rules are those of DRIM-M C.1, by number."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.wire.changes import add, body, header, in_header, start

ALPHA = exam("alpha")
SERIES = ALPHA.study.series[0].uid

MUTANTS = (
    Mutant("method-post", "wado-request", "WADO-REQ-01", rewrite=start("GET ", "POST ")),
    Mutant("request-with-a-body", "wado-request", "WADO-REQ-01",
           rewrite=body(lambda _: b"studies")),
    Mutant("path-without-study", "wado-request", "WADO-REQ-02",
           rewrite=start(f"/studies/{ALPHA.study.uid}", "")),
    Mutant("path-with-a-query", "wado-request", "WADO-REQ-02",
           rewrite=start(SERIES, f"{SERIES}?includefield=all")),
    Mutant("series-uid-malformed", "wado-request", "WADO-REQ-03",
           rewrite=start(f"/series/{SERIES}", "/series/1.2.03.4")),
    Mutant("token-absent", "wado-request", "WADO-REQ-04", rewrite=header("Authorization", None)),
    Mutant("token-empty", "wado-request", "WADO-REQ-04",
           rewrite=header("Authorization", "Bearer ")),
    Mutant("token-basic", "wado-request", "WADO-REQ-04",
           rewrite=header("Authorization", "Basic YTpi")),
    Mutant("kos-uid-absent", "wado-request", "WADO-REQ-05",
           rewrite=header("KOS-SOPInstanceUID", None)),
    Mutant("kos-uid-twice", "wado-request", "WADO-REQ-05", rewrite=add("KOS-SOPInstanceUID: 1.2")),
    Mutant("accept-absent", "wado-request", "WADO-REQ-06", rewrite=header("Accept", None)),
    Mutant("accept-of-an-image", "wado-request", "WADO-REQ-06",
           rewrite=header("Accept", "image/jpeg")),
    Mutant("syntax-not-offered", "wado-request", "WADO-REQ-07",
           rewrite=in_header("Accept", 'multipart/related; type="application/dicom";'
                             "transfer-syntax=1.2.840.10008.1.2.4.91;q=0.6;boundary=**,", "")),
    Mutant("quality-above-one", "wado-request", "WADO-REQ-08",
           rewrite=in_header("Accept", "q=0.9", "q=1.9")),
    Mutant("preferences-of-neither-use", "wado-request", "WADO-REQ-11",
           rewrite=in_header("Accept", "q=0.8", "q=0.2")),
)  # fmt: skip
