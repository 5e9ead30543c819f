"""The answer of the DRIMbox Source to the request of a series (DRIM-M C.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID

from testdata.exam import Exam, SeriesPlan, Study
from testdata.images import instance
from testdata.kos import write
from testdata.kos_parts import authority, item
from testdata.wire.streams import JPEG, JPEG_LS

SYNTAX = "1.2.840.10008.1.2.1"
LOSSLESS_SYNTAX = "1.2.840.10008.1.2.4.80"
LOSSY_SYNTAX = "1.2.840.10008.1.2.4.50"
SIZE = 64
"""Side of the images, in pixels: small ones, as their pixels do not matter here."""
CHUNK = 8192
OK = "HTTP/1.1 200 OK"
DATE = "Date: Tue, 24 Nov 2026 09:30:00 GMT"
SECURITY = "Strict-Transport-Security: max-age=63072000; includeSubdomains"


class Piece(NamedTuple):
    """A part of a multipart: its type, the URL that it is, its content."""

    content_type: str
    location: str
    content: bytes


def boundary(exam: Exam) -> str:
    return str(exam.seed.uuid("boundary"))


@cache
def part(exam: Exam, study: Study, series: SeriesPlan, number: int) -> bytes:
    """An instance as the Source sends it: the INS among the other patient identifiers."""
    return write(with_ins(exam, instance(exam, study, series, number, size=SIZE)))


@cache
def lossless_part(exam: Exam, study: Study, series: SeriesPlan, number: int) -> bytes:
    """The instance in JPEG-LS."""
    document = with_ins(exam, instance(exam, study, series, number, size=8))
    return write(_compressed(document, LOSSLESS_SYNTAX, [JPEG_LS]))


@cache
def lossy_part(exam: Exam, study: Study, series: SeriesPlan, number: int) -> bytes:
    """The instance, one of 8 bits, in baseline JPEG."""
    document = with_ins(exam, instance(exam, study, series, number, size=8))
    document.Rows = document.Columns = 8
    document.LossyImageCompression = "01"
    document.LossyImageCompressionRatio = "2.5"
    document.LossyImageCompressionMethod = "ISO_10918_1"
    return write(_compressed(document, LOSSY_SYNTAX, [JPEG] * int(document.NumberOfFrames)))


def with_ins(exam: Exam, document: Dataset) -> Dataset:
    """The INS among the patient identifiers of an image (DRIM-M C-RES-08)."""
    patient = exam.patient
    document.OtherPatientIDsSequence = Items(
        [
            item(
                PatientID=patient.ins,
                TypeOfPatientID="TEXT",
                IssuerOfPatientIDQualifiersSequence=authority(patient.ins_oid),
            )
        ]
    )
    return document


def _compressed(document: Dataset, syntax: str, frames: Sequence[bytes]) -> Dataset:
    document.file_meta.TransferSyntaxUID = UID(syntax)
    document.PixelData = encapsulate(list(frames))
    document["PixelData"].VR = "OB"
    document["PixelData"].is_undefined_length = True
    return document


def location(exam: Exam, study: Study, series: SeriesPlan, number: int) -> str:
    return f"{exam.retrieve_url(study, series)}/instances/{series.instances[number - 1]}"


def pieces(
    exam: Exam,
    study: Study,
    series: SeriesPlan,
    *,
    count: int = 2,
    syntax: str = SYNTAX,
    make: Callable[[Exam, Study, SeriesPlan, int], bytes] = part,
) -> list[Piece]:
    """The first ``count`` instances of a series as parts."""
    return [
        Piece(
            f"application/dicom;transfer-syntax={syntax}",
            location(exam, study, series, number),
            make(exam, study, series, number),
        )
        for number in range(1, count + 1)
    ]


def multipart(mark: str, parts: Sequence[Piece], *, lengths: bool = True) -> bytes:
    """The body of these parts."""
    body = b""
    for one in parts:
        head = f"--{mark}\r\nContent-Type: {one.content_type}\r\n"
        head += f"Content-Length: {len(one.content)}\r\n" if lengths else ""
        head += f"Content-Location: {one.location}\r\n\r\n"
        body += head.encode() + one.content + b"\r\n"
    return body + f"--{mark}--\r\n".encode()


def message(start: str, headers: Sequence[str], body: bytes, *, chunked: bool = False) -> bytes:
    """A whole response, in chunks or with its length."""
    lines = [start, DATE, SECURITY, *headers]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        body = in_chunks(body)
    else:
        lines.append(f"Content-Length: {len(body)}")
    return "".join(line + "\r\n" for line in (*lines, "")).encode() + body


def in_chunks(body: bytes) -> bytes:
    """The body as chunks of a few kilobytes, and the last one."""
    chunks = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]
    sent = [f"{len(one):x}\r\n".encode() + one + b"\r\n" for one in chunks]
    return b"".join(sent) + b"0\r\n\r\n"


def series_response(
    exam: Exam, study: Study, series: SeriesPlan, *, count: int = 2, chunked: bool = False
) -> bytes:
    """Head and body: the first ``count`` instances of the series."""
    parts = pieces(exam, study, series, count=count)
    return related(exam, parts, "application/dicom", SYNTAX, chunked=chunked)


def related(
    exam: Exam, parts: Sequence[Piece], root: str, syntax: str = "", *, chunked: bool = False
) -> bytes:
    """A multipart/related of these parts, in the transfer syntax announced for all."""
    mark = boundary(exam)
    announced = f" transfer-syntax={syntax};" if syntax else ""
    content_type = f'Content-Type: multipart/related; type="{root}";{announced} boundary={mark}'
    return message(OK, [content_type], multipart(mark, parts, lengths=not chunked), chunked=chunked)
