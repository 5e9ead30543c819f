"""The Conso of the reference from the call of a RIS to the export, among our peers."""

from __future__ import annotations

import csv
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from httpx import Client, Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from drimcheck.exchanges import exchanges
from drimcheck.simulate.kinds import judge_conversations
from reference_drimbox.conso.gate import Unlisted
from simulators.allowlist import LIST, Publication
from simulators.allowlist import application as publisher
from simulators.dmp import Store
from simulators.faults import faults, named
from simulators.psc import USERS, without_activity
from simulators.serving import Serving
from simulators.wado_server.holding import Holding
from testdata.allowlist import DOMAINS
from testdata.exams import exam
from testdata.identity import Seed
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.metadata.submission import patient_id
from tests.conso import Site, location, polled, shared_pki, site
from tests.peers import ALPHA, at, holding, judge, seen


def changed(**values: str | None) -> Callable[[bytes], bytes]:
    """A change of the form of a call: other values, or none of a parameter."""

    def change(body: bytes) -> bytes:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        for name, value in values.items():
            key = name.replace("__", ".")
            if value is None:
                form.pop(key)
            else:
                form[key] = value
        return urlencode(form).encode()

    return change


def told(text: str) -> str:
    """The message of a page, by its key."""
    found = re.search(r'data-message="(\w+)"', text)
    return found[1] if found else ""


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


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A Conso whose user logs in, shared by the tests that change nothing of it."""
    with site(tmp_path_factory.mktemp("conso")) as one:
        yield one


def test_a_call_is_taken_once(bare: Site) -> None:
    where = location(bare.call())
    with bare.browser() as first, bare.browser() as second:
        assert "data-found" in first.get(where).text
        answer = second.get(where)
        assert (answer.status_code, told(answer.text)) == (404, "call_unknown")


def test_who_is_not_logged_in_sees_no_patient(bare: Site) -> None:
    with bare.browser() as browser:
        for path in ("/search", "/import", "/studies", "/studies/1.2", "/audit", "/consent"):
            page = browser.get(path, follow_redirects=False)
            assert page.status_code == 303, path
        for path in ("/api/studies/1.2", "/instances/1/2/3", "/thumbnails/1/2"):
            assert browser.get(path).status_code == 401, path


@pytest.mark.parametrize(
    ("query", "key"),
    [("state=other&code=x", "login_refused"), ("error=access_denied", "login_refused")],
)
def test_a_callback_that_was_not_asked_for(bare: Site, query: str, key: str) -> None:
    with bare.browser() as browser:
        assert told(browser.get(f"/psc/callback?{query}").text) == "login_unknown"
        browser.get(location(bare.call()), follow_redirects=False)
        browser.get("/login", follow_redirects=False)
        answer = browser.get(f"/psc/callback?{query}")
        assert (answer.status_code, told(answer.text)) == (403, key)
        assert browser.get("/search", follow_redirects=False).status_code == 303


REFUSED = {
    "id-token-absent", "id-token-cut", "id-token-unsigned", "id-token-of-another-key",
    "nonce-of-another", "nonce-of-the-access-token", "issuer-is-another", "audience-is-another",
    "id-token-expired", "id-token-expires-at-once", "claims-of-another", "state-of-another",
}  # fmt: skip
DOWN = {"access-token-absent", "token-type-mac"}


@pytest.mark.parametrize("name", sorted(REFUSED | DOWN))
def test_a_login_that_is_not_valid(tmp_path: Path, name: str) -> None:
    with site(tmp_path, faults=named([name])) as one, one.browser() as browser:
        answer = one.entered(browser)
        wanted = (403, "login_refused") if name in REFUSED else (502, "psc_down")
        assert (answer.status_code, told(answer.text)) == wanted
        assert browser.get("/search", follow_redirects=False).status_code == 303


def test_the_faults_of_tokens_are_all_tried() -> None:
    made = {one.name for one in faults() if one.simulator == "psc" and one.adjust}
    assert {one.name for one in faults()} >= REFUSED | DOWN
    assert made - REFUSED - DOWN == set(), made - REFUSED - DOWN


def test_the_access_token_is_refreshed_before_it_ends(tmp_path: Path) -> None:
    # Tokens of 20 seconds end soon by whatever clock: each use needs a new one.
    with (
        judge(tmp_path / "judge", "all") as live,
        site(tmp_path, live, lifetime=20) as one,
        one.browser() as browser,
    ):
        study = one.opened(browser)
        for series in one.exam.study.series:
            found = polled(browser, f"/api/studies/{study}/series/{series.uid}")
            assert (found["state"], found["received"]) == ("done", 10)
    with exchanges(live.ledger.of("psc")) as asked:
        sent = [bytes(each.request) for each in asked]
    assert sum(b"grant_type=refresh_token" in each for each in sent) == 2
    live.judged += judge_conversations(live)
    assert seen(live.judged, ours=False) == {}


def test_a_session_that_ended_at_the_provider_is_begun_again(tmp_path: Path) -> None:
    with site(tmp_path, lifetime=20) as one, one.browser() as browser:
        study = one.opened(browser)
        service = one.running.service
        (kept,) = service.sessions._kept.values()
        assert service.provider is not None
        assert kept.value.tokens is not None
        browser.get(service.provider.logout(kept.value.tokens, f"{one.base}/"))
        path = f"/api/studies/{study}/series/{one.exam.study.series[0].uid}"
        for _ in range(200):
            if browser.get(path).status_code == 401:
                break
            time.sleep(0.05)
        assert browser.get(f"/api/studies/{study}").status_code == 401
        page = browser.get("/search", follow_redirects=False)
        assert page.headers["Location"] == "/login"
        assert "data-found" in browser.get("/login").text
        assert browser.get(f"/api/studies/{study}").status_code == 200


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
        _import(browser, write(kos_of(placed, placed.study)))
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


def test_without_activity_there_is_no_search(tmp_path: Path) -> None:
    user = without_activity(Seed())
    with site(tmp_path, users=[user], automatic=user.name) as one, one.browser() as browser:
        answer = one.entered(browser)
        assert (answer.status_code, told(answer.text)) == (403, "no_activity")


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


def _kos(one: Site, **changes: object) -> bytes:
    document = kos_of(one.exam, one.exam.study)
    for name, value in changes.items():
        setattr(document, name, value)
    return write(document)


def _import(browser: Client, raw: bytes) -> Response:
    return browser.post("/import", files={"file": ("kos.dcm", raw)})


def test_the_kos_of_another_patient_is_refused(bare: Site) -> None:
    other = exam("alpha", "somebody else")
    with bare.browser() as browser:
        bare.entered(browser)
        answer = _import(browser, write(kos_of(other, other.study)))
        assert (answer.status_code, told(answer.text)) == (409, "other_patient")
        assert browser.get(f"/api/studies/{other.study.uid}").status_code == 404


def test_what_is_no_kos_is_refused(bare: Site) -> None:
    with bare.browser() as browser:
        bare.entered(browser)
        image = bare.holding.instances[0].path.read_bytes()
        for raw in (b"x", image, _kos(bare)[:2000], b"PK\x03\x04x", b"DICM" * 40):
            answer = _import(browser, raw)
            assert (answer.status_code, told(answer.text)) == (422, "no_manifest")
        assert _import(browser, b"").status_code == 400


def test_a_source_that_is_not_listed_is_not_asked(bare: Site) -> None:
    document = kos_of(bare.exam, bare.exam.study)
    for series in document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence:
        series.RetrieveURL = series.RetrieveURL.replace("127.0.0.1", "127.0.0.2")
    with bare.browser() as browser:
        bare.entered(browser)
        assert _import(browser, write(document)).status_code == 200
        study, series = bare.exam.study.uid, bare.exam.study.series[0].uid
        found = polled(browser, f"/api/studies/{study}/series/{series}")
        assert (found["state"], found["code"]) == ("failed", 403)
        uid = bare.exam.study.series[0].instances[0]
        assert browser.get(f"/instances/{study}/{series}/{uid}").status_code == 403


def test_nobody_logs_in_where_there_is_no_login(tmp_path: Path) -> None:
    with site(tmp_path, sections={"psc": {"enabled": False}}) as one, one.browser() as browser:
        browser.get("/login")
        answer = _import(browser, _kos(one))
        assert one.exam.patient.portrait.birth_name in answer.text
        assert "CAMILLE" in answer.text
        found = polled(
            browser, f"/api/studies/{one.exam.study.uid}/series/{one.exam.study.series[0].uid}"
        )
        # This Source wants a token, and there is none.
        assert (found["state"], found["code"]) == ("failed", 401)


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
        _import(browser, write(document))
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


def test_filters_narrow_the_search(bare: Site) -> None:
    with bare.browser() as browser:
        bare.entered(browser)
        for query, count in (
            ("modality=CT", 1), ("modality=US", 0), ("modality=US&modality=MR", 1),
            ("region=80891009", 0), ("from=2100-01-01", 0), ("to=2000-01-01", 0),
            ("from=2000-01-01&to=2100-01-01", 1), ("from=x&modality=ZZ", 1),
        ):  # fmt: skip
            assert f'data-found="{count}"' in browser.get(f"/search?{query}").text, query


def test_traits_are_shown_as_the_user_wants(bare: Site) -> None:
    patient = bare.exam.patient
    with bare.browser() as browser:
        page = bare.entered(browser)
        assert set(re.findall(r'data-trait="(\w+)"', page.text)) == {
            "birth_name", "given_name", "birth_date", "sex", "birthplace",
        }  # fmt: skip
        assert patient.ins not in page.text
        page = browser.post("/traits", data={"trait": ["ins", "birth_name"], "back": "/search"})
        assert set(re.findall(r'data-trait="(\w+)"', page.text)) == {"ins", "birth_name"}
        assert patient.ins in page.text
        away = browser.post("/traits", data={"back": "//evil.example"}, follow_redirects=False)
        assert away.headers["Location"] == "/"


def test_both_languages(bare: Site) -> None:
    with bare.browser() as browser:
        assert 'lang="fr"' in browser.get("/").text
        assert "Log in" in browser.get("/?lang=en").text
        assert "Log in" in browser.get("/").text
    with bare.browser(**{"Accept-Language": "en-GB,fr;q=0.5"}) as browser:
        assert 'lang="en"' in browser.get("/").text


def test_a_form_of_another_site_is_refused(bare: Site) -> None:
    with bare.browser() as browser:
        bare.entered(browser)
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            for path in ("/logout", "/open", "/consent", "/import"):
                answer = browser.post(path, headers=headers)
                assert answer.status_code == 403, path


def test_answers_are_guarded(bare: Site) -> None:
    with bare.browser() as browser:
        for path in ("/", "/nowhere", "/static/conso.css", "/api/studies/1"):
            headers = browser.get(path).headers
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
        assert browser.get("/static/../application.py").status_code == 404
        assert browser.get("/static/%2e%2e/application.py").status_code == 404
        cookie = browser.get("/login", follow_redirects=False).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_the_viewer_that_is_not_built_says_what_is_missing(tmp_path: Path) -> None:
    sections = {"display": {"viewer": tmp_path / "none"}}
    with site(tmp_path, sections=sections) as one, one.browser() as browser:
        answer = browser.get("/viewer/?study=1.2")
        assert (answer.status_code, told(answer.text)) == (501, "no_viewer")
        assert "make viewer" in answer.text
