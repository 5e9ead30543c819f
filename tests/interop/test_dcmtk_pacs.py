"""Real clients against the PACS: DCMTK's over DIMSE, dicomweb-client over DICOMweb.

What is asked of the PACS is asked of Orthanc too, which may stand in its place.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom import Dataset, dcmread

from simulators.pacs import Archive, Pacs, of_files, send
from simulators.pacs.archive import images
from simulators.pacs.web import application
from simulators.serving.server import Serving
from testdata.exams import exam
from testdata.images.syntaxes import available
from tests.conftest import unavailable

ALPHA = exam("alpha")
STUDY = ALPHA.study
SERIES = STUDY.series[0]
FILES = images(ALPHA, 32)
UIDS = {uid for series in STUDY.series for uid in series.instances}
SYNTAXES = exam("syntaxes")
SECONDS = 60
HOST = "127.0.0.1"
OF_STUDY = ("-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={STUDY.uid}")
OF_SERIES = ("-k", "QueryRetrieveLevel=SERIES", "-k", f"StudyInstanceUID={STUDY.uid}",
             "-k", f"SeriesInstanceUID={SERIES.uid}")  # fmt: skip
JPEG_LS = "1.2.840.10008.1.2.4.80"
BIN = Path("/usr/bin")
ENVIRONMENT = {**os.environ, "TCP_NODELAY": "1"}
"""Without TCP_NODELAY every acknowledgement is waited for."""

Run = Callable[..., subprocess.CompletedProcess[str]]
Tool = Callable[[str], str]
Factory = pytest.TempPathFactory


def dcmtk(name: str) -> str:
    """The program of DCMTK: pynetdicom installs others under the same names."""
    path = BIN / name
    if not path.exists():
        unavailable(f"DCMTK's {name} is not installed")
    return str(path)


@pytest.fixture(scope="module")
def run() -> Run:
    """Run a program of DCMTK."""

    def call(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [dcmtk(name), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=ENVIRONMENT,
            check=False,
        )

    return call


class Held(NamedTuple):
    """An archive that has the images of the exam; ``know`` tells it the port of DEST."""

    port: int
    title: str
    know: Callable[[int], None]

    @property
    def address(self) -> tuple[object, ...]:
        return "-aet", "TEST", "-aec", self.title, HOST, self.port


@pytest.fixture(scope="module", params=["ours", "Orthanc"])
def pacs(request: pytest.FixtureRequest, tool: Tool, tmp_path_factory: Factory) -> Iterator[Held]:
    if request.param == "ours":
        with Pacs(of_files(FILES)) as running:

            def know(port: int) -> None:
                running.peers["DEST"] = (HOST, port)

            yield Held(running.port, "PACS", know)
    else:
        with orthanc(tool("Orthanc"), tmp_path_factory.mktemp("orthanc")) as found:
            sent = send(FILES, (HOST, found.port), called=found.title, calling="TEST")
            assert [one.status for one in sent] == [0] * len(FILES)
            yield found


@contextmanager
def orthanc(program: str, folder: Path) -> Iterator[Held]:
    """Orthanc, which answers those that it knows by title and address: on loopback alone."""
    port, web = free_port(), free_port()
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "DicomAet": "ORTHANC",
        "DicomPort": port,
        "DicomCheckCalledAet": True,
        "DicomCheckModalityHost": True,
        "DicomAlwaysAllowEcho": False,
        "DicomAlwaysAllowStore": False,
        "DicomModalities": {"test": ["TEST", HOST, 104]},
        "HttpPort": web,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))

    def know(destination: int) -> None:
        said = {"AET": "DEST", "Host": HOST, "Port": destination}
        url = f"http://{HOST}:{web}/modalities/dest"
        httpx.put(url, json=said, trust_env=False, timeout=SECONDS).raise_for_status()

    with open(folder / "orthanc.log", "wb") as log:
        process = subprocess.Popen(
            [program, "orthanc.json"], cwd=folder, stdout=log, stderr=log, env=ENVIRONMENT
        )
    try:
        if not (listens(process, port) and listens(process, web)):
            pytest.fail("Orthanc does not start")
        yield Held(port, "ORTHANC", know)
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def read(folder: Path) -> list[Dataset]:
    return [dcmread(one) for one in folder.iterdir() if one.is_file()]


@contextmanager
def storescp(folder: Path, *options: str) -> Iterator[int]:
    """DCMTK's storage SCP, which listens when it says so."""
    program = dcmtk("storescp")
    command = [program, "-v", "-od", str(folder), "-aet", "DEST", *options]
    for _ in range(5):
        port = free_port()
        with open(folder.parent / "storescp.log", "w+") as log:
            process = subprocess.Popen(
                [*command, str(port)], stdout=log, stderr=log,
                env=ENVIRONMENT,
            )  # fmt: skip
            try:
                if listens(process, port):
                    yield port
                    return
            finally:
                ended(process)
    pytest.fail("storescp does not start")


def free_port() -> int:

    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


def listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether it takes a connection before it stops or the tries are over."""

    for _ in range(200):
        if process.poll() is not None:
            return False
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def test_echo(run: Run, pacs: Held) -> None:
    assert run("echoscu", *pacs.address).returncode == 0


def test_find(run: Run, pacs: Held, tmp_path: Path) -> None:
    done = run("findscu", "-S", "-X", "-od", tmp_path, "-k", "QueryRetrieveLevel=STUDY",
               "-k", "PatientName=DRIM*", "-k", "StudyDate=20261101-20261130",
               "-k", "ModalitiesInStudy", "-k", "NumberOfStudyRelatedInstances",
               "-k", "StudyInstanceUID",
               "-k", f"AccessionNumber={STUDY.orders[0].accession}", *pacs.address)  # fmt: skip
    assert done.returncode == 0
    (one,) = read(tmp_path)
    assert one.StudyInstanceUID == STUDY.uid
    assert list(one.ModalitiesInStudy) == ["CT", "MR"]
    assert one.NumberOfStudyRelatedInstances == 20


def test_find_images(run: Run, pacs: Held, tmp_path: Path) -> None:
    done = run("findscu", "-S", "-X", "-od", tmp_path, "-k", "QueryRetrieveLevel=IMAGE",
               *OF_SERIES[2:], "-k", "SOPInstanceUID", "-k", "InstanceNumber",
               *pacs.address)  # fmt: skip
    assert done.returncode == 0
    assert {one.SOPInstanceUID for one in read(tmp_path)} == set(SERIES.instances)


def test_move(run: Run, pacs: Held, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with storescp(tmp_path / "in") as port:
        pacs.know(port)
        done = run("movescu", "-S", "-aem", "DEST", *OF_STUDY, *pacs.address)
    assert done.returncode == 0
    assert {str(one.SOPInstanceUID) for one in read(tmp_path / "in")} == UIDS


def test_get(run: Run, pacs: Held, tmp_path: Path) -> None:
    done = run("getscu", "-S", "-od", tmp_path, *OF_SERIES, *pacs.address)
    assert done.returncode == 0
    assert {str(one.SOPInstanceUID) for one in read(tmp_path)} == set(SERIES.instances)


def test_store_is_durable_and_idempotent(run: Run, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.mkdir()
    for number, raw in enumerate(FILES[:4]):
        (sent / str(number)).write_bytes(raw)
    with Pacs(Archive(tmp_path / "archive")) as running:
        for _ in range(2):
            assert run("storescu", "+sd", HOST, running.port, sent).returncode == 0
    kept = list(Archive(tmp_path / "archive"))
    assert {one.uid for one in kept} == {one.uid for one in of_files(FILES[:4])}
    assert all(one.dataset().PixelData for one in kept)


def test_every_stored_syntax_goes_to_who_accepts_all(run: Run, tmp_path: Path) -> None:
    if not available():
        unavailable("the codecs are not installed")
    study, files = SYNTAXES.study, images(SYNTAXES, 32)
    (tmp_path / "in").mkdir()
    with Pacs(of_files(files)) as running, storescp(tmp_path / "in", "+xa") as port:
        running.peers["DEST"] = (HOST, port)
        done = run("movescu", "-S", "-aem", "DEST", "-k", "QueryRetrieveLevel=STUDY",
                   "-k", f"StudyInstanceUID={study.uid}", HOST, running.port)  # fmt: skip
    assert done.returncode == 0
    sent = {str(one.SOPInstanceUID): one for one in map(dcmread, map(BytesIO, files))}
    came = read(tmp_path / "in")
    assert len(came) == len(sent)
    for one in came:
        before = sent[str(one.SOPInstanceUID)]
        assert one.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
        assert one.PixelData == before.PixelData


def test_what_is_compressed_is_decoded_for_who_accepts_no_other(run: Run, tmp_path: Path) -> None:
    if not available():
        unavailable("the codecs are not installed")
    series = next(one for one in SYNTAXES.study.series if one.syntax == JPEG_LS)
    with Pacs(of_files(images(SYNTAXES, 32))) as running:
        done = run("getscu", "-S", "-od", tmp_path, "-k", "QueryRetrieveLevel=SERIES",
                   "-k", f"StudyInstanceUID={SYNTAXES.study.uid}",
                   "-k", f"SeriesInstanceUID={series.uid}", HOST, running.port)  # fmt: skip
    assert done.returncode == 0
    came = read(tmp_path)
    assert {str(one.SOPInstanceUID) for one in came} == set(series.instances)
    assert all(len(one.PixelData) == 2 * one.Rows * one.Columns for one in came)


def test_dicomweb_client_searches_and_stores() -> None:
    running = Pacs(of_files(FILES[:10]))
    with Serving(lambda base: application(running, base)) as server:
        client = DICOMwebClient(server.base)
        said = client.store_instances([dcmread(BytesIO(one)) for one in FILES[10:]], STUDY.uid)
        assert len(said.ReferencedSOPSequence) == 10
        (study,) = client.search_for_studies(
            search_filters={"PatientName": "DRIM*"}, fields=["StudyDescription"]
        )
        assert study["0020000D"]["Value"] == [STUDY.uid]
        assert study["00081030"]["Value"] == ["Examen Alpha"]
        assert len(client.search_for_series(STUDY.uid)) == 2
        found = client.search_for_instances(STUDY.uid, SERIES.uid, limit=4, offset=2)
        assert [one["00080018"]["Value"][0] for one in found] == list(SERIES.instances[2:6])
        first = client.retrieve_instance(STUDY.uid, SERIES.uid, SERIES.instances[0])
        assert first == dcmread(BytesIO(FILES[0]))
        assert len(client.retrieve_series_metadata(STUDY.uid, SERIES.uid)) == 10
