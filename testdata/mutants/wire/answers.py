"""Mutants of the other answers: errors, metadata, frames, rendered images."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.rewriting import Rewrite
from testdata.mutants.wire.changes import body, header, in_header, start, swap
from testdata.wire.answers import error
from testdata.wire.streams import JPEG_LS

ALPHA = exam("alpha")
HERE = ALPHA.retrieve_url(ALPHA.study, ALPHA.study.series[0])
Attributes = dict[str, Any]
NO_RESOURCE = "the page of the error is no instance"


def metadata(change: Callable[[Attributes], None]) -> Rewrite:
    """Change the metadata of the first instance."""

    def edit(raw: bytes) -> bytes:
        every = json.loads(raw)
        change(every[0])
        return json.dumps(every).encode()

    return body(edit)


def setting(tag: str, **content: object) -> Rewrite:
    """Give an attribute of the first instance another content, where its tag stands."""

    def change(found: Attributes) -> None:
        if tag not in found:
            raise ValueError(f"no {tag}")
        found[tag] = content

    return metadata(change)


def _capitals(found: Attributes) -> None:
    """A tag in small letters, where it stood in capitals."""
    every = [("0020000d" if tag == "0020000D" else tag, one) for tag, one in found.items()]
    found.clear()
    found.update(every)


def _last_first(found: Attributes) -> None:
    tag = next(iter(found))
    found[tag] = found.pop(tag)


ERRORS = (
    Mutant("n37a-redirection-to-http", "answer-moved", "WADO-WR05",
           rewrite=in_header("Location", "https:", "http:")),
    Mutant("redirection-to-nowhere", "answer-moved", "WADO-WR05", rewrite=header("Location", None)),
    Mutant("n37b-redirection-loop", "answer-moved", "WADO-WR05-HOST",
           rewrite=header("Location", HERE)),
    Mutant("redirection-to-another-host", "answer-moved", "WADO-WR05-HOST",
           rewrite=header("Location", "https://images.example/studies/1.2")),
    Mutant("n11-n12-status-400-for-a-sound-request", "answer-410", "WADO-WR06",
           rewrite=start("410 Gone", "400 Bad Request")),
    Mutant("n38a-no-challenge", "answer-401", "WADO-WR07",
           rewrite=header("WWW-Authenticate", None)),
    Mutant("n21-listed-series-not-found", "answer-410", "WADO-WR08",
           rewrite=start("410 Gone", "404 Not Found")),
    Mutant("n38b-no-allow", "answer-405", "WADO-WR09", rewrite=header("Allow", None)),
    Mutant("success-without-accept", "answer-406-without-accept", "WADO-WR10",
           rewrite=start("406 Not Acceptable", "200 OK"), also={"WADO-RES-02": NO_RESOURCE}),
    Mutant("n10-anything-not-acceptable", "answer-404-rendered", "WADO-WR10-ANY",
           rewrite=start("404 Not Found", "406 Not Acceptable")),
    Mutant("n12-n22-default-not-acceptable", "answer-410", "WADO-WR10-DEFAULT",
           rewrite=start("410 Gone", "406 Not Acceptable")),
    Mutant("status-409", "answer-410", "WADO-WR11", rewrite=start("410 Gone", "409 Conflict")),
    Mutant("failure-unexplained", "answer-500", "WADO-WR13", rewrite=body(lambda _: b"")),
    Mutant("n18-status-500-instead-of-406", "answer-406", "WADO-WR13-406",
           rewrite=start("406 Not Acceptable", "500 Internal Server Error")),
    Mutant("error-as-dicom", "answer-404", "WADO-WR14",
           rewrite=header("Content-Type", "application/dicom")),
    Mutant("stack-trace", "answer-500", "WADO-WR14-TRACE",
           rewrite=body(lambda raw: raw + b"\n\tat java.lang.Thread.run(Thread.java:829)")),
)  # fmt: skip

EXPECTED = (
    Mutant("expected-images-refused", "expected-200", "WADO-ERR-200",
           rewrite=lambda _: error("503 Service Unavailable")),
    Mutant("expected-400-otherwise", "expected-400", "WADO-ERR-400",
           rewrite=start("400 Bad Request", "403 Forbidden")),
    Mutant("expected-401-otherwise", "expected-401", "WADO-ERR-401",
           rewrite=start("401 Unauthorized", "403 Forbidden")),
    Mutant("expected-403-otherwise", "expected-403", "WADO-ERR-403",
           rewrite=start("403 Forbidden", "410 Gone")),
    Mutant("expected-404-otherwise", "expected-404", "WADO-ERR-404",
           rewrite=start("404 Not Found", "403 Forbidden")),
    Mutant("expected-405-otherwise", "expected-405", "WADO-ERR-405",
           rewrite=start("405 Method Not Allowed", "403 Forbidden")),
    Mutant("expected-406-otherwise", "expected-406", "WADO-ERR-406",
           rewrite=start("406 Not Acceptable", "403 Forbidden")),
)  # fmt: skip

JSON = (
    Mutant("metadata-as-text", "answer-json", "WADO-WJ01", rewrite=header("Content-Type",
                                                                        "text/plain")),
    Mutant("n24-plain-json", "answer-json", "WADO-WJ01-PLAIN",
           rewrite=header("Content-Type", "application/json")),
    Mutant("metadata-cut", "answer-json", "WADO-WJ02", rewrite=body(lambda raw: raw[:-2])),
    Mutant("metadata-with-nan", "answer-json", "WADO-WJ02",
           rewrite=body(lambda raw: raw.replace(b'"00280010": {"vr": "US", "Value": [64]}',
                                                b'"00280010": {"vr": "US", "Value": [NaN]}', 1)),
           also={"WADO-WJ04-EMPTY": "NaN is no value"}),
    Mutant("metadata-tag-twice", "answer-json", "WADO-WJ02",
           rewrite=swap(b'"00280010"', b'"00280010": {"vr": "US", "Value": [64]}, "00280010"')),
    Mutant("metadata-bare-object", "answer-json", "WADO-WJ02-ARRAY",
           rewrite=body(lambda raw: json.dumps(json.loads(raw)[0]).encode())),
    Mutant("tag-in-small-letters", "answer-json", "WADO-WJ03", rewrite=metadata(_capitals),
           also={"WADO-WJ11": "the study is not found under its tag",
                 "WADO-WJ03-ORDER": "small letters come after capitals"}),
    Mutant("tags-out-of-order", "answer-json", "WADO-WJ03-ORDER", rewrite=metadata(_last_first)),
    Mutant("attribute-without-vr", "answer-json", "WADO-WJ04",
           rewrite=setting("00080060", Value=["CT"])),
    Mutant("attribute-with-two-values", "answer-json", "WADO-WJ04",
           rewrite=setting("00420011", vr="OB", InlineBinary="JVBERg==", BulkDataURI="../1")),
    Mutant("empty-value-written", "answer-json", "WADO-WJ04-EMPTY",
           rewrite=setting("00080060", vr="CS", Value=[""])),
    Mutant("n26a-number-as-text", "answer-json", "WADO-WJ05",
           rewrite=setting("00280010", vr="US", Value=["64"])),
    Mutant("n26b-values-in-one-text", "answer-json", "WADO-WJ05",
           rewrite=setting("00280030", vr="DS", Value=["0.5\\0.5"])),
    Mutant("inline-binary-in-a-code", "answer-json", "WADO-WJ07",
           rewrite=setting("00080060", vr="CS", InlineBinary="Q1Q=")),
    Mutant("inline-binary-no-base64", "answer-json", "WADO-WJ07",
           rewrite=setting("00420011", vr="OB", InlineBinary="%PDF")),
    Mutant("n25a-bulk-data-uri-empty", "answer-json", "WADO-WJ08",
           rewrite=setting("7FE00010", vr="OW", BulkDataURI="")),
    Mutant("n25b-bulk-data-of-a-code", "answer-json", "WADO-WJ08",
           rewrite=setting("00080060", vr="CS", BulkDataURI="../1")),
    Mutant("pixels-inline", "answer-json", "WADO-WJ09",
           rewrite=setting("7FE00010", vr="OW", InlineBinary="AAAA")),
    Mutant("vr-not-that-of-the-dictionary", "answer-json", "WADO-WJ10",
           rewrite=setting("00080060", vr="SH", Value=["CT"])),
    Mutant("metadata-without-instance", "answer-json", "WADO-WJ11",
           rewrite=metadata(lambda found: found.pop("00080018"))),
    Mutant("metadata-of-another-series", "answer-json", "WADO-WJ11-URL",
           rewrite=setting("0020000E", vr="UI", Value=["1.2.3"])),
    Mutant("character-set-not-utf8", "answer-json", "WADO-WJ12",
           rewrite=setting("00080005", vr="CS", Value=["ISO_IR 100"])),
)  # fmt: skip

STUDY_ATTRIBUTE = b'tag="0020000D" vr="UI" keyword="StudyInstanceUID"'

XML = (
    Mutant("xml-not-closed", "answer-xml", "WADO-WX01",
           rewrite=swap(b"</NativeDicomModel>", b"</NativeDicomMode1>")),
    Mutant("xml-root-of-another-name", "answer-xml", "WADO-WX02",
           rewrite=lambda raw: swap(b"<NativeDicomModel", b"<NativeDicomMode1")(
               swap(b"/NativeDicomModel", b"/NativeDicomMode1")(raw))),
    Mutant("xml-attribute-without-tag", "answer-xml", "WADO-WX02-ATTRIBUTE",
           rewrite=swap(b'tag="0020000D"', b'tga="0020000D"')),
    Mutant("xml-attribute-without-vr", "answer-xml", "WADO-WX02-ATTRIBUTE",
           rewrite=swap(STUDY_ATTRIBUTE, STUDY_ATTRIBUTE.replace(b" vr", b" rv"))),
    Mutant("xml-values-not-numbered", "answer-xml", "WADO-WX03",
           rewrite=swap(b'<Value number="1">', b'<Value number="0">')),
)  # fmt: skip


def _last_frame_alone(raw: bytes) -> bytes:
    """Without the first part."""
    mark = raw[: raw.index(b"\r\n")]
    return raw[raw.index(mark, len(mark)) :]


def _first_frame_cut(raw: bytes) -> bytes:
    """The first frame without its end, its length as it is now."""
    cut = raw.replace(b"\1" * 4096, b"\1" * 4000)
    return cut.replace(b"Content-Length: 4096", b"Content-Length: 4000", 1)


FRAMES = (
    Mutant("frame-of-another-type", "answer-frames", "WADO-WB01",
           rewrite=lambda raw: in_header("Content-Type", "application/octet-stream", "image/x-raw")(
               swap(b"application/octet-stream", b"image/x-raw", 2)(raw))),
    Mutant("frame-missing", "answer-frames", "WADO-WB02", rewrite=body(_last_frame_alone)),
    Mutant("n23-frames-twice-in-the-location", "answer-frames", "WADO-WB03",
           rewrite=swap(b"/frames/1\r\n", b"/frames/1/frames/1\r\n")),
    Mutant("frame-cut", "answer-frames", "WADO-WB04",
           rewrite=body(_first_frame_cut)),
    Mutant("frame-in-a-fragment", "answer-frames-compressed", "WADO-WB05",
           rewrite=swap(JPEG_LS[:8], b"\xfe\xff\0\xe0\xb0\0\0\0")),
    Mutant("n17-frame-syntax-not-announced", "answer-frames-compressed", "WADO-WB06",
           rewrite=swap(b"; transfer-syntax=1.2.840.10008.1.2.4.80", b"")),
    Mutant("n15-frame-syntax-of-another-type", "answer-frames-compressed", "WADO-WB06-TYPE",
           rewrite=lambda raw: in_header("Content-Type", "image/jls", "image/jp2")(
               swap(b"image/jls", b"image/jp2")(raw))),
)  # fmt: skip

RENDERED = (
    Mutant("rendered-as-dicom", "answer-rendered", "WADO-WV01",
           rewrite=header("Content-Type", "application/octet-stream")),
    Mutant("rendered-progressive", "answer-rendered", "WADO-WV02",
           rewrite=swap(b"\xff\xc0", b"\xff\xc2")),
    Mutant("rendered-with-syntax", "answer-rendered", "WADO-WV03",
           rewrite=header("Content-Type", "image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50")),
    Mutant("rendered-too-large", "answer-rendered", "WADO-WV05",
           rewrite=swap(b"\xff\xc0\0\x0b\x08\0\x08\0\x08", b"\xff\xc0\0\x0b\x08\0\x08\0\x10")),
)  # fmt: skip

MUTANTS = (*ERRORS, *EXPECTED, *JSON, *XML, *FRAMES, *RENDERED)
