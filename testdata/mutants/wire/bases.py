"""The conforming requests and responses that the mutants are made from."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.base import Base
from testdata.wire import LOSSY, series_request, series_response

PROFILE = "drim-m-lab"


def _request() -> bytes:
    one = exam("alpha")
    return series_request(one, one.study, one.study.series[0])


def _viewing() -> bytes:
    one = exam("alpha")
    return series_request(one, one.study, one.study.series[0], preferences=LOSSY)


def _response() -> bytes:
    one = exam("alpha")
    return series_response(one, one.study, one.study.series[0])


BASES = {
    "wado-request": Base("request", PROFILE, _request),
    "wado-request-viewing": Base("request", PROFILE, _viewing),
    "wado-response": Base("response", PROFILE, _response),
}
