"""The conforming requests that mutants are made from."""

from __future__ import annotations

from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.mutants.base import Base
from testdata.wire import LOSSY, health_check, request, series_request

PROFILE = "drim-m-lab"
ALPHA = exam("alpha")
STUDY = ALPHA.study
SERIES = STUDY.series[0]
INSTANCE = f"{ALPHA.retrieve_url(STUDY, SERIES)}/instances/{SERIES.uid}.1"
FRAMES = (
    'multipart/related; type="application/octet-stream", '
    'multipart/related; type="image/jp2"; transfer-syntax=1.2.840.10008.1.2.4.90'
)


def _series() -> bytes:
    return series_request(ALPHA, STUDY, SERIES)


def _with_kos() -> dict[str, bytes]:
    return {"kos/it": write(kos_of(ALPHA, STUDY))}


REQUESTS = {
    "wado-request": Base("request", PROFILE, _series),
    "wado-request-viewing": Base(
        "request", PROFILE, lambda: series_request(ALPHA, STUDY, SERIES, preferences=LOSSY)
    ),
    "wado-request-kos": Base(
        "request",
        PROFILE,
        _series,
        role="request",
        beside=lambda: {"kos/it": write(kos_of(ALPHA, STUDY))},
    ),
    "wado-frames": Base(
        "request", PROFILE, lambda: request(ALPHA, STUDY, f"{INSTANCE}/frames/1,2", FRAMES)
    ),
    "wado-metadata": Base(
        "request",
        PROFILE,
        lambda: request(
            ALPHA, STUDY, f"{INSTANCE}/metadata?charset=utf-8", "application/dicom+json"
        ),
    ),
    "wado-rendered": Base(
        "request", PROFILE, lambda: request(ALPHA, STUDY, f"{INSTANCE}/rendered", "image/png")
    ),
    "wado-health": Base("request", PROFILE, lambda: health_check(ALPHA)),
}
