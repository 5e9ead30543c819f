"""The Conso and PSC: who is logged in, for how long, and who is not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from drimcheck.exchanges import exchanges
from drimcheck.simulate.kinds import judge_conversations
from simulators.faults import faults, named
from simulators.psc import without_activity
from testdata.identity import Seed
from tests.conso import Site, location, polled, site
from tests.peers import judge, seen
from tests.unit.reference_drimbox.conso.conftest import told


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


def test_without_activity_there_is_no_search(tmp_path: Path) -> None:
    user = without_activity(Seed())
    with site(tmp_path, users=[user], automatic=user.name) as one, one.browser() as browser:
        answer = one.entered(browser)
        assert (answer.status_code, told(answer.text)) == (403, "no_activity")
