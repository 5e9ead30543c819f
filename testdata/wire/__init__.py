"""WADO-RS exchanges as raw HTTP/1.1 (DRIM-M C.1 and C.2; PS3.18 10.4)."""

from testdata.wire.request import LOSSLESS, LOSSY, health_check, request, series_request
from testdata.wire.response import series_response

__all__ = [
    "LOSSLESS",
    "LOSSY",
    "health_check",
    "request",
    "series_request",
    "series_response",
]
