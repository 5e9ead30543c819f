"""The conforming requests and responses that the mutants are made from."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.base import Base
from testdata.mutants.wire.request_bases import REQUESTS
from testdata.wire import series_response

PROFILE = "drim-m-lab"


def _response() -> bytes:
    one = exam("alpha")
    return series_response(one, one.study, one.study.series[0])


RESPONSES = {
    "wado-response": Base("response", PROFILE, _response),
}
BASES = REQUESTS | RESPONSES
