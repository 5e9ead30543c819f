"""What the client can do wrong. A name of n and a number is a fault known from the field."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from simulators.faults import Fault
from testdata.mutants.wire.changes import header, in_header, start

_SERIES = re.compile(rb"GET \S*/series/[0-9.]+ ")
_FRAMES = re.compile(rb"GET \S*/frames/1 ")
_METADATA = re.compile(rb"GET \S*/metadata ")
_TYPE = 'type="application/dicom"'
_RANGE = f"multipart/related; {_TYPE};transfer-syntax=1.2.840.10008.1.2.4.91;q=0.6"


def _asks(pattern: re.Pattern[bytes], having: bytes = b"") -> Callable[[bytes], bool]:
    return lambda raw: pattern.match(raw) is not None and having in raw


def _appended(raw: bytes) -> bytes:
    """The resource appended to a URL that has it already."""
    return re.sub(rb"(/studies/[0-9.]+)(/series/)", rb"\1\1\2", raw, count=1)


_of_series = _asks(_SERIES, b"transfer-syntax=1.2.840.10008.1.2.4.91;q=0.6")
_fault = partial(Fault, simulator="wado-client")
_series = partial(_fault, at=_of_series)

FAULTS = (
    _series("n01-type-unquoted", effect="type=application/dicom without quotes",
            breaks="PS3.18-WQ33-QUOTED", seen_by="WADO-WQ33-UNQUOTED",
            rewrite=in_header("Accept", _TYPE, _TYPE.replace('"', ""))),
    _series("n02-syntax-inside-the-quotes", effect="transfer syntax inside the quotes of type",
            breaks="PS3.18-WQ33", seen_by="WADO-WQ33-SWALLOWED",
            rewrite=in_header("Accept", _RANGE, _RANGE.replace('dicom";', "dicom;")
                              .replace(";q=", '";q='))),
    _fault("n15-jp2-with-jpeg-baseline", effect="image/jp2 with the syntax of JPEG",
           breaks="PS3.18-WQ40", seen_by="WADO-WQ40", at=_asks(_FRAMES),
           rewrite=header("Accept", 'multipart/related; type="image/jp2"; '
                          "transfer-syntax=1.2.840.10008.1.2.4.50")),
    _fault("n24-metadata-as-plain-json", effect="metadata asked for as application/json",
           breaks="PS3.18-WQ38", seen_by="WADO-WQ38", at=_asks(_METADATA),
           rewrite=header("Accept", "application/json")),
    _series("n39-retrieve-url-appended-to", effect="/studies/ appended to a Retrieve URL with it",
            breaks="DRIM-C-REQ-02", seen_by="WADO-REQ-02-PATH", rewrite=_appended),
    _series("token-absent", effect="no access token",
            breaks="DRIM-C-REQ-04", seen_by="WADO-REQ-04-ABSENT",
            rewrite=header("Authorization", None)),
    _series("kos-uid-absent", effect="no KOS-SOPInstanceUID",
            breaks="DRIM-C-REQ-05", seen_by="WADO-REQ-05-ABSENT",
            rewrite=header("KOS-SOPInstanceUID", None)),
    _series("kos-uid-of-another", effect="KOS-SOPInstanceUID of another KOS",
            breaks="DRIM-C-REQ-05", seen_by="WADO-REQ-05-KOS",
            rewrite=header("KOS-SOPInstanceUID", "2.25.1")),
    _series("syntax-not-offered", effect="nine transfer syntaxes in place of ten",
            breaks="DRIM-C-REQ-07", seen_by="WADO-REQ-07",
            rewrite=in_header("Accept", f"{_RANGE};boundary=**,", "")),
    _series("quality-above-one", effect="q=1.9", breaks="DRIM-C-REQ-08", seen_by="WADO-REQ-08",
            rewrite=in_header("Accept", "q=0.9", "q=1.9")),
    _series("preferences-of-neither-use", effect="qualities of neither viewing nor export",
            breaks="DRIM-C-REQ-11", seen_by="WADO-REQ-11",
            rewrite=in_header("Accept", "q=0.8", "q=0.2")),
    _series("host-of-another", effect="Host that is not that of the Retrieve URL",
            breaks="PS3.18-WQ02-SAME-HOST", seen_by="WADO-WQ02-OTHER",
            rewrite=lambda raw: start(" /", " http://a.example/")(raw)),
    _series("http-1.0", effect="HTTP/1.0", breaks="DRIM-C-REQ-01", seen_by="WADO-REQ-01-VERSION",
            rewrite=start("HTTP/1.1", "HTTP/1.0")),
)  # fmt: skip
