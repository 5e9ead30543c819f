"""Mutants of the answer to the request of a series.

The rules are those of DRIM-M C.2 and of PS3.18 as the catalogue numbers them.
"""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.wire.changes import add, body, header, in_header, start
from testdata.wire.response import boundary, part

ALPHA = exam("alpha")
STUDY = ALPHA.study
FIRST, SECOND = STUDY.series
MARK = boundary(ALPHA).encode()


def _of_another_series(raw: bytes) -> bytes:
    """The second part is an instance of the other series."""
    return raw.replace(part(ALPHA, STUDY, FIRST, 2), part(ALPHA, STUDY, SECOND, 2))


def _twice(raw: bytes) -> bytes:
    """The second part is the first instance again."""
    return raw.replace(part(ALPHA, STUDY, FIRST, 2), part(ALPHA, STUDY, FIRST, 1))


def _bare(raw: bytes) -> bytes:
    """The first part without preamble and prefix."""
    one = part(ALPHA, STUDY, FIRST, 1)
    return raw.replace(one, one[132:])


MUTANTS = (
    Mutant("status-206", "wado-response", "WADO-RES-01",
           rewrite=start("200 OK", "206 Partial Content")),
    Mutant("status-204", "wado-response", "WADO-RES-01", rewrite=start("200 OK", "204 No Content")),
    Mutant("content-type-absent", "wado-response", "WADO-RES-02",
           rewrite=header("Content-Type", None)),
    Mutant("type-parameter-absent", "wado-response", "WADO-RES-02",
           rewrite=in_header("Content-Type", ' type="application/dicom";', "")),
    Mutant("boundary-parameter-absent", "wado-response", "WADO-RES-02",
           rewrite=in_header("Content-Type", f"; boundary={MARK.decode()}", "")),
    Mutant("login-page", "wado-response", "WADO-RES-02", rewrite=header("Content-Type",
                                                                        "text/html")),
    Mutant("close-delimiter-missing", "wado-response", "WADO-WR27",
           rewrite=body(lambda raw: raw.replace(b"\r\n--" + MARK + b"--\r\n", b""))),
    Mutant("lines-ended-by-lf", "wado-response", "WADO-WR26",
           rewrite=body(lambda raw: raw.replace(b"\r\n--" + MARK, b"\n--" + MARK))),
    Mutant("part-type-absent", "wado-response", "WADO-RES-04",
           rewrite=body(lambda raw: raw.replace(b"Content-Type: application/dicom;", b"X: ", 1))),
    Mutant("part-without-preamble", "wado-response", "WADO-WP05", rewrite=body(_bare)),
    Mutant("syntax-not-as-announced", "wado-response", "WADO-WP07",
           rewrite=body(lambda raw: raw.replace(b"transfer-syntax=1.2.840.10008.1.2.1",
                                                b"transfer-syntax=1.2.840.10008.1.2.4.70"))),
    Mutant("instance-of-another-series", "wado-response", "WADO-RES-07",
           rewrite=body(_of_another_series)),
    Mutant("instance-twice", "wado-response", "WADO-RES-06", rewrite=body(_twice)),
    Mutant("content-length-and-chunked", "wado-response", "WADO-WR15",
           rewrite=add("Transfer-Encoding: chunked")),
    Mutant("content-encoding-unasked", "wado-response", "WADO-WR17",
           rewrite=add("Content-Encoding: gzip")),
)  # fmt: skip
