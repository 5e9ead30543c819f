"""The Conso exports to a PACS that nobody here wrote: what it sent is what Orthanc counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conso import polled, site
from tests.orthanc import TITLE, Orthanc, program, running


@pytest.fixture
def orthanc(
    tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Orthanc]:
    with running(*program(tool), tmp_path_factory, {"CONSO": 1}) as server:
        yield server


@pytest.mark.parametrize("target", ["store", "stow"])
def test_orthanc_has_all_that_was_exported(orthanc: Orthanc, target: str, tmp_path: Path) -> None:
    pacs = {"port": orthanc.dicom, "title": TITLE, "stow": f"{orthanc.url}/dicom-web"}
    with site(tmp_path, sections={"pacs": pacs}) as one, one.browser() as browser:
        study = one.opened(browser)
        page = browser.post(f"/studies/{study}/export", data={"target": target})
        found = polled(browser, f"/api/exports/{str(page.url).rsplit('/', 1)[1]}")
    assert (found["state"], found["sent"], found["refused"]) == ("done", 20, 0), found
    counts = orthanc.get("/statistics")
    assert isinstance(counts, dict)
    assert (counts["CountStudies"], counts["CountSeries"], counts["CountInstances"]) == (1, 2, 20)


def test_a_part_of_a_study(orthanc: Orthanc, tmp_path: Path) -> None:
    pacs = {"port": orthanc.dicom, "title": TITLE}
    with site(tmp_path, sections={"pacs": pacs}) as one, one.browser() as browser:
        study = one.opened(browser)
        chosen = {"target": "store", "series": [one.exam.study.series[1].uid]}
        page = browser.post(f"/studies/{study}/export", data=chosen)
        found = polled(browser, f"/api/exports/{str(page.url).rsplit('/', 1)[1]}")
    assert (found["state"], found["sent"], found["expected"]) == ("done", 10, 10), found


def test_a_pacs_that_does_not_know_its_title(orthanc: Orthanc, tmp_path: Path) -> None:
    pacs = {"port": orthanc.dicom, "title": "OTHER"}
    with site(tmp_path, sections={"pacs": pacs}) as one, one.browser() as browser:
        study = one.opened(browser)
        page = browser.post(f"/studies/{study}/export", data={"target": "store"})
        found = polled(browser, f"/api/exports/{str(page.url).rsplit('/', 1)[1]}")
    assert (found["state"], found["sent"]) == ("failed", 0)
    assert "PACS" in found["reason"]
