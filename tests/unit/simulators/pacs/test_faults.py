"""The rejection notes and the faults of the PACS, each seen by its rule."""

from __future__ import annotations

import pytest

from simulators import pacs
from simulators.faults import Fault
from simulators.pacs import Pacs
from simulators.pacs.faults import BEHAVIOUR, FAULTS, INSTANCES, NOTES
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from tests.conftest import failing, plan_of, results
from tests.unit.simulators.pacs.conftest import (
    ALPHA,
    BY_NAME,
    EXPLICIT,
    STUDY,
    destination,
    found,
    got,
    keys,
    moved,
    served,
    whole,
)
from validators.cross import Dossier, facts_of, image_facts
from validators.engine import judge

WORSE = ("fail", "warn", "review", "error")


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
