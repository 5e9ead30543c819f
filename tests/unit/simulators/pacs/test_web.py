"""The PACS is asked by DICOMweb: STOW-RS, QIDO-RS, WADO-RS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydicom import Dataset

from simulators.pacs import Pacs, of_files
from simulators.pacs.web import application
from simulators.serving.server import Serving
from tests.unit.simulators.pacs.conftest import BY_NAME, FILES, SECONDS, STUDY, served

EDGE = "edge-of-the-test"
RELATED = f'multipart/related; type="application/dicom"; boundary={EDGE}'
JSON = "application/dicom+json"


def payload(*files: bytes) -> bytes:
    head = f"--{EDGE}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    return b"".join(head + one + b"\r\n" for one in files) + f"--{EDGE}--\r\n".encode()


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    """A client of an archive over DICOMweb that has the first series."""
    running = Pacs(of_files(FILES[:10]))
    with (
        Serving(lambda base: application(running, base)) as server,
        httpx.Client(base_url=server.base, trust_env=False, timeout=SECONDS) as client,
    ):
        yield client


def post(web: httpx.Client, content: bytes, path: str = "/studies", kind: str = RELATED) -> Any:
    return web.post(path, content=content, headers={"Content-Type": kind, "Accept": JSON})


def test_files_are_stored(web: httpx.Client) -> None:
    answer = post(web, payload(*FILES[9:12]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)
    said = Dataset.from_json(answer.json())
    uids = [str(one.ReferencedSOPInstanceUID) for one in said.ReferencedSOPSequence]
    assert uids == [one.uid for one in of_files(FILES[9:12])]
    assert "FailedSOPSequence" not in said
    assert len(web.get(f"/studies/{STUDY.uid}/instances").json()) == 12
    stored = web.get(said.ReferencedSOPSequence[2].RetrieveURL)
    assert FILES[11] in stored.content


def test_a_part_of_the_files_is_stored(web: httpx.Client) -> None:
    answer = post(web, payload(FILES[11], b"no DICOM"))
    assert answer.status_code == 202
    said = Dataset.from_json(answer.json())
    assert (len(said.ReferencedSOPSequence), len(said.FailedSOPSequence)) == (1, 1)
    assert said.FailedSOPSequence[0].FailureReason == 0xC000
    answer = post(web, payload(FILES[12]), "/studies/1.2.3")
    assert answer.status_code == 409
    (failed,) = Dataset.from_json(answer.json()).FailedSOPSequence
    assert failed.FailureReason == 0xA900
    assert failed.ReferencedSOPInstanceUID == STUDY.series[1].instances[2]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (payload(FILES[0]), "application/dicom", 415),
        (payload(FILES[0]), RELATED.replace("application/dicom", "application/dicom+xml"), 415),
        (payload(FILES[0]), 'multipart/related; type="application/dicom"', 400),
        (payload(FILES[0])[:-12], RELATED, 400),
        (payload(), RELATED, 400),
        (b"", RELATED, 400),
        (b"nothing of it", RELATED, 400),
        (b"--" + EDGE.encode() + b"\r\n", RELATED, 400),
    ],
)
def test_what_is_no_store_request(
    web: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    assert post(web, content, kind=kind).status_code == status


SEARCHES: dict[str, tuple[str, int]] = {
    "studies": ("/studies", 1),
    "by-name": ("/studies?PatientName=DRIM*", 1),
    "by-tag": ("/studies?00100010=X*", 0),
    "by-range": ("/studies?StudyDate=20261101-20261130", 1),
    "by-uids": (f"/studies?StudyInstanceUID=1.2,{STUDY.uid}", 1),
    "series": (f"/studies/{STUDY.uid}/series", 1),
    "series-of-another": ("/studies/1.2.3/series", 0),
    "all-series": ("/series?Modality=CT", 1),
    "instances": (f"/studies/{STUDY.uid}/series/{STUDY.series[0].uid}/instances", 10),
    "limited": ("/instances?limit=3&offset=8", 2),
    "in-a-sequence": ("/studies?IssuerOfAccessionNumberSequence.UniversalEntityIDType=ISO", 1),
    "in-a-sequence-of-another": (
        "/studies?IssuerOfAccessionNumberSequence.UniversalEntityIDType=DNS", 0
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search(name: str, web: httpx.Client) -> None:
    path, count = SEARCHES[name]
    answer = web.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)
    assert len(answer.json()) == count
    assert all("00081190" in one for one in answer.json())


def test_what_a_search_says(web: httpx.Client) -> None:
    (plain,) = web.get("/studies").json()
    assert "00081030" not in plain
    assert plain["00201208"]["Value"] == [10]
    assert plain["00080005"]["Value"] == ["ISO_IR 192"]
    (more,) = web.get("/studies?includefield=StudyDescription").json()
    assert more["00081030"]["Value"] == ["Examen Alpha"]
    (every,) = web.get("/studies?includefield=all").json()
    assert every["00081030"]["Value"] == ["Examen Alpha"]
    answer = web.get("/studies?fuzzymatching=true&PatientName=DRIM*")
    assert answer.headers["warning"].startswith("299 http://127.0.0.1")
    assert "warning" not in web.get("/studies").headers
    assert answer.json()[0]["00081190"]["Value"][0].endswith(f"/studies/{STUDY.uid}")


@pytest.mark.parametrize(
    "path", ["/studies?Nothing=1", "/studies?limit=-1", "/studies?ProcedureCodeSequence=1",
             "/studies?PatientName.CodeValue=1", "/studies?includefield=zzzzzzzz"]
)  # fmt: skip
def test_a_search_that_is_none(path: str, web: httpx.Client) -> None:
    assert web.get(path).status_code == 400


def test_metadata(web: httpx.Client) -> None:
    found = web.get(f"/studies/{STUDY.uid}/series/{STUDY.series[0].uid}/metadata")
    assert found.headers["content-type"] == JSON
    assert len(found.json()) == 10
    assert all("7FE00010" not in one for one in found.json())
    assert web.get("/studies/1.2.3/metadata").status_code == 404


def test_faults_are_in_searches_too() -> None:
    running = served(BY_NAME["query-with-another-accession"])
    with Serving(lambda base: application(running, base)) as server:
        (one,) = httpx.get(f"{server.base}/studies", trust_env=False, timeout=SECONDS).json()
    assert one["00080050"]["Value"] == ["ACN-2"]
