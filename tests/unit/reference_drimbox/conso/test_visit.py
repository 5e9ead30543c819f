"""The Conso from the call of a RIS to the export, all that a user does."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from httpx import Client

from drimcheck.simulate.kinds import judge_conversations
from tests.conso import Site, polled, site
from tests.peers import judge, seen


def test_from_the_call_to_the_export(tmp_path: Path) -> None:
    with judge(tmp_path / "judge", "all") as live, site(tmp_path, live) as one:
        _visited(one)
    live.judged += judge_conversations(live)
    assert {each.report.kind for each in live.judged} >= {"request", "psc", "dmp"}
    assert seen(live.judged, ours=False) == {}


def _visited(one: Site) -> None:
    """All that a user does, from the call of the RIS to the logout."""
    with one.browser() as browser:
        study = one.opened(browser)
        shown = browser.get(f"/api/studies/{study}").json()
        assert study == one.exam.study.uid
        series = [(each["modality"], each["instances"]) for each in shown["series"]]
        assert series == [("CT", 10), ("MR", 10)]
        traits = [each["name"] for each in shown["patient"]]
        assert traits == ["birth_name", "given_name", "birth_date", "sex", "birthplace"]
        _images(one, browser, study)
        for target in ("store", "stow", "folder"):
            _exported(one, browser, study, target)
        assert "search" in browser.get("/audit.csv").text
        assert "Traces" in browser.get("/audit").text
        calls = list(csv.reader(StringIO(browser.get("/calls.csv").text)))
        assert [row[1:] for row in calls] == [["Nombre_Appel", "Statut_Appel"], ["1", "succes"]]
        assert "Pro Santé Connect" in browser.post("/logout").text
        assert browser.get(f"/api/studies/{study}").status_code == 401


def _images(one: Site, browser: Client, study: str) -> None:
    """Each series is fetched, once, and every instance is the one that was served."""
    for series in one.exam.study.series:
        found = polled(browser, f"/api/studies/{study}/series/{series.uid}")
        assert (found["state"], found["received"]) == ("done", len(series.instances))
        assert [each["uid"] for each in found["instances"]] == list(series.instances)
        for each in found["instances"]:
            (held,) = one.holding.of(study, series.uid, each["uid"])
            answer = browser.get(each["url"])
            assert answer.headers["Content-Type"] == "application/dicom"
            assert answer.content == held.path.read_bytes()
        picture = browser.get(f"/thumbnails/{study}/{series.uid}")
        assert picture.content.startswith(b"\x89PNG")


def _exported(one: Site, browser: Client, study: str, target: str) -> None:
    page = browser.post(f"/studies/{study}/export", data={"target": target})
    found = polled(browser, f"/api/exports/{str(page.url).rsplit('/', 1)[1]}")
    assert (found["state"], found["sent"], found["expected"]) == ("done", 20, 20), found
    if target == "folder":
        files = list((one.running.service.settings.pacs.folder or Path()).rglob("*.dcm"))
        assert {file.stem for file in files} == {held.uid for held in one.holding.instances}
    else:
        assert {held.uid for held in one.pacs} == {held.uid for held in one.holding.instances}
