"""The pages of the Conso: filters, traits, languages, and how answers are guarded."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conso import Site, site
from tests.unit.reference_drimbox.conso.conftest import told


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
