"""The reference Source end to end: a report comes, a KOS is at the DMP, its images are given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from drimcheck.cli import main
from reference_drimbox.archive import Manifest, inbox, transfer
from simulators.dmp import Store
from simulators.pacs import note, of_exam
from simulators.pacs import send as store
from simulators.ris.messages import ControlIds, Form, deleted_message, report_message
from simulators.sending import send
from simulators.wado_client import Tokens, requests
from simulators.wado_client.kos import read_kos
from testdata.exam import Event, Exam
from testdata.exams import EXAMS, LARGE, exam
from testdata.images import instance
from testdata.kos import write
from testdata.publication import Generation, archive_of
from testdata.report import cda
from tests.peers import judge
from tests.reference import Laboratory, eventually, laboratory
from validators.model import Outcome

DIFFER = {"syntaxes": {"X-KC-19"}, "objects": {"X-KX-13"}}
"""Exams whose own report and images do not agree."""
ODD = {"objects": {"XDS-EVT-01", "XDS-EVT-03"}}
"""An exam with series that no query can name by their modality (SR, PR, DOC), and without act."""
ABOVE = {Outcome.FAIL, Outcome.WARN, Outcome.REVIEW, Outcome.ERROR}


@pytest.fixture(scope="module")
def alpha(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """Exam Alpha, published."""
    with laboratory(tmp_path_factory.mktemp("alpha")) as lab:
        assert lab.tell() == "AA"
        assert lab.settled()
        assert lab.states() == ["published"]
        yield lab


@pytest.mark.parametrize("name", [one for one in EXAMS if one not in LARGE])
def test_what_is_published_has_no_finding_above_information(tmp_path: Path, name: str) -> None:
    one = replace(exam(name), event=Event.CREATE)
    with (
        judge(tmp_path / "judge", "dmp") as live,
        laboratory(tmp_path, one, record=live.recorder("dmp")) as lab,
    ):
        assert lab.tell(Event.CREATE) == "AA"
        assert lab.settled()
        letters = [why.reason for _, why in inbox.dead_letters(lab.archive)]
        assert letters == []
        assert lab.statuses() == ["Approved"] * len(one.studies)
        made = lab.manifests()
    live.conclude()
    seen = {
        result.rule
        for judged in live.judged
        if not judged.ours
        for result in judged.found
        if result.outcome in ABOVE
    }
    assert seen == ODD.get(name, set())
    assert _cross(tmp_path, one, made) == DIFFER.get(name, set())


def _cross(folder: Path, one: Exam, made: Sequence[Manifest]) -> set[str]:
    """What is found above information in KOS, report, message, metadata and images together."""
    message = report_message(one, Event.CREATE, Form.ORU, "100000000001")[0][1:-2]
    files = [("cda", cda(one, 1)), ("hl7", message)]
    files += [
        (kind, raw) for it in made for kind, raw in (("kos", it.kos), ("xds", it.metadata_xml))
    ]
    arguments = ["cross", "--profile", "drim-m-lab", "--on", "2026-11-24"]
    for number, (kind, raw) in enumerate(files):
        path = folder / f"{number}.{kind}"
        path.write_bytes(raw)
        arguments += [f"--{kind}", str(path)]
    images = folder / "images"
    images.mkdir()
    for study in one.studies:
        for plan in study.series:
            for number in range(1, len(plan.instances) + 1):
                raw = write(instance(one, study, plan, number))
                (images / f"{plan.uid}-{number}.dcm").write_bytes(raw)
    out = folder / "report"
    arguments += ["--study", str(images), "--out", str(out), "--format", "json"]
    main(arguments)
    told = json.loads((out / "run.json").read_text())
    return {
        result["rule"]
        for subject in told["subjects"]
        for result in subject["results"]
        if result["outcome"] in {level.value for level in ABOVE}
    }


def test_every_request_of_the_client_gets_its_code(alpha: Laboratory) -> None:
    kos = read_kos(alpha.manifests()[0].kos).at(alpha.wado)
    for asked in requests(kos, Tokens(alpha.token())):
        found = send(asked.url, asked.raw, seconds=20)
        status = int(bytes(found.response).split(b" ", 2)[1])
        assert not asked.expected or status in asked.expected, asked.name


def test_what_the_source_answers_has_no_finding_above_information(
    alpha: Laboratory, tmp_path: Path
) -> None:
    from drimcheck.simulate.live import Known
    from tests.peers import ask
    from validators import wado

    raw = alpha.manifests()[0].kos
    known = Known(manifests={alpha.exam.study.uid: wado.manifest(raw)})
    with judge(tmp_path, "wado-client", known=known) as live:
        ask(live, list(requests(read_kos(raw).at(alpha.wado), Tokens(alpha.token()))))
    live.conclude()
    seen = {
        (result.rule, judged.report.name)
        for judged in live.judged
        if not judged.ours
        for result in judged.found
        if result.outcome in ABOVE
    }
    assert seen == set()


def test_a_link_opens_the_viewer_only_for_its_own_exam(alpha: Laboratory) -> None:
    from urllib.parse import urlencode

    from reference_drimbox.http import Client

    base = alpha.wado.removesuffix("/dicom-web-rs")
    one, order = alpha.exam, alpha.exam.study.orders[0]
    right = {
        "requestType": "STUDY",
        "studyUID": one.study.uid,
        "Accessionnumber": f"{order.accession_oid}.{order.accession}",
        "idCDA": one.report.oid,
    }
    changes: list[tuple[dict[str, str], int]] = [
        ({}, 302),
        ({"Accessionnumber": order.accession}, 302),
        ({"Accessionnumber": "1"}, 406),
        ({"idCDA": "1.2.3"}, 406),
        ({"studyUID": "1.2.3"}, 406),
        ({"studyUID": "../1"}, 400),
        ({"requestType": "PATIENT"}, 400),
        ({"idCDA": ""}, 400),
    ]
    client = Client()
    for change, status in changes:
        url = f"{base}/IHEInvokeImageDisplay?{urlencode(right | change)}"
        assert client.send("GET", url).status == status, change
    assert client.send("GET", f"{base}/api/studies/{one.study.uid}").status == 401
    client.close()


@pytest.mark.parametrize("form", [*Form])
def test_a_report_is_replaced_then_withdrawn(tmp_path: Path, form: Form) -> None:
    with laboratory(tmp_path) as lab:
        for event in (Event.CREATE, Event.REPLACE):
            assert lab.tell(event, form) == "AA"
            assert lab.settled()
        assert lab.states() == ["replaced", "published"]
        assert lab.statuses() == ["Deprecated", "Approved"]
        assert lab.tell(Event.DELETE, form) == "AA"
        assert lab.settled()
        assert lab.states() == ["replaced", "depublished"]
        assert lab.statuses() == ["Deprecated", "Deleted"]
        assert inbox.dead_letters(lab.archive) == []


def test_the_same_message_twice_publishes_once(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        block = report_message(lab.exam, Event.CREATE, Form.ORU, "200000000001")
        assert lab.send([*block, *block]) == "AA AA"
        assert lab.tell() == "AA"
        assert lab.settled()
        assert lab.statuses() == ["Approved"]


def test_images_that_are_gone_take_the_kos_with_them(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        lab.tell()
        assert lab.settled()
        assert lab.send(deleted_message(lab.exam, lab.ids.next())) == "AA"
        assert lab.settled()
        assert lab.states() == ["depublished"]
        assert lab.statuses() == ["Deleted"]
        kos = read_kos(lab.manifests()[0].kos).at(lab.wado)
        found = next(iter(requests(kos, Tokens(lab.token()))))
        assert b" 404 " in bytes(send(found.url, found.raw, seconds=20).response)[:20]


def test_a_rejection_note_makes_a_kos_without_the_instance(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        lab.tell()
        assert lab.settled()
        series = lab.exam.study.series[0]
        gone = series.instances[0]
        raw = note(lab.exam, lab.exam.study, series, gone)
        (stored,) = store([raw], lab.place("dicom"), called=lab.settings.dicom.title)
        assert stored.status == 0
        assert lab.settled()
        assert eventually(lambda: len(lab.manifests()) == 2)
        assert lab.settled()
        assert lab.states() == ["replaced", "published"]
        before, after = (
            {one for it in read_kos(found.kos).series for one in it.instances}
            for found in lab.manifests()
        )
        assert before - after == {gone}


def test_an_exam_that_was_imported_lives_on(tmp_path: Path) -> None:
    """The prerequisite of the official life cycle: a KOS is injected, then replaced, then gone."""
    one, store_of_dmp = exam("alpha"), Store(anyone=True)
    store_of_dmp.preload_exam(one)
    with laboratory(tmp_path, one, store=store_of_dmp) as lab:
        raw = archive_of([Generation(one, one.study)])
        assert transfer.take(lab.archive, raw) == [one.study.uid]
        series = one.study.series[0]
        rejected = note(one, one.study, series, series.instances[0])
        store([rejected], lab.place("dicom"), called=lab.settings.dicom.title)
        assert eventually(lambda: len(lab.manifests()) == 2)
        assert lab.settled()
        assert inbox.dead_letters(lab.archive) == []
        assert lab.states() == ["replaced", "published"]
        assert lab.statuses() == ["Deprecated", "Approved"]
        assert _cross(tmp_path, one, lab.manifests()[1:]) == {"X-KI-12"}
        assert lab.tell(Event.DELETE) == "AA"
        assert lab.settled()
        assert lab.statuses() == ["Deprecated", "Deleted"]


def test_what_cannot_be_published_is_a_dead_letter_and_the_queue_goes_on(tmp_path: Path) -> None:
    other = exam("alpha", "another")
    with laboratory(tmp_path) as lab:
        assert lab.tell(one=other) == "AA"
        assert lab.tell() == "AA"
        assert lab.settled()
        assert [why.reason for _, why in inbox.dead_letters(lab.archive)] == [
            "the PACS has no such study"
        ]
        assert lab.statuses() == ["Approved"]


def test_a_study_of_another_patient_is_not_published(tmp_path: Path) -> None:
    one = exam("alpha")
    stranger = replace(one, patient=replace(one.patient, local_id="1"))
    with laboratory(tmp_path, one) as lab:
        lab.tell(one=stranger)
        assert lab.settled()
        ((_, why),) = inbox.dead_letters(lab.archive)
        assert "local patient identifier" in why.reason
        assert lab.statuses() == []
        assert one.patient.ins not in why.reason


def test_what_no_receiver_can_read_is_refused_and_the_connection_stays(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        good = report_message(lab.exam, Event.CREATE, Form.ORU, "300000000001")[0]
        broken = [
            b"\x0bnothing\x1c\r",
            good.replace(b"ORC|NW", b"ORC|CA"),
            good.replace(b"ORU^R01^ORU_R01", b"ADT^A01^ADT_A01"),
            good.replace(b"^Base64^", b"^Base64^*"),
            good.replace(b"^INS~", b"^XX~").replace(b"1.2.250.1.213.1.4.10", b"1.2.3"),
        ]
        assert lab.send([*broken, good]) == "AE AE AE AE AE AA"
        assert lab.settled()
        assert lab.statuses() == ["Approved"]


def test_a_dmp_that_is_away_only_delays(tmp_path: Path) -> None:
    with laboratory(tmp_path, change=_without_dmp) as lab:
        assert lab.tell() == "AA"
        assert eventually(lambda: lab.states() == ["built"])
        (built,) = lab.manifests()
        folder, store = lab.settings, lab.store
    assert built.kos
    with laboratory(tmp_path, store=store) as lab:
        assert lab.settled()
        assert lab.states() == ["published"]
        (sent,) = [one for one in store.holdings() if one.is_kos]
        assert sent.content == built.kos
    assert folder


def _without_dmp(settings):  # type: ignore[no-untyped-def]
    return replace(settings, dmp=replace(settings.dmp, url="http://127.0.0.1:9/services"))


@pytest.mark.parametrize("method", ["get", "move", "wado"])
def test_images_come_from_the_pacs_in_each_way(tmp_path: Path, method: str) -> None:
    from simulators.network import Network
    from simulators.pacs import Pacs
    from simulators.pacs.web import application
    from simulators.serving import Serving

    one = exam("alpha")
    with (
        Pacs(of_exam(one), Network()) as pacs,
        Serving(lambda base: application(pacs, base)) as web,
    ):

        def chosen(settings):  # type: ignore[no-untyped-def]
            made = replace(settings.pacs, method=method, wado=web.base)
            return replace(settings, pacs=made)

        with laboratory(tmp_path, one, change=chosen) as lab:
            lab.pacs.peers = {"DRIMBOX": lab.place("dicom")}
            lab.tell()
            assert lab.settled()
            kos = read_kos(lab.manifests()[0].kos).at(lab.wado)
            asked = next(iter(requests(kos, Tokens(lab.token()))))
            found = bytes(send(asked.url, asked.raw, seconds=20).response)
            assert found.startswith(b"HTTP/1.1 200")
            assert found.count(b"Content-Type: application/dicom;") == 10


# pynetdicom leaves the socket of a connection that was refused to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_images_that_are_gone_are_410_and_a_pacs_that_is_away_is_500(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        lab.tell()
        assert lab.settled()
        kos = read_kos(lab.manifests()[0].kos).at(lab.wado)
        first, _, second, *_ = requests(kos, Tokens(lab.token()))
        lab.pacs.archive.remove(*kos.series[0].instances)
        assert b" 410 " in bytes(send(first.url, first.raw, seconds=20).response)[:20]
        lab.pacs.stop()
        assert b" 500 " in bytes(send(second.url, second.raw, seconds=20).response)[:20]


def test_every_stored_syntax_is_sent_as_what_is_accepted(tmp_path: Path) -> None:
    pytest.importorskip("imagecodecs")
    one = exam("syntaxes")
    with laboratory(tmp_path, one) as lab:
        lab.tell()
        assert lab.settled()
        kos = read_kos(lab.manifests()[0].kos).at(lab.wado)
        for asked in requests(kos, Tokens(lab.token())):
            if asked.expected == (200,):
                found = send(asked.url, asked.raw, seconds=20)
                assert bytes(found.response).startswith(b"HTTP/1.1 200"), asked.name


def test_control_ids_are_not_what_makes_a_message_another(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        block = report_message(lab.exam, Event.CREATE, Form.ORU, "400000000001")
        other = report_message(exam("nm"), Event.CREATE, Form.ORU, "400000000001")
        assert lab.send([*block, *other]) == "AA AA"
        assert lab.settled()
        assert lab.statuses() == ["Approved"]
        assert len(inbox.dead_letters(lab.archive)) == 1
    assert ControlIds().next()
