"""The Conso takes a KOS that the user brings, and refuses what is none."""

from __future__ import annotations

from pathlib import Path

from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from tests.conso import Site, polled, site
from tests.unit.reference_drimbox.conso.conftest import told, upload


def _kos(one: Site, **changes: object) -> bytes:
    document = kos_of(one.exam, one.exam.study)
    for name, value in changes.items():
        setattr(document, name, value)
    return write(document)


def test_the_kos_of_another_patient_is_refused(bare: Site) -> None:
    other = exam("alpha", "somebody else")
    with bare.browser() as browser:
        bare.entered(browser)
        answer = upload(browser, write(kos_of(other, other.study)))
        assert (answer.status_code, told(answer.text)) == (409, "other_patient")
        assert browser.get(f"/api/studies/{other.study.uid}").status_code == 404


def test_what_is_no_kos_is_refused(bare: Site) -> None:
    with bare.browser() as browser:
        bare.entered(browser)
        image = bare.holding.instances[0].path.read_bytes()
        for raw in (b"x", image, _kos(bare)[:2000], b"PK\x03\x04x", b"DICM" * 40):
            answer = upload(browser, raw)
            assert (answer.status_code, told(answer.text)) == (422, "no_manifest")
        assert upload(browser, b"").status_code == 400


def test_nobody_logs_in_where_there_is_no_login(tmp_path: Path) -> None:
    with site(tmp_path, sections={"psc": {"enabled": False}}) as one, one.browser() as browser:
        browser.get("/login")
        answer = upload(browser, _kos(one))
        assert one.exam.patient.portrait.birth_name in answer.text
        assert "CAMILLE" in answer.text
        found = polled(
            browser, f"/api/studies/{one.exam.study.uid}/series/{one.exam.study.series[0].uid}"
        )
        # This Source wants a token, and there is none.
        assert (found["state"], found["code"]) == ("failed", 401)
