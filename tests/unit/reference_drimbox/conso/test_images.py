"""The Conso fetches images: while they stream, whom it asks, and what goes wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from reference_drimbox.conso.gate import Unlisted
from simulators.allowlist import LIST, Publication
from simulators.allowlist import application as publisher
from simulators.faults import named
from simulators.serving import Serving
from simulators.wado_server.holding import Holding
from testdata.allowlist import DOMAINS
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from tests.conso import Site, polled, shared_pki, site
from tests.peers import ALPHA, at, holding
from tests.unit.reference_drimbox.conso.conftest import upload


def test_the_allow_list_says_who_is_asked(tmp_path: Path) -> None:
    publication = Publication.by(shared_pki().signer(), DOMAINS)
    with Serving(lambda base: publisher(base, publication)) as served:
        listed = {"url": f"{served.base}{LIST}", "trust": shared_pki().trust}
        with site(tmp_path, sections={"allowlist": listed}) as one:
            gate = one.running.service.means.gate
            below = "/rs/studies/1.2/series/1.3"
            host = "db1.345.mesimagesmedicales.fr"
            assert gate.checked(f"https://{host}{below}", "1.2", "1.3")
            for url in (f"http://{host}{below}", f"https://{host}:8443{below}",
                        f"https://db9.345.mesimagesmedicales.fr{below}"):  # fmt: skip
                with pytest.raises(Unlisted):
                    gate.checked(url, "1.2", "1.3")


def test_the_first_image_is_shown_while_the_rest_streams(tmp_path: Path) -> None:
    shown = threading.Event()
    (tmp_path / "held").mkdir()
    held = holding(tmp_path / "held")

    def source(base: str) -> Starlette:
        def body(series: str) -> Iterator[bytes]:
            for number, one in enumerate(held.of(ALPHA.study.uid, series)):
                yield b"\r\n--x\r\nContent-Type: application/dicom\r\n\r\n"
                if number == 1:
                    assert shown.wait(60)
                yield one.path.read_bytes()
            yield b"\r\n--x--"

        def answer(request: Request) -> StreamingResponse:
            kind = 'multipart/related; type="application/dicom"; boundary=x'
            return StreamingResponse(body(request.path_params["series"]), media_type=kind)

        return Starlette(routes=[Route("/dicom-web-rs/studies/{study}/series/{series}", answer)])

    sections = {"psc": {"enabled": False}}
    with (
        Serving(source) as served,
        site(tmp_path, sections=sections) as one,
        one.browser() as browser,
    ):
        placed = at(served.base)
        browser.get("/login")
        upload(browser, write(kos_of(placed, placed.study)))
        series = ALPHA.study.series[0]
        path = f"/api/studies/{ALPHA.study.uid}/series/{series.uid}"
        for _ in range(200):
            found = browser.get(path).json()
            if found["instances"]:
                break
            shown.wait(0.05)
        assert (found["state"], found["received"], found["total"]) == ("running", 1, 10)
        answer = browser.get(found["instances"][0]["url"])
        assert answer.content == held.of(ALPHA.study.uid, series.uid)[0].path.read_bytes()
        waits = f"/instances/{ALPHA.study.uid}/{series.uid}/{series.instances[5]}"
        assert browser.get(waits).status_code == 503
        shown.set()
        assert polled(browser, path)["received"] == 10


def test_a_source_that_is_not_listed_is_not_asked(bare: Site) -> None:
    document = kos_of(bare.exam, bare.exam.study)
    for series in document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence:
        series.RetrieveURL = series.RetrieveURL.replace("127.0.0.1", "127.0.0.2")
    with bare.browser() as browser:
        bare.entered(browser)
        assert upload(browser, write(document)).status_code == 200
        study, series = bare.exam.study.uid, bare.exam.study.series[0].uid
        found = polled(browser, f"/api/studies/{study}/series/{series}")
        assert (found["state"], found["code"]) == ("failed", 403)
        uid = bare.exam.study.series[0].instances[0]
        assert browser.get(f"/instances/{study}/{series}/{uid}").status_code == 403


SERVED = {
    "n27-instance-missing": ("done", 410, 9),
    "n32b-instance-twice": ("done", 0, 10),
    "n32c-instance-not-in-the-manifest": ("done", 0, 10),
    "n06b-boundary-in-the-pixels": ("done", 0, 10),
    "n06a-delimiter-in-the-pixels": ("failed", 502, 9),
    "n08b-no-close": ("failed", 502, 9),
    "n08d-body-cut-short": ("failed", 502, 9),
    "n32a-instance-of-another-series": ("failed", 502, 9),
    "n34-part-without-preamble": ("failed", 502, 9),
    "n09-syntax-not-accepted": ("failed", 502, 0),
    "n11-status-400-for-a-sound-request": ("failed", 502, 0),
    "n12-default-not-acceptable": ("failed", 406, 0),
    "n21-listed-series-not-found": ("deleted", 410, 0),
    "n37b-redirection-to-another-host": ("failed", 502, 0),
    "n40-drip": ("failed", 502, 0),
    "stack-trace": ("failed", 502, 0),
}
"""What a Source does wrong, and what the viewer is told: state, code, images that are here."""


@pytest.mark.parametrize("name", sorted(SERVED))
def test_what_a_source_does_wrong(tmp_path: Path, name: str) -> None:
    sections = {"sources": {"seconds": 4.0}} if name == "n40-drip" else {}
    with site(tmp_path, faults=named([name]), sections=sections) as one, one.browser() as browser:
        study = one.opened(browser)
        series = one.exam.study.series[0]
        found = polled(browser, f"/api/studies/{study}/series/{series.uid}")
        assert (found["state"], found["code"], found["received"]) == SERVED[name]
        assert bool(found["reason"]) == bool(found["code"])
        gone = set(series.instances) - {each["uid"] for each in found["instances"]}
        for uid in gone:
            answer = browser.get(f"/instances/{study}/{series.uid}/{uid}")
            assert answer.status_code == (502 if found["code"] == 502 else 410)


def test_a_source_that_nobody_answers_for(bare: Site) -> None:
    document = kos_of(bare.exam, bare.exam.study)
    for series in document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence:
        series.RetrieveURL = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", series.RetrieveURL)
    with bare.browser() as browser:
        bare.entered(browser)
        upload(browser, write(document))
        study, series = bare.exam.study.uid, bare.exam.study.series[0]
        found = polled(browser, f"/api/studies/{study}/series/{series.uid}")
        assert (found["state"], found["code"]) == ("failed", 502)
        url = f"/instances/{study}/{series.uid}/{series.instances[0]}"
        assert browser.get(url).status_code == 502
        assert browser.get(f"/thumbnails/{study}/{series.uid}").status_code == 404


def test_images_that_were_deleted(tmp_path: Path) -> None:
    def without(held: Holding) -> Holding:
        gone = held.instances[0].series
        return replace(held, instances=tuple(x for x in held.instances if x.series != gone))

    with site(tmp_path, holding=without) as one, one.browser() as browser:
        study = one.opened(browser)
        first, second = one.exam.study.series
        found = polled(browser, f"/api/studies/{study}/series/{first.uid}")
        assert (found["state"], found["code"], found["received"]) == ("deleted", 410, 0)
        url = f"/instances/{study}/{first.uid}/{first.instances[0]}"
        assert browser.get(url).status_code == 410
        assert polled(browser, f"/api/studies/{study}/series/{second.uid}")["state"] == "done"
        page = browser.post(f"/studies/{study}/export", data={"target": "store"})
        found = polled(browser, f"/api/exports/{str(page.url).rsplit('/', 1)[1]}")
        assert (found["state"], found["sent"], found["expected"]) == ("incomplete", 10, 20)
