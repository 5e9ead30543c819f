"""What the server can do wrong. A name of n and a number is a fault known from the field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from simulators.faults import Fault, Rewrite
from simulators.wado_server.accept import ANY_SYNTAX, Wanted
from simulators.wado_server.damage import (
    Piece,
    alone,
    compressed,
    edited,
    implicit,
    in_file,
    in_first,
    in_parts,
    in_pixels,
    mark_of,
    of_another_series,
    renamed,
)
from testdata.mutants.wire.changes import add, body, header, in_header, start

_UIDS = rb"/studies/[0-9.]+/series/[0-9.]+"
SERIES = re.compile(rb"GET \S*" + _UIDS + rb" ")
METADATA = re.compile(rb"GET \S*/metadata ")
FRAMES = re.compile(rb"GET \S*/frames/[0-9,]+ ")
POST = re.compile(rb"POST ")
_SYNTAX = b"transfer-syntax=1.2.840.10008.1.2.1"
OK = "200 OK"


def _asks(pattern: re.Pattern[bytes], *, having: bytes = b"") -> Callable[[bytes], bool]:
    """Requests of a form, with a text somewhere in the head."""

    def at(raw: bytes) -> bool:
        return pattern.match(raw) is not None and having in raw.lower()

    return at


_of_series = _asks(SERIES, having=b"\r\nauthorization:")
_plain = _asks(SERIES, having=b'type="application/dicom"\r\n')


def _without(name: bytes) -> Callable[[bytes], bool]:
    def at(raw: bytes) -> bool:
        return SERIES.match(raw) is not None and name not in raw.lower()

    return at


def _accepting(*values: bytes) -> Callable[[bytes], bool]:
    """Requests of a series whose Accept is one of these."""

    def at(raw: bytes) -> bool:
        found = re.search(rb"(?i)\r\naccept:[ ]*([^\r\n]*)", raw)
        return SERIES.match(raw) is not None and found is not None and found[1] in values

    return at


def _answer(status: str, reason: bytes, *headers: str) -> Rewrite:
    """An answer of this status in place of what would be sent."""
    head = [f"HTTP/1.1 {status}", "Date: Tue, 24 Nov 2026 09:30:00 GMT",
            "Strict-Transport-Security: max-age=63072000", *headers,
            f"Content-Length: {len(reason)}"]  # fmt: skip
    if reason:
        head.append("Content-Type: text/plain")
    made = "".join(f"{line}\r\n" for line in (*head, "")).encode() + reason
    return lambda _raw: made


def _json(change: Callable[[dict[str, Any]], object]) -> Rewrite:
    """Change the metadata of the first instance."""

    def edit(raw: bytes) -> bytes:
        every = json.loads(raw)
        change(every[0])
        return json.dumps(every).encode()

    return body(edit)


def _chunked_and_counted(raw: bytes) -> bytes:
    head, empty, rest = raw.partition(b"\r\n\r\n")
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"content-length")]
    chunk = f"{len(rest):x}\r\n".encode() + rest + b"\r\n0\r\n\r\n"
    lines += [b"Transfer-Encoding: chunked", f"Content-Length: {len(rest)}".encode()]
    return b"\r\n".join(lines) + empty + chunk


def _last_chunk_missing(raw: bytes) -> bytes:
    made = header("Content-Length", "0")(_chunked_and_counted(raw))
    return header("Content-Length", None)(made)[: -len(b"0\r\n\r\n")]


def _boundary(made: bytes) -> Rewrite:
    """Another boundary, as long as it is wanted."""
    return lambda raw: _counted(raw.replace(mark_of(raw), made))


def _counted(raw: bytes) -> bytes:
    return body(lambda found: found)(raw)


def _any_syntax(wanted: Wanted) -> Wanted:
    """Only Explicit VR, though any syntax would do: decoded, where that is possible."""
    return (
        replace(wanted, syntaxes={"1.2.840.10008.1.2.1": 1.0})
        if (ANY_SYNTAX in wanted.syntaxes)
        else wanted
    )


def _stripped(one: Piece, name: bytes) -> Piece:
    lines = [line for line in one.head.split(b"\r\n") if not line.lower().startswith(name)]
    return one._replace(head=b"\r\n".join(lines))


def _syntax_unsaid(raw: bytes) -> bytes:
    head, empty, rest = compressed(raw).partition(b"\r\n\r\n")
    rle = b"transfer-syntax=1.2.840.10008.1.2.5"
    unsaid = head.replace(b" " + rle + b";", b"") + empty + rest.replace(b";" + rle, b"")
    return _counted(unsaid)


def _part_length(one: Piece) -> Piece:
    more = f"{len(one.content) + 2}".encode()
    return one._replace(head=re.sub(rb"(?i)(content-length: )\d+", rb"\g<1>" + more, one.head))


_fault = partial(Fault, simulator="wado-server")
_series = partial(_fault, at=_of_series)

MULTIPART = (
    _series("n03-boundary-to-quote", effect="boundary with characters that want quotes, without",
            breaks="PS3.18-WR22", seen_by="WADO-WR22-QUOTED", rewrite=_boundary(b"a=" * 16)),
    _series("n04-single-part-for-a-series", effect="one DICOM file where a multipart is due",
            breaks="PS3.18-WP15", seen_by="WADO-WP15", rewrite=alone),
    _series("n05a-empty-line-twice", effect="two empty lines between the head of a part and it",
            breaks="PS3.18-WR25-HEAD", seen_by="WADO-WR25-HEAD",
            rewrite=in_first(lambda one: one._replace(content=b"\r\n" + one.content))),
    _series("n06a-delimiter-in-the-pixels", effect="the delimiter stands in the pixels of a part",
            breaks="PS3.18-WR28", seen_by="WADO-WR28",
            rewrite=in_pixels(lambda mark: b"\r\n--" + mark + b"\r\n")),
    _series("n06b-boundary-in-the-pixels", effect="a line of the pixels begins as the delimiter",
            breaks="PS3.18-WR28", seen_by="WADO-WR28",
            rewrite=in_pixels(lambda mark: b"\r\n--" + mark + b"xyz")),
    _series("n07-line-before-the-first-delimiter", effect="empty lines before the first part",
            breaks="PS3.18-WR25", seen_by="WADO-WR25",
            rewrite=body(lambda raw: b"\r\n\r\n" + raw)),
    _series("n08a-lf-only", effect="delimiters after a line feed alone",
            breaks="PS3.18-WR26", seen_by="WADO-WR26",
            rewrite=lambda raw: body(lambda found: found.replace(
                b"\r\n--" + mark_of(raw), b"\n--" + mark_of(raw)))(raw)),
    _series("n08b-no-close", effect="no delimiter after the last part",
            breaks="PS3.18-WR27", seen_by="WADO-WR27",
            rewrite=lambda raw: body(lambda found: found[: found.rindex(b"\r\n--")])(raw)),
    _series("n08c-last-chunk-missing", effect="chunks that end without the last one",
            breaks="PS3.18-WR16", seen_by="WADO-WR16-LAST", rewrite=_last_chunk_missing),
    _series("n08d-body-cut-short", effect="connection closed in the middle of the body",
            breaks="PS3.18-WR16", seen_by="WADO-WR16", rewrite=lambda raw: raw[:-100]),
    _series("n31a-length-and-chunks", effect="Content-Length and Transfer-Encoding in one answer",
            breaks="PS3.18-WR15", seen_by="WADO-WR15", rewrite=_chunked_and_counted),
    _series("n31b-part-length-with-line-end", effect="length of a part that counts its line end",
            breaks="PS3.18-WP02", seen_by="WADO-WP02", rewrite=in_first(_part_length)),
    _series("n35a-type-parameter-absent", effect="multipart/related without type",
            breaks="PS3.18-WR20", seen_by="WADO-WR20",
            rewrite=in_header("Content-Type", ' type="application/dicom";', "")),
    _series("n35b-boundary-absent", effect="multipart/related without boundary",
            breaks="PS3.18-WR22", seen_by="WADO-WR22",
            rewrite=lambda raw: in_header("Content-Type", f" boundary={mark_of(raw).decode()}", "")(
                raw)),
    _series("n35c-octets-announced", effect="DICOM parts announced as octets",
            breaks="PS3.18-WR21", seen_by="WADO-WR21",
            rewrite=in_header("Content-Type", 'type="application/dicom"',
                              'type="application/octet-stream"')),
    _series("n35d-start-names-no-part", effect="start names a part that does not come",
            breaks="PS3.18-WR24", seen_by="WADO-WR24",
            rewrite=in_header("Content-Type", "; boundary", '; start="<a@b>"; boundary')),
    _series("n36-content-encoding-unasked", effect="Content-Encoding that was not asked for",
            breaks="PS3.18-WR17", seen_by="WADO-WR17", rewrite=add("Content-Encoding: gzip")),
    _series("n40-drip", effect="a byte a second, without end in sight",
            breaks="HTTP-END-01", seen_by="HTTP-END-01", pace=1.0),
    _series("part-location-absent", effect="parts without Content-Location",
            breaks="PS3.18-WP03", seen_by="WADO-WP03",
            rewrite=in_first(lambda one: _stripped(one, b"content-location"))),
    _series("part-type-absent", effect="a part without Content-Type",
            breaks="PS3.18-WP01", seen_by="WADO-WP01",
            rewrite=in_first(lambda one: _stripped(one, b"content-type"))),
)  # fmt: skip

INSTANCES = (
    _series("n09-syntax-not-accepted", effect="images in RLE, which the request does not list",
            breaks="DRIM-C-RES-05", seen_by="WADO-RES-05", rewrite=compressed),
    _fault("n13-compressed-unasked", effect="images in RLE though no syntax was asked for",
           breaks="PS3.18-WP08", seen_by="WADO-WP08", rewrite=compressed, at=_plain),
    _series("n14a-any-syntax-announced", effect="transfer-syntax=* in the answer",
            breaks="PS3.18-WP07", seen_by="WADO-WP07-ANY",
            rewrite=in_header("Content-Type", _SYNTAX.decode(), "transfer-syntax=*")),
    _series("n14b-syntax-not-as-announced", effect="a part announced in another syntax than it has",
            breaks="PS3.18-WP07", seen_by="WADO-WP07",
            rewrite=in_first(lambda one: one._replace(
                head=one.head.replace(_SYNTAX, _SYNTAX[:-1] + b"4.70")))),
    _series("n14c-compressed-syntax-not-announced", effect="compressed parts that do not say so",
            breaks="PS3.18-WP07-ABSENT", seen_by="WADO-WP07-ABSENT", rewrite=_syntax_unsaid),
    _fault("n16-decoded-though-any-accepted", adjust=_any_syntax,
           effect="images decoded though the request takes any syntax; legal, and slow"),
    _series("n27-instance-missing", effect="200 with one image less than the KOS lists",
            breaks="PS3.18-WR02", seen_by="WADO-WR02", rewrite=in_parts(lambda parts: parts[1:])),
    _series("n32a-instance-of-another-series", effect="an image of another series among the parts",
            breaks="DRIM-C-RES-07", seen_by="WADO-RES-07",
            rewrite=in_file(edited(of_another_series))),
    _series("n32b-instance-twice", effect="one image twice",
            breaks="DRIM-C-RES-06", seen_by="WADO-RES-06",
            rewrite=in_parts(lambda parts: [*parts, parts[0]])),
    _series("n32c-instance-not-in-the-manifest", effect="an image that the KOS does not list",
            breaks="DRIM-C-RES-06", seen_by="WADO-RES-06-KOS",
            rewrite=in_parts(lambda parts: [
                *parts, parts[0].with_content(edited(renamed)(parts[0].content))])),
    _series("n33-implicit-vr-under-explicit", effect="Implicit VR under the name of Explicit VR",
            breaks="PS3.18-WP09", seen_by="WADO-WP09", rewrite=in_file(implicit)),
    _series("n34-part-without-preamble", effect="a bare data set in place of a DICOM file",
            breaks="PS3.18-WP05", seen_by="WADO-WP05", rewrite=in_file(lambda raw: raw[132:])),
)  # fmt: skip

STATUS = (
    _fault("n10-anything-not-acceptable", effect="406 to a request that accepts anything",
           breaks="PS3.18-WR10-ANY", seen_by="WADO-WR10-ANY", at=_accepting(b"*/*"),
           rewrite=_answer("406 Not Acceptable", b"no")),
    _series("n11-status-400-for-a-sound-request", effect="400 to a request that is sound",
            breaks="PS3.18-WR06", seen_by="WADO-WR06", rewrite=_answer("400 Bad Request", b"no")),
    _series("n12-default-not-acceptable", effect="406 though Explicit VR is accepted",
            breaks="PS3.18-WR10-DEFAULT", seen_by="WADO-WR10-DEFAULT",
            rewrite=_answer("406 Not Acceptable", b"no")),
    _fault("n18-status-500-instead-of-406", effect="500 where a syntax cannot be had",
           breaks="PS3.18-WR13-406", seen_by="WADO-WR13-406",
           at=_asks(SERIES, having=b"transfer-syntax=1.2.840.10008.1.2.4.102\r\n"),
           rewrite=_answer("500 Internal Server Error", b"cannot transcode")),
    _fault("n22-only-any-syntax-acceptable", effect="406 unless the request has transfer-syntax=*",
           breaks="PS3.18-WR10-DEFAULT", seen_by="WADO-WR10-DEFAULT", at=_plain,
           rewrite=_answer("406 Not Acceptable", b"transfer-syntax=* is wanted")),
    _series("n19-status-206-without-range", effect="206 to a request without Range",
            breaks="PS3.18-WR03", seen_by="WADO-WR03", rewrite=start(OK, "206 Partial Content")),
    _series("n20-status-204", effect="204 in place of images",
            breaks="PS3.18-WR04", seen_by="WADO-WR04", rewrite=_answer("204 No Content", b"")),
    _series("n21-listed-series-not-found", effect="404 for a series that the KOS lists",
            breaks="PS3.18-WR08", seen_by="WADO-WR08", rewrite=_answer("404 Not Found", b"no")),
    _series("n37a-redirection-to-http", effect="redirection to plain HTTP",
            breaks="PS3.18-WR05", seen_by="WADO-WR05",
            rewrite=_answer("302 Found", b"there", "Location: http://images.example/studies")),
    _series("n37b-redirection-to-another-host", effect="redirection to a host that was not asked",
            breaks="PS3.18-WR05-HOST", seen_by="WADO-WR05-HOST",
            rewrite=_answer("302 Found", b"there", "Location: https://images.example/studies")),
    _fault("n38a-no-challenge", effect="401 without WWW-Authenticate",
           breaks="PS3.18-WR07", seen_by="WADO-WR07", at=_without(b"\r\nauthorization:"),
           rewrite=_answer("401 Unauthorized", b"no")),
    _fault("n38b-no-allow", effect="405 without Allow",
           breaks="PS3.18-WR09", seen_by="WADO-WR09", at=_asks(POST),
           rewrite=_answer("405 Method Not Allowed", b"no")),
    _series("n38c-login-page", effect="200 with a page of HTML to log in",
            breaks="DRIM-C-RES-02", seen_by="WADO-RES-02",
            rewrite=_answer(OK, b"<html>log in</html>", "Content-Type: text/html")),
    _fault("token-not-looked-at", effect="images for whoever comes without a token",
           breaks="DRIM-C-ERR-401", seen_by="WADO-ERR-401", at=_without(b"\r\nauthorization:"),
           rewrite=_answer(OK, b"images")),
    _series("failure-unexplained", effect="500 without a word",
            breaks="PS3.18-WR13", seen_by="WADO-WR13",
            rewrite=_answer("500 Internal Server Error", b"")),
    _series("stack-trace", effect="500 with a stack trace",
            breaks="PS3.18-WR14-TRACE", seen_by="WADO-WR14-TRACE",
            rewrite=_answer("500 Internal Server Error",
                            b"failed\n\tat java.lang.Thread.run(Thread.java:829)")),
)  # fmt: skip

_metadata = partial(_fault, at=_asks(METADATA))
OTHERS = (
    _fault("n17-frame-syntax-not-announced", effect="compressed frames without their syntax",
           breaks="PS3.18-WB06", seen_by="WADO-WB06", at=_asks(FRAMES, having=b"image/jls"),
           rewrite=body(lambda raw: re.sub(rb";transfer-syntax=[0-9.]+", b"", raw))),
    _fault("n23-frames-twice-in-the-location", effect="Content-Location of a frame with it twice",
           breaks="PS3.18-WB03", seen_by="WADO-WB03", at=_asks(FRAMES),
           rewrite=body(lambda raw: re.sub(rb"(/frames/\d+)\r\n", rb"\1\1\r\n", raw))),
    _metadata("n24-plain-json", effect="metadata as application/json",
              breaks="PS3.18-WJ01-PLAIN", seen_by="WADO-WJ01-PLAIN",
              rewrite=header("Content-Type", "application/json")),
    _metadata("n25a-bulk-data-uri-empty", effect="metadata with an empty BulkDataURI",
              breaks="PS3.18-WJ08", seen_by="WADO-WJ08",
              rewrite=_json(lambda one: one.update({"7FE00010": {"vr": "OW", "BulkDataURI": ""}}))),
    _metadata("n26a-number-as-text", effect="metadata with a number as text",
              breaks="PS3.18-WJ05", seen_by="WADO-WJ05",
              rewrite=_json(lambda one: one.update({"00280010": {"vr": "US", "Value": ["64"]}}))),
)  # fmt: skip

FAULTS = (*MULTIPART, *INSTANCES, *STATUS, *OTHERS)
