"""The PACS: what it answers by DIMSE and DICOMweb, what it keeps, and each of its faults."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from pydicom import DataElement, Dataset, dcmread
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.sop_class import (
    PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from simulators import pacs
from simulators.faults import Fault
from simulators.pacs import Archive, Pacs, of_files
from simulators.pacs.archive import images
from simulators.pacs.faults import BEHAVIOUR, FAULTS, INSTANCES, NOTES
from simulators.pacs.matching import matches
from simulators.pacs.web import application, in_json
from simulators.serving.server import Serving
from testdata.exams import exam
from testdata.images.syntaxes import available
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from tests.conftest import failing, plan_of, results
from validators.cross import Dossier, facts_of, image_facts
from validators.engine import judge

ALPHA = exam("alpha")
STUDY = ALPHA.study
FILES = images(ALPHA, 16)
SYNTAXES = exam("syntaxes")
SECONDS = 20.0
WORSE = ("fail", "warn", "review", "error")
EXPLICIT, IMPLICIT, JPEG_LS = (
    "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.80",
)  # fmt: skip
FIND = StudyRootQueryRetrieveInformationModelFind
GET = StudyRootQueryRetrieveInformationModelGet
MOVE = StudyRootQueryRetrieveInformationModelMove
CT_CLASS, MR_CLASS = (STUDY.series[0].sop_class, STUDY.series[1].sop_class)
BY_NAME = {one.name: one for one in FAULTS}


def served(
    *faults: Fault, content: Archive | None = None, received: Callable[[bytes], None] | None = None
) -> Pacs:
    return Pacs(content or of_files(FILES), faults=faults, received=received or (lambda _: None))


def keys(level: str = "STUDY", **values: object) -> Dataset:
    made = Dataset()
    made.QueryRetrieveLevel = level
    for name, value in values.items():
        setattr(made, name, value)
    return made


@contextmanager
def associated(
    port: int, *contexts: Any, handlers: list[Any] | None = None, roles: bool = False
) -> Iterator[Any]:
    entity = AE("TEST")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = SECONDS
    negotiation = [build_role(one.abstract_syntax, scp_role=True) for one in contexts[1:]]
    association = entity.associate(
        "127.0.0.1", port, contexts=list(contexts), evt_handlers=handlers or [],
        ext_neg=negotiation if roles else None, ae_title="PACS",
    )  # fmt: skip
    assert association.is_established
    try:
        yield association
    finally:
        if association.is_established:
            association.release()


def found(port: int, identifier: Dataset, model: str = FIND) -> tuple[list[Dataset], int]:
    """The answers to a query, and its last status."""
    with associated(port, build_context(model)) as association:
        answers = list(association.send_c_find(identifier, model))
    return [one for _, one in answers if one is not None], answers[-1][0].Status


class Got(NamedTuple):
    """What a retrieval sent, and its answers."""

    files: list[bytes]
    statuses: list[Dataset]
    identifiers: list[Dataset | None]


def keeping(files: list[bytes]) -> list[Any]:
    def store(event: Any) -> int:
        files.append(event.encoded_dataset())
        return 0

    return [(evt.EVT_C_STORE, store)]


def got(port: int, identifier: Dataset, syntaxes: tuple[str, ...] = (EXPLICIT, IMPLICIT)) -> Got:
    """A C-GET: each class with these syntaxes."""
    files: list[bytes] = []
    stored = [build_context(one, list(syntaxes)) for one in (CT_CLASS, MR_CLASS)]
    with associated(
        port, build_context(GET), *stored, handlers=keeping(files), roles=True
    ) as association:
        answers = list(association.send_c_get(identifier, GET))
    return Got(files, [one for one, _ in answers], [one for _, one in answers])


@contextmanager
def destination(*syntaxes: str) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """A storage SCP of CT and MR in these syntaxes, and the files that it got."""
    files: list[bytes] = []
    entity = AE("DEST")
    for one in (CT_CLASS, MR_CLASS):
        entity.add_supported_context(one, list(syntaxes))
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=keeping(files))
    assert server is not None
    try:
        yield server.socket.getsockname()[:2], files
    finally:
        entity.shutdown()


def whole() -> Dataset:
    return keys(StudyInstanceUID=STUDY.uid)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served() as running:
        yield running.port


QUERIES: dict[str, tuple[dict[str, object], int]] = {
    "universal": ({"PatientName": ""}, 1),
    "name": ({"PatientName": "DRIM-ALPHA^CAMILLE"}, 1),
    "name-in-lower-case": ({"PatientName": "drim-alpha^camille"}, 1),
    "wildcard": ({"PatientName": "DRIM*"}, 1),
    "one-character": ({"PatientName": "DRIM-ALPH?^*"}, 1),
    "wildcard-of-another": ({"PatientName": "X*"}, 0),
    "accession": ({"AccessionNumber": STUDY.orders[0].accession}, 1),
    "accession-of-another": ({"AccessionNumber": "1"}, 0),
    "day": ({"StudyDate": "20261120"}, 1),
    "range": ({"StudyDate": "20261101-20261130"}, 1),
    "from": ({"StudyDate": "20261121-"}, 0),
    "until": ({"StudyDate": "-20261120"}, 1),
    "time": ({"StudyTime": "09-0930"}, 1),
    "time-too-late": ({"StudyTime": "0931-"}, 0),
    "uids": ({"StudyInstanceUID": ["1.2.3", STUDY.uid]}, 1),
    "uid-of-another": ({"StudyInstanceUID": "1.2.3"}, 0),
    "modality": ({"ModalitiesInStudy": "MR"}, 1),
    "modalities": ({"ModalitiesInStudy": ["US", "CT"]}, 1),
    "modality-of-another": ({"ModalitiesInStudy": "US"}, 0),
    "key-of-a-level-below": ({"Modality": "US"}, 1),
    "private": ({"PatientID": "", "StudyComments": ""}, 1),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_studies(name: str, port: int) -> None:
    asked, count = QUERIES[name]
    answers, status = found(port, keys(**asked))
    assert (len(answers), status) == (count, 0)
    for one in answers:
        assert one.QueryRetrieveLevel == "STUDY"
        assert one.StudyInstanceUID == STUDY.uid
        assert all(key in one for key in asked)


def test_what_is_counted(port: int) -> None:
    names = ("ModalitiesInStudy", "SOPClassesInStudy", "NumberOfStudyRelatedSeries",
             "NumberOfStudyRelatedInstances", "StudyComments")  # fmt: skip
    ((one,), _) = found(port, keys(**dict.fromkeys(names, "")))
    assert list(one.ModalitiesInStudy) == ["CT", "MR"]
    assert list(one.SOPClassesInStudy) == sorted([CT_CLASS, MR_CLASS])
    assert (one.NumberOfStudyRelatedSeries, one.NumberOfStudyRelatedInstances) == (2, 20)
    assert one.StudyComments == ""
    assert one.RetrieveAETitle == "PACS"


def test_levels_below(port: int) -> None:
    series, _ = found(port, keys("SERIES", StudyInstanceUID=STUDY.uid, Modality="",
                                 NumberOfSeriesRelatedInstances=""))  # fmt: skip
    assert [one.SeriesInstanceUID for one in series] == [one.uid for one in STUDY.series]
    assert [one.Modality for one in series] == ["CT", "MR"]
    assert [one.NumberOfSeriesRelatedInstances for one in series] == [10, 10]
    first = STUDY.series[0]
    asked = keys("IMAGE", StudyInstanceUID=STUDY.uid, SeriesInstanceUID=first.uid,
                 InstanceNumber="3")  # fmt: skip
    ((one,), _) = found(port, asked)
    assert (one.SOPInstanceUID, one.InstanceNumber) == (first.instances[2], 3)


def test_the_patient_root(port: int) -> None:
    model = PatientRootQueryRetrieveInformationModelFind
    ((one,), _) = found(port, keys("PATIENT", PatientName="", PatientID=""), model)
    assert one.PatientID == ALPHA.patient.local_id
    answers, status = found(port, keys("STUDY", StudyInstanceUID=""), model)
    assert (answers, status) == ([], 0xA900)


@pytest.mark.parametrize(
    "wrong",
    [
        keys("SERIES"),
        keys("PATIENT"),
        keys("IMAGE", StudyInstanceUID=STUDY.uid),
        keys("SERIES", StudyInstanceUID=["1.2", STUDY.uid]),
        Dataset(),
    ],
    ids=["no-study", "no-such-level", "no-series", "two-studies", "nothing"],
)
def test_a_query_out_of_order_is_refused(wrong: Dataset, port: int) -> None:
    wrong.PatientName = ""
    answers, status = found(port, wrong)
    assert (answers, status) == ([], 0xA900)


def test_text_that_is_not_ascii_is_found_in_either_character_set(tmp_path: Path) -> None:
    one = dcmread(BytesIO(FILES[0]))
    one.PatientName = "DRIM-ÉTÉ^ANAÏS"
    with served(content=of_files([write(one)])) as running:
        asked = keys(PatientName="DRIM-ÉTÉ*", SpecificCharacterSet="ISO_IR 192")
        ((answer,), _) = found(running.port, asked)
    assert str(answer.PatientName) == "DRIM-ÉTÉ^ANAÏS"


def test_sequence_matching() -> None:
    held, other = Dataset(), Dataset()
    held.CodeValue, other.CodeValue = "24727-0", "1"
    for code, wanted in (("24727-0", True), ("2472*", True), ("7", False), ("", True)):
        item = Dataset()
        item.CodeValue = code
        key = DataElement("ProcedureCodeSequence", "SQ", [item])
        assert matches(key, DataElement("ProcedureCodeSequence", "SQ", [other, held])) is wanted


WILDCARDS = {
    "A*B*C": ("AxByyC", True),
    "*": ("", True),
    "?": ("", False),
    "A**": ("A", True),
    "A?C": ("A*C", True),
    "*AB": ("AABAB", True),
    "AB*": ("BAB", False),
    "a*": ("A", False),
    "A.*": ("AB", False),
}


@pytest.mark.parametrize("wanted", WILDCARDS)
def test_wildcards(wanted: str) -> None:
    there, matched = WILDCARDS[wanted]
    key, found = (DataElement("StudyDescription", "LO", one) for one in (wanted, there))
    assert matches(key, found) is matched


def test_many_wildcards_take_no_time() -> None:
    key = DataElement("PatientComments", "LT", "*a" * 300 + "b")
    assert not matches(key, DataElement("PatientComments", "LT", "a" * 600))


def test_a_study_is_got(port: int) -> None:
    result = got(port, whole())
    assert len(result.files) == 20
    assert [one.Status for one in result.statuses] == [0xFF00] * 20 + [0]
    last = result.statuses[-1]
    assert last.NumberOfCompletedSuboperations == 20
    assert (last.NumberOfFailedSuboperations, last.NumberOfWarningSuboperations) == (0, 0)
    uids = {str(dcmread(BytesIO(one)).SOPInstanceUID) for one in result.files}
    assert uids == {uid for series in STUDY.series for uid in series.instances}


def test_what_is_not_there_is_got_without_error(port: int) -> None:
    result = got(port, keys(StudyInstanceUID="1.2.3"))
    assert [one.Status for one in result.statuses] == [0]
    assert got(port, keys("SERIES", SeriesInstanceUID="1.2.3")).statuses[-1].Status == 0xA900


def test_a_retrieval_is_cancelled(port: int) -> None:
    files: list[bytes] = []
    stored = [build_context(one) for one in (CT_CLASS, MR_CLASS)]
    with associated(
        port, build_context(GET), *stored, handlers=keeping(files), roles=True
    ) as association:
        statuses = []
        for status, _ in association.send_c_get(whole(), GET, msg_id=7):
            statuses.append(status)
            if len(statuses) == 2:
                association.send_c_cancel(7, query_model=GET)
    assert statuses[-1].Status == 0xFE00
    assert statuses[-1].NumberOfRemainingSuboperations > 0
    assert 2 <= len(files) < 20


def moved(running: Pacs, identifier: Dataset, title: str = "DEST") -> list[tuple[Any, Any]]:
    with associated(running.port, build_context(MOVE)) as association:
        return list(association.send_c_move(identifier, title, MOVE))


def test_a_series_is_moved() -> None:
    series = STUDY.series[1]
    with served() as running, destination(EXPLICIT) as (address, files):
        running.peers["DEST"] = address
        asked = keys("SERIES", StudyInstanceUID=STUDY.uid, SeriesInstanceUID=series.uid)
        answers = moved(running, asked)
    assert [one.Status for one, _ in answers] == [0xFF00] * 10 + [0]
    assert {str(dcmread(BytesIO(one)).SOPInstanceUID) for one in files} == set(series.instances)


def test_a_move_to_nobody_is_refused() -> None:
    with served() as running:
        ((status, _),) = moved(running, whole(), "NOBODY")
        assert status.Status == 0xA801


needs_codecs = pytest.mark.skipif(not available(), reason="the codecs are an extra")


@needs_codecs
def test_what_nobody_accepts_is_a_failed_sub_operation() -> None:
    """Where only JPEG-LS is accepted, what is not in it cannot be sent."""
    with served(content=of_files(images(SYNTAXES, 16))) as running:
        result = got(running.port, keys(StudyInstanceUID=SYNTAXES.study.uid), (JPEG_LS,))
    last, listed = result.statuses[-1], result.identifiers[-1]
    assert last.Status == 0xB000
    assert len(result.files) == last.NumberOfCompletedSuboperations == 2
    assert listed is not None
    assert len(listed.FailedSOPInstanceUIDList) == last.NumberOfFailedSuboperations == 12


@needs_codecs
def test_a_stored_syntax_goes_as_it_is_or_decoded() -> None:
    content = of_files(images(SYNTAXES, 16))
    series = next(one for one in SYNTAXES.study.series if one.syntax == JPEG_LS)
    asked = keys("SERIES", StudyInstanceUID=SYNTAXES.study.uid, SeriesInstanceUID=series.uid)
    for accepted in (JPEG_LS, EXPLICIT, IMPLICIT):
        with served(content=content) as running, destination(accepted) as (address, files):
            running.peers["DEST"] = address
            assert moved(running, asked)[-1][0].Status == 0
        read = [dcmread(BytesIO(one)) for one in files]
        assert [str(one.file_meta.TransferSyntaxUID) for one in read] == [accepted] * 2
        assert len(read[0].PixelData) == 512 or accepted == JPEG_LS
        stored = next(one for one in content if one.uid == read[0].SOPInstanceUID)
        if accepted == JPEG_LS:
            assert read[0].PixelData == stored.dataset().PixelData


def test_what_is_stored_is_kept_and_told(tmp_path: Path) -> None:
    told: list[bytes] = []
    with Pacs(Archive(tmp_path / "a"), received=told.append) as running:
        to = ("127.0.0.1", running.port)
        for _ in range(2):
            assert [one.status for one in pacs.send(FILES[:3], to)] == [0, 0, 0]
    assert len(told) == 6
    came, sent = ([dcmread(BytesIO(one)) for one in files[:3]] for files in (told, FILES))
    assert came == sent
    there = [one for one in (tmp_path / "a").rglob("*") if one.is_file()]
    assert len(there) == 3
    assert all(one.suffix == ".dcm" for one in there)
    again = Archive(tmp_path / "a")
    assert sorted(one.uid for one in again) == sorted(one.uid for one in of_files(FILES[:3]))


def test_a_folder_of_files_is_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one").write_bytes(FILES[0])
    (tmp_path / "readme.txt").write_text("no image")
    (tmp_path / "empty").touch()
    (tmp_path / "cut.dcm").write_bytes(FILES[1][:200])
    (one,) = Archive(tmp_path)
    assert one.file() == FILES[0]
    assert "PixelData" not in one.head


def test_nothing_is_written_outside_the_folder(tmp_path: Path) -> None:
    one = dcmread(BytesIO(FILES[0]))
    raw = write(one)
    bad = raw.replace(STUDY.uid.encode(), b"../" * 3 + b"0" * (len(STUDY.uid) - 9))
    with pytest.raises(pacs.NotAnInstance):
        Archive(tmp_path / "a").add(bad)
    for nothing in (b"", b"no DICOM", b"\0" * 128 + b"DICM", FILES[0][:700]):
        with pytest.raises(pacs.NotAnInstance):
            Archive(tmp_path / "a").add(nothing)
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_files_are_refused_or_kept_whole() -> None:
    """Some bytes changed, some cut off: whatever is taken can be asked for."""
    source, archive = random.Random(7), Archive()
    for _ in range(400):
        raw = bytearray(source.choice(FILES)[:2000])
        for _ in range(source.randint(1, 12)):
            raw[source.randrange(132, len(raw))] = source.randrange(256)
        with suppress(pacs.NotAnInstance):
            archive.add(bytes(raw[: source.choice((len(raw), source.randrange(len(raw))))]))
    assert len(archive) > 10
    every = Pacs(archive).answers("IMAGE", Dataset(), every=True)
    assert all("00080018" in in_json(one) for one in every)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nobody_takes_an_association() -> None:
    """pynetdicom leaves the socket that never was connected to the collector."""
    with served() as running:
        closed = running.port
    with pytest.raises(pacs.NoAssociation):
        pacs.send(FILES[:1], ("127.0.0.1", closed))
    gc.collect()


def note(*faults: Fault) -> bytes:
    first = STUDY.series[0]
    return pacs.note(ALPHA, STUDY, first, first.instances[-1], faults)


def test_the_rejection_note_conforms_and_arrives() -> None:
    told: list[bytes] = []
    with served(received=told.append) as running:
        pacs.send([note()], ("127.0.0.1", running.port))
    assert failing(results(told[0], "dicom-ko"), *WORSE) == set()
    assert image_facts("note", told[0]).rejects == (STUDY.series[0].instances[-1],)


@pytest.mark.parametrize("fault", NOTES, ids=lambda one: one.name)
def test_faults_of_notes_are_seen(fault: Fault) -> None:
    before = failing(results(note(), "dicom-ko"), *WORSE, "info")
    after = failing(results(note(fault), "dicom-ko"), *WORSE, "info")
    assert fault.seen_by in after - before


def seen(files: list[bytes]) -> set[str]:
    """The rules that see something in a study beside its KOS."""
    given = [facts_of("kos", "kos/it", write(kos_of(ALPHA, STUDY)))]
    there = [image_facts(f"study/{number}", raw) for number, raw in enumerate(files)]
    found = judge(plan_of("drim-m-lab", "cross"), Dossier(given, there, complete=True))
    return {one.rule for one in found if one.outcome in WORSE}


def test_a_study_without_fault_agrees_with_its_kos(port: int) -> None:
    assert seen(got(port, whole()).files) == set()


@pytest.mark.parametrize("fault", INSTANCES, ids=lambda one: one.name)
def test_faults_of_retrievals_are_seen(fault: Fault) -> None:
    with served(fault) as running, destination(EXPLICIT) as (address, moved_files):
        running.peers["DEST"] = address
        by_get = got(running.port, whole(), (EXPLICIT,)).files
        moved(running, whole())
    assert fault.seen_by in seen(by_get)
    assert fault.seen_by in seen(moved_files)


def behaviour(name: str) -> Pacs:
    return served(BY_NAME[name])


def test_faults_of_queries() -> None:
    wanted = {"AccessionNumber": "", "PatientName": "", "ModalitiesInStudy": "",
              "NumberOfStudyRelatedInstances": ""}  # fmt: skip
    answers = {}
    for fault in BEHAVIOUR:
        if fault.name.startswith("query-"):
            with served(fault) as running:
                ((answers[fault.name],), _) = found(running.port, keys(**wanted))
    assert answers["query-with-another-accession"].AccessionNumber == "ACN-2"
    assert str(answers["query-with-another-patient"].PatientName) == "DRIM-AUTRE^ALEX"
    assert "ModalitiesInStudy" not in answers["query-without-modalities"]
    assert answers["query-with-fewer-instances"].NumberOfStudyRelatedInstances == 1
    assert len(answers) == 4


def test_faults_of_behaviour() -> None:
    with behaviour("move-destination-unknown") as running, destination(EXPLICIT) as (there, files):
        running.peers["DEST"] = there
        assert [one.Status for one, _ in moved(running, whole())] == [0xA801]
        assert files == []
    with behaviour("sub-operations-miscounted") as running:
        result = got(running.port, whole())
        assert result.statuses[-2].NumberOfRemainingSuboperations == 1
        assert len(result.files) == 20
    with behaviour("association-aborted-midway") as running:
        assert len(got(running.port, whole()).files) == 1


def test_names_of_faults_are_of_their_form() -> None:
    assert len(BY_NAME) == len(FAULTS)
    assert all(name == name.lower() and " " not in name for name in BY_NAME)
    assert all(bool(one.seen_by) == bool(one.breaks) for one in FAULTS)


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
