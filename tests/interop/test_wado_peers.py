"""Clients and servers that nobody here wrote, against the peers of WADO-RS."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from dicomweb_client.web import DICOMwebClient

from simulators.wado_client.requests import Asked
from testdata.wire.request import LOSSLESS, accept
from testdata.wire.response import part
from tests.orthanc import program, running
from tests.peers import ALPHA, ask, asked_of, at, holding, judge, known_of, seen, wado_server

STUDY = ALPHA.study
SERIES = STUDY.series[0]
KOS = ALPHA.kos_uid(STUDY)
TOKEN = "a.good.token"
SECONDS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with wado_server(holding(tmp_path_factory.mktemp("alpha"))) as base:
        yield f"{base}/dicom-web-rs"


@pytest.fixture
def client(server: str) -> DICOMwebClient:
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {TOKEN}", "KOS-SOPInstanceUID": KOS})
    return DICOMwebClient(server, session=session)


def test_dicomweb_client_retrieves_the_series(client: DICOMwebClient) -> None:
    found = client.retrieve_series(STUDY.uid, SERIES.uid)
    assert [str(one.SOPInstanceUID) for one in found] == list(SERIES.instances)
    assert all(one.pixel_array.shape == (256, 256) for one in found)


def test_dicomweb_client_asks_for_another_syntax(client: DICOMwebClient) -> None:
    pytest.importorskip("imagecodecs")
    kind = (("application/dicom", "1.2.840.10008.1.2.4.80"),)
    (found, *_) = client.retrieve_series(STUDY.uid, SERIES.uid, media_types=kind)
    assert found.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.80"


def test_dicomweb_client_retrieves_metadata(client: DICOMwebClient) -> None:
    found = client.retrieve_series_metadata(STUDY.uid, SERIES.uid)
    assert [one["00080018"]["Value"][0] for one in found] == list(SERIES.instances)


def test_dicomweb_client_retrieves_an_instance_and_its_frames(client: DICOMwebClient) -> None:
    uids = (STUDY.uid, SERIES.uid, SERIES.instances[0])
    whole = client.retrieve_instance(*uids)
    (frame,) = client.retrieve_instance_frames(*uids, frame_numbers=[1])
    assert frame == whole.PixelData[: len(frame)]
    assert len(frame) == 256 * 256 * 2


def test_dicomweb_client_retrieves_a_picture(client: DICOMwebClient) -> None:
    found = client.retrieve_instance_rendered(STUDY.uid, SERIES.uid, SERIES.instances[0])
    assert found[:2] == b"\xff\xd8" or found[:4] == b"\x89PNG"


def test_curl_saves_the_series(server: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    body = tmp_path / "body"
    ran = subprocess.run(
        [tool("curl"), "--silent", "--fail", "--max-time", str(SECONDS), "--output", str(body),
         "--write-out", "%{http_code} %{content_type}", "-H", f"Accept: {accept(LOSSLESS)}",
         "-H", f"Authorization: Bearer {TOKEN}", "-H", f"KOS-SOPInstanceUID: {KOS}",
         f"{server}/studies/{STUDY.uid}/series/{SERIES.uid}"],
        capture_output=True, text=True, check=True, timeout=SECONDS,
    )  # fmt: skip
    status, _, kind = ran.stdout.partition(" ")
    assert (status, kind.partition(";")[0]) == ("200", "multipart/related")
    assert body.read_bytes().count(b"DICM") == len(SERIES.instances)


ORTHANC = {
    # It knows neither tokens nor KOS, and answers whoever asks.
    "WADO-ERR-400": {"no-kos"},
    "WADO-ERR-401": {"no-token", "expired-token"},
    "WADO-ERR-404": {"wrong-kos"},
    # What cannot be served is not acceptable, which is 406; Orthanc calls it a bad request.
    "WADO-ERR-406": {"no-accept", "odd-accept", "syntax-not-to-be-had"},
    # A base that says nothing of its health.
    "WADO-ERR-200": {"health"},
}
"""What our client sees of Orthanc besides its syntax of answers: the requests that show it."""


def test_our_client_against_orthanc(
    tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with running(*program(tool), tmp_path_factory) as orthanc:
        for series in STUDY.series:
            for number in range(1, len(series.instances) + 1):
                orthanc.store(part(ALPHA, STUDY, series, number))
        one = at(orthanc.url)
        known = known_of(one)
        asked = asked_of(one)
        # The service of Orthanc has another path.
        moved = [_moved(each) for each in asked]
        with judge(tmp_path, "wado-client", known=known) as live:
            ask(live, moved)
    names = {number: each.name for number, each in enumerate(moved, start=1)}
    found: dict[str, set[str]] = {rule: set() for rule in ORTHANC}
    for judged in live.judged:
        if not judged.ours:
            for result in judged.found:
                if result.rule in found:
                    found[result.rule].add(names[int(judged.report.name.split()[1])])
    assert found == ORTHANC
    assert "WADO-WR15-NEITHER" in seen(live.judged, ours=False)


def _moved(asked: Asked) -> Asked:
    raw = asked.raw.replace(b"/dicom-web-rs", b"/dicom-web")
    return replace(asked, raw=raw, url=asked.url.replace("/dicom-web-rs", "/dicom-web"))
