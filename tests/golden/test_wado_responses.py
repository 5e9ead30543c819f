"""The official response gets the verdict that it deserves, and so do generated ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.mutants import base
from testdata.wire import request
from testdata.wire.answers import error
from tests.conftest import failing, plan_of, results
from validators.engine import judge
from validators.model import Outcome
from validators.wado import manifest, read
from validators.wado.response import read_exchange

PROFILES = ("drim-m-lab", "drim-m-homologation", "drim-m-production")
NAME = "wado/response_official_head.txt"
SEEN = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW, Outcome.WARN, Outcome.INFO)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_official_head_is_accepted_without_a_remark(samples: Path, profile: str) -> None:
    found = results((samples / NAME).read_bytes(), profile, "response")
    assert failing(found, *SEEN) == set()


def test_of_a_head_alone_nothing_is_said_of_the_body(samples: Path) -> None:
    found = results((samples / NAME).read_bytes(), "drim-m-lab", "response")
    untested = failing(found, Outcome.NOT_TESTED)
    assert {"WADO-WR16", "WADO-WR27", "WADO-WP05", "WADO-RES-05", "WADO-WR02"} <= untested
    assert {"WADO-RES-02", "WADO-WR20", "WADO-WR22"} <= failing(found, Outcome.PASS)


def test_the_official_head_answers_the_official_request(samples: Path) -> None:
    """Body and KOS are still missing: the boundary and the syntax are those of the head."""
    asked = read((samples / "wado/request_official_series.txt").read_bytes())
    raw = (samples / NAME).read_bytes().replace(b"\n", b"\r\n")
    mark = b"7544a517-4f5a-4007-9762-690998213829"
    payload = base("wado-response")
    payload = payload.partition(b"\r\n\r\n")[2]
    old = payload[2 : payload.index(b"\r\n")]
    answered = read_exchange(raw, payload.replace(old, mark), request=asked)
    judged = judge(plan_of("drim-m-lab", "response"), answered)
    found = {one.rule: one for one in judged}
    # The instances are generated ones, of another study than the official request asks for; the
    # head names as start a part that the generated body does not have.
    assert failing(found, *SEEN) == {"WADO-RES-07", "WADO-WR24"}


@pytest.mark.parametrize("separate", [False, True])
def test_a_generated_response_passes_whole_or_in_two_files(separate: bool) -> None:
    raw = base("wado-response")
    head, _, payload = raw.partition(b"\r\n\r\n")
    answered = read_exchange(head + b"\r\n\r\n", payload) if separate else read_exchange(raw)
    judged = judge(plan_of("drim-m-lab", "response"), answered)
    assert failing({one.rule: one for one in judged}, *SEEN) == set()


def _remarks(raw: bytes, accept: str) -> set[str]:
    """What is said of an answer to the request of the first series with this Accept."""
    one = exam("alpha")
    url = one.retrieve_url(one.study, one.study.series[0])
    asked = read(request(one, one.study, url, accept), captured=True)
    judged = judge(plan_of("drim-m-lab", "response"), read_exchange(raw, request=asked))
    return failing({found.rule: found for found in judged}, *SEEN)


def test_what_is_legal_is_not_held_against_a_server() -> None:
    """A server may decode what is asked for as it is stored (N16), and refuse the rest (N22)."""
    dicom = 'multipart/related; type="application/dicom"'
    assert _remarks(base("wado-response"), f"{dicom}; transfer-syntax=*") == set()
    assert _remarks(base("wado-response-lossless"), f"{dicom}; transfer-syntax=*") == set()
    assert _remarks(base("wado-response"), "*/*") == set()
    refused = error("406 Not Acceptable")
    found = results(refused, "drim-m-lab", "response")
    assert failing(found, *SEEN) == set()
    assert _remarks(refused, dicom) == {"WADO-WR10-DEFAULT"}
    assert _remarks(refused, f"{dicom}; transfer-syntax=1.2.840.10008.1.2.4.80") == set()


def test_images_of_another_exam_are_seen_without_the_request() -> None:
    other = exam("xa")
    kos = manifest(write(kos_of(other, other.study)))
    answered = read_exchange(base("wado-response"), manifest=kos)
    found = {one.rule: one for one in judge(plan_of("drim-m-lab", "response"), answered)}
    assert failing(found) == {"WADO-RES-06-KOS"}
    assert len(found["WADO-RES-06-KOS"].defects) == 10


def test_a_line_break_before_the_first_delimiter_is_no_preamble() -> None:
    """RFC 2046 counts it to the delimiter; generators of multiparts write it."""
    raw = base("wado-response-chunked")
    head, _, sent = raw.partition(b"\r\n\r\n")
    answered = read_exchange(head + b"\r\n\r\n2\r\n\r\n\r\n" + sent)
    found = {one.rule: one for one in judge(plan_of("drim-m-lab", "response"), answered)}
    assert failing(found, *SEEN) == set()
