"""The Conso opens no record against its patient: consent and authorisation."""

from __future__ import annotations

from pathlib import Path

import pytest

from drimcheck.exchanges import exchanges
from simulators.dmp import Store
from testdata.metadata.submission import patient_id
from tests.conso import Site, site
from tests.peers import judge
from tests.unit.reference_drimbox.conso.conftest import changed, told


@pytest.mark.parametrize("value", ["false", "NON", "opposition"])
def test_a_patient_who_is_opposed(bare: Site, value: str) -> None:
    with bare.browser() as browser:
        answer = bare.entered(browser, change=changed(InformationEtConsentement=value))
        assert (answer.status_code, told(answer.text)) == (403, "opposed")
        assert browser.get("/import").status_code == 403
        assert browser.get("/api/studies/1.2").status_code == 403


@pytest.mark.parametrize(("chosen", "key"), [("opposed", "opposed"), ("given", "")])
def test_consent_that_is_not_known_is_asked(bare: Site, chosen: str, key: str) -> None:
    with bare.browser() as browser:
        page = bare.entered(browser, change=changed(InformationEtConsentement="inconnu"))
        assert str(page.url).endswith("/consent")
        assert told(browser.post("/consent", data={"consent": chosen}).text) == key


@pytest.mark.parametrize(("said", "key"), [("INTERDIT", "forbidden"), ("", "no_record")])
def test_a_record_that_may_not_be_looked_into(tmp_path: Path, said: str, key: str) -> None:
    store = Store(anyone=True)
    with judge(tmp_path / "judge", "all") as live, site(tmp_path, live, store=store) as one:
        store.admit(patient_id(one.exam), said or "INCONNU")
        with one.browser() as browser:
            answer = one.entered(browser)
            assert answer.status_code == 403
            assert told(answer.text) in (key, "forbidden")
            assert browser.post("/open", data={"exam": "1.2"}).status_code == 404
    with exchanges(live.ledger.of("dmp")) as asked:
        assert len(asked) >= 1
        assert not [each for each in asked if "registry" in each.url]
