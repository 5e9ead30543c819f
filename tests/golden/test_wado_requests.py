"""Official requests, and the forms that the official validator accepts: none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from testdata.exams import exam
from testdata.wire import LOSSLESS, health_check, series_request
from tests.conftest import failing, results

REQUESTS = (
    "request_client-simulator_OK_Instances.txt",
    "request_client-simulator_OK_Series.txt",
    "request_client-simulator_OK_TSLossless.txt",
    "request_official_series.txt",
)
PROFILES = ("drim-m-lab", "drim-m-homologation")
ALPHA = exam("alpha")
SERIES = series_request(ALPHA, ALPHA.study, ALPHA.study.series[0])
HEAD, ACCEPT, TAIL = SERIES.partition(SERIES.split(b"\r\n")[2])


def with_accept(*lines: str) -> bytes:
    return HEAD + "\r\n".join(lines).encode() + TAIL


def ranges(
    *, prefix: str = 'multipart/related; type="application/dicom";', q: str = ""
) -> list[str]:
    return [
        f"{prefix}transfer-syntax={syntax};q={q or weight};boundary=myboundary"
        for syntax, weight in LOSSLESS.items()
    ]


FORMS = {
    "trailing-comma": with_accept(f"Accept:{','.join(ranges())},"),
    "repeated-lines": with_accept(*(f"Accept: {one}" for one in ranges())),
    "without-media-type": with_accept(*(f"Accept: {one}" for one in ranges(prefix=""))),
    "q-0": with_accept(f"Accept: {','.join(ranges(q='0'))}"),
    "q-0.0": with_accept(f"Accept: {','.join(ranges(q='0.0'))}"),
    "q-1": with_accept(f"Accept: {','.join(ranges(q='1'))}"),
    "q-1.0": with_accept(f"Accept: {','.join(ranges(q='1.0'))}"),
    "headers-in-another-order": SERIES.split(b"\r\n")[0] + b"\r\n"
    + b"\r\n".join(reversed(SERIES.strip().split(b"\r\n")[1:])) + b"\r\n\r\n",
    "header-names-in-lower-case": SERIES.replace(b"Accept:", b"accept:").replace(
        b"Authorization:", b"authorization:").replace(b"KOS-SOP", b"kos-sop"),
    "lf-and-no-end": SERIES.replace(b"\r\n", b"\n").rstrip(b"\n"),
    "situation": SERIES.replace(b"User-Agent", b"Situation: 10B0123456\r\nUser-Agent"),
    "frames": SERIES.replace(b" HTTP/1.1", b"/instances/1.2.3/frames/1 HTTP/1.1", 1),
    "study": SERIES.replace(f"/series/{ALPHA.study.series[0].uid}".encode(), b"", 1),
    "health-check": health_check(ALPHA),
}  # fmt: skip


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", REQUESTS)
def test_an_official_request_is_accepted(name: str, profile: str, samples: Path) -> None:
    raw = (samples / "wado" / name).read_bytes()
    assert failing(results(raw, profile, "request")) == set()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_officially_accepted_is_accepted(form: str, profile: str) -> None:
    assert failing(results(FORMS[form], profile, "request")) == set()
