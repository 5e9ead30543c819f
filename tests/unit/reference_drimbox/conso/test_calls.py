"""The Conso is called by a RIS: what it takes, once, and what it refuses and counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulators.dmp import Store
from simulators.psc import USERS
from testdata.exams import exam
from tests.conso import Site, location, site
from tests.unit.reference_drimbox.conso.conftest import changed, told


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (changed(StudyInstanceUID="1.2"), "unknown parameter found : StudyInstanceUID"),
        (changed(PatientID=" "), "parameters without value : PatientID"),
        (changed(Situation=""), "parameters without value : Situation"),
        (changed(PatientIDIssuer=None), "missing a mandatory parameter : PatientIDIssuer"),
        (changed(patientID="1"), "unknown parameter found : patientID"),
        (lambda _: b"", "missing a mandatory parameter : Patient.identifier.value"),
        (lambda body: body + b"&PatientID=2", "parameter found twice : PatientID"),
        (lambda _: b"PatientID=%FF", "the form is no percent-encoded UTF-8"),
    ],
)
def test_a_call_that_is_refused_is_counted(
    bare: Site, change: Callable[[bytes], bytes], text: str
) -> None:
    answer = bare.call(change)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(text.encode())
    with bare.browser() as browser:
        browser.get("/login")
        assert browser.get("/calls.csv").text.splitlines()[-1].endswith(",1,erreur")


def test_a_call_that_is_too_long_is_counted(bare: Site) -> None:
    assert bare.call(lambda body: body + b"x" * (1 << 16)).startswith(b"HTTP/1.1 413 ")
    with bare.browser() as browser:
        browser.get("/login")
        assert browser.get("/calls.csv").text.splitlines()[-1].endswith(",1,erreur")


def test_a_call_is_taken_once(bare: Site) -> None:
    where = location(bare.call())
    with bare.browser() as first, bare.browser() as second:
        assert "data-found" in first.get(where).text
        answer = second.get(where)
        assert (answer.status_code, told(answer.text)) == (404, "call_unknown")


def test_a_second_call_puts_the_first_patient_away(tmp_path: Path) -> None:
    other = exam("nm")
    store = Store(anyone=True)
    with site(tmp_path, store=store) as one, one.browser() as browser:
        study = one.opened(browser)
        assert browser.get(f"/api/studies/{study}").status_code == 200
        page = browser.get(location(one.call(exam=other)))
        assert other.patient.portrait.birth_name in page.text
        assert one.exam.patient.portrait.birth_name not in page.text
        assert browser.get(f"/api/studies/{study}").status_code == 404


def test_the_situation_chooses_the_activity(tmp_path: Path) -> None:
    doctor = USERS[1]
    with site(tmp_path, automatic="medecin") as one:
        with one.browser() as browser:
            situation = doctor.structures[1].identifier
            page = one.entered(browser, change=changed(Situation=situation))
            assert "data-found" in page.text
            assert doctor.structures[1].name in page.text
        with one.browser() as browser:
            page = one.entered(browser)
            assert str(page.url).endswith("/activity")
            page = browser.post("/activity", data={"activity": "0"})
            assert doctor.structures[0].name in page.text
            assert "data-found" in page.text
