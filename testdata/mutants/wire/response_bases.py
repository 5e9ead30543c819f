"""The conforming responses that the mutants are made from, with request and KOS beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from testdata.exam import Exam
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.mutants.base import Base
from testdata.wire import health_check, request, series_request, series_response
from testdata.wire.answers import (
    compressed_frames_response,
    error,
    frames_response,
    json_response,
    rendered_response,
    single_response,
    xml_response,
)
from testdata.wire.response import (
    LOSSLESS_SYNTAX,
    LOSSY_SYNTAX,
    OK,
    lossless_part,
    lossy_part,
    message,
    pieces,
    related,
)

PROFILE = "drim-m-lab"
DICOM = 'multipart/related; type="application/dicom"'
UNLISTED = "2.25.1"


def alpha() -> Exam:
    return exam("alpha")


def angiogram() -> Exam:
    return exam("xa")


@cache
def _kos(of: Callable[[], Exam]) -> bytes:
    one = of()
    return write(kos_of(one, one.study))


def _asked(of: Callable[[], Exam], below: str, accept: str, *headers: str) -> bytes:
    """The request of a resource below the first series."""
    one = of()
    url = one.retrieve_url(one.study, one.study.series[0]) + below
    raw = request(one, one.study, url, accept)
    return raw[:-2] + "".join(f"{line}\r\n" for line in (*headers, "")).encode()


def _instance(of: Callable[[], Exam]) -> str:
    return f"/instances/{of().study.series[0].instances[0]}"


def _series(**how: bool) -> bytes:
    one = alpha()
    series = one.study.series[0]
    return series_response(one, one.study, series, count=len(series.instances), **how)


def _series_asked() -> bytes:
    one = alpha()
    return series_request(one, one.study, one.study.series[0])


def _of_first(make: Callable[..., bytes], of: Callable[[], Exam]) -> bytes:
    one = of()
    return make(one, one.study, one.study.series[0])


def _all_described(make: Callable[..., bytes]) -> bytes:
    one = alpha()
    series = one.study.series[0]
    return make(one, one.study, series, count=len(series.instances))


def lossless() -> bytes:
    """A series in JPEG-LS, in chunks."""
    one = alpha()
    series = one.study.series[0]
    parts = pieces(one, one.study, series, count=len(series.instances),
                   syntax=LOSSLESS_SYNTAX, make=lossless_part)  # fmt: skip
    return related(one, parts, "application/dicom", LOSSLESS_SYNTAX, chunked=True)


def _lossy() -> bytes:
    one = angiogram()
    parts = pieces(one, one.study, one.study.series[0], count=1,
                   syntax=LOSSY_SYNTAX, make=lossy_part)  # fmt: skip
    return related(one, parts, "application/dicom", LOSSY_SYNTAX)


def _partial() -> bytes:
    """The first half of an instance, as a range."""
    raw = _of_first(single_response, alpha)
    raw = raw.replace(b" 200 OK", b" 206 Partial Content", 1)
    return raw.replace(b"Content-Length", b"Content-Range: bytes 0-1/*\r\nContent-Length", 1)


def _elsewhere() -> bytes:
    """The request of a series that the KOS does not list."""
    one = alpha()
    return _series_asked().replace(one.study.series[0].uid.encode(), UNLISTED.encode())


def _malformed_uid() -> bytes:
    return _series_asked().replace(alpha().study.uid.encode(), b"1.02.a")


def _healthy() -> bytes:
    """What a service says of itself: JSON, and no metadata."""
    return message(OK, ["Content-Type: application/json"], b'{"status": "UP"}')


def _plain() -> bytes:
    return _asked(alpha, "", DICOM)


def _without_accept() -> bytes:
    raw = _asked(alpha, "", "")
    return raw.replace(b"Accept: \r\n", b"")


def _base(
    make: Callable[[], bytes],
    asked: Callable[[], bytes] | None = _series_asked,
    of: Callable[[], Exam] | None = alpha,
    expected: str = "",
) -> Base:
    """``expected`` are the statuses that the request was made to get."""

    def beside() -> Mapping[str, bytes]:
        files = {"expected/it": expected.encode()} if expected else {}
        if asked:
            files["request/it"] = asked()
        if of:
            files["kos/it"] = _kos(of)
        return files

    return Base("response", PROFILE, make, role="response", beside=beside)


_FRAMES = 'multipart/related; type="application/octet-stream"'
_JLS = 'multipart/related; type="image/jls"'
_ANYTHING = partial(_asked, alpha, "/rendered", "*/*")
_MPEG = partial(_asked, alpha, "", f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.102")
_MOVED = "/studies/1.2/series/1.3"

RESPONSES = {
    "wado-response": _base(_series),
    "wado-response-alone": _base(_series, None, None),
    "wado-response-chunked": _base(partial(_series, chunked=True)),
    "wado-response-plain": _base(_series, _plain),
    "wado-response-lossless": _base(lossless),
    "wado-response-lossy": _base(_lossy, partial(_asked, angiogram, "", f"{DICOM}; "
                                 f"transfer-syntax={LOSSY_SYNTAX}"), angiogram),
    "answer-instance": _base(partial(_of_first, single_response, alpha),
                           lambda: _asked(alpha, _instance(alpha), "application/dicom")),
    "answer-range": _base(_partial, lambda: _asked(alpha, _instance(alpha), "application/dicom",
                                                 "Range: bytes=0-8191")),
    "answer-json": _base(partial(_all_described, json_response),
                       partial(_asked, alpha, "/metadata", "application/dicom+json")),
    "answer-xml": _base(partial(_all_described, xml_response),
                      partial(_asked, alpha, "/metadata",
                              'multipart/related; type="application/dicom+xml"')),
    "answer-frames": _base(partial(_of_first, frames_response, angiogram),
                         lambda: _asked(angiogram, f"{_instance(angiogram)}/frames/1,2", _FRAMES),
                         angiogram),
    "answer-frames-compressed": _base(partial(_of_first, compressed_frames_response, alpha),
                                    lambda: _asked(alpha, f"{_instance(alpha)}/frames/1", _JLS)),
    "answer-rendered": _base(rendered_response,
                           lambda: _asked(alpha, f"{_instance(alpha)}/rendered?viewport=8,8",
                                          "image/jpeg")),
    "answer-health": _base(_healthy, lambda: health_check(alpha())),
    "answer-400-uid": _base(partial(error, "400 Bad Request"), _malformed_uid),
    "expected-200": _base(_series, expected="200"),
    "expected-400": _base(partial(error, "400 Bad Request"),
                          lambda: _series_asked().replace(b" HTTP/1.1", b"?a=b HTTP/1.1", 1),
                          expected="400"),
    "expected-401": _base(partial(error, "401 Unauthorized", "WWW-Authenticate: Bearer"),
                          expected="401"),
    "expected-403": _base(partial(error, "403 Forbidden"), expected="403"),
    "expected-404": _base(partial(error, "404 Not Found"), _elsewhere, expected="404 410"),
    "expected-405": _base(partial(error, "405 Method Not Allowed", "Allow: GET, OPTIONS"),
                          expected="405"),
    "expected-406": _base(partial(error, "406 Not Acceptable"), _MPEG, expected="406"),
    "answer-moved": _base(lambda: error("303 See Other",
                                      f"Location: {alpha().source_url}{_MOVED}")),
    "answer-400": _base(partial(error, "400 Bad Request"),
                      lambda: _series_asked().replace(b" HTTP/1.1", b"?a=b HTTP/1.1", 1)),
    "answer-401": _base(partial(error, "401 Unauthorized", "WWW-Authenticate: Bearer")),
    "answer-404": _base(partial(error, "404 Not Found"), _elsewhere),
    "answer-404-rendered": _base(partial(error, "404 Not Found"), _ANYTHING, None),
    "answer-405": _base(partial(error, "405 Method Not Allowed", "Allow: GET, OPTIONS")),
    "answer-406": _base(partial(error, "406 Not Acceptable"), _MPEG),
    "answer-406-without-accept": _base(partial(error, "406 Not Acceptable"), _without_accept),
    "answer-410": _base(partial(error, "410 Gone")),
    "answer-500": _base(partial(error, "500 Internal Server Error")),
}  # fmt: skip
