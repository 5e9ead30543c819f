"""Other answers of a WADO-RS service: metadata, frames, rendered images, errors (PS3.18 10.4)."""

from __future__ import annotations

import base64
import json
from xml.sax.saxutils import escape, quoteattr

from pydicom import Dataset
from pydicom.datadict import keyword_for_tag
from pydicom.multival import MultiValue

from testdata.exam import Exam, SeriesPlan, Study
from testdata.images import instance
from testdata.wire.response import (
    LOSSLESS_SYNTAX,
    OK,
    SIZE,
    Piece,
    location,
    message,
    part,
    related,
)
from testdata.wire.streams import JPEG, JPEG_LS


def single_response(exam: Exam, study: Study, series: SeriesPlan) -> bytes:
    """One instance, not in a multipart."""
    content_type = "Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.1"
    return message(OK, [content_type], part(exam, study, series, 1))


def described(exam: Exam, study: Study, series: SeriesPlan, number: int) -> Dataset:
    """An instance without its pixels."""
    document = instance(exam, study, series, number, size=SIZE)
    del document.PixelData
    document.SpecificCharacterSet = "ISO_IR 192"
    return document


def json_response(exam: Exam, study: Study, series: SeriesPlan, *, count: int = 2) -> bytes:
    """The metadata of the first instances as JSON, their pixels by reference."""
    every = []
    for number in range(1, count + 1):
        one = described(exam, study, series, number).to_json_dict()
        one["00420011"] = {"vr": "OB", "InlineBinary": base64.b64encode(b"%PDF").decode()}
        one["7FE00010"] = {
            "vr": "OW",
            "BulkDataURI": f"{location(exam, study, series, number)}/frames/1",
        }
        every.append({tag: one[tag] for tag in sorted(one)})
    return message(OK, ["Content-Type: application/dicom+json"], json.dumps(every).encode())


def xml_response(exam: Exam, study: Study, series: SeriesPlan, *, count: int = 2) -> bytes:
    """The metadata of the first instances as native DICOM XML, a part for each."""
    parts = [
        Piece(
            "application/dicom+xml",
            location(exam, study, series, number),
            native_xml(described(exam, study, series, number)),
        )
        for number in range(1, count + 1)
    ]
    return related(exam, parts, "application/dicom+xml")


def native_xml(document: Dataset) -> bytes:
    """A data set in the Native DICOM Model (PS3.19 A.1)."""
    space = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
    inside = _attributes(document)
    root = f'<NativeDicomModel xmlns="{space}" xml:space="preserve">{inside}</NativeDicomModel>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _attributes(document: Dataset) -> str:
    made = ""
    for element in document:
        keyword = keyword_for_tag(element.tag)
        head = f'tag="{element.tag:08X}" vr="{element.VR}" keyword={quoteattr(keyword)}'
        if element.VR == "SQ":
            values = [_attributes(item) for item in element.value]
            inside = _numbered("Item", values)
        elif element.VR == "PN":
            names = [f"<Alphabetic><FamilyName>{escape(str(one))}</FamilyName></Alphabetic>"
                     for one in _several(element.value)]  # fmt: skip
            inside = _numbered("PersonName", names)
        else:
            inside = _numbered("Value", [escape(str(one)) for one in _several(element.value)])
        made += f"<DicomAttribute {head}>{inside}</DicomAttribute>"
    return made


def _several(value: object) -> list[object]:
    """The values of an element, of which pydicom gives a single one bare."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, MultiValue)) else [value]


def _numbered(name: str, values: list[str]) -> str:
    return "".join(
        f'<{name} number="{number}">{value}</{name}>' for number, value in enumerate(values, 1)
    )


def frames_response(exam: Exam, study: Study, series: SeriesPlan) -> bytes:
    """Two uncompressed frames of an image of 64 by 64 pixels of 8 bits."""
    parts = [
        Piece(
            "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1",
            f"{location(exam, study, series, 1)}/frames/{number}",
            bytes([number]) * 4096,
        )
        for number in (1, 2)
    ]
    return related(exam, parts, "application/octet-stream")


def compressed_frames_response(exam: Exam, study: Study, series: SeriesPlan) -> bytes:
    """One frame in JPEG-LS."""
    place = f"{location(exam, study, series, 1)}/frames/1"
    parts = [Piece(f"image/jls; transfer-syntax={LOSSLESS_SYNTAX}", place, JPEG_LS)]
    return related(exam, parts, "image/jls")


def rendered_response() -> bytes:
    """A rendered image of 8 by 8 pixels."""
    return message(OK, ["Content-Type: image/jpeg"], JPEG)


def error(status: str, *headers: str) -> bytes:
    """An error with a short explanation."""
    text = f"<html><body>{status}</body></html>".encode()
    return message(f"HTTP/1.1 {status}", ["Content-Type: text/html", *headers], text)
