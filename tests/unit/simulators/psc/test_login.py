"""The PSC simulator logs in and out: discovery, the page, and whom it sends back."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from simulators.psc.clients import CONSO
from simulators.psc.users import DOCTOR
from tests.unit.simulators.psc.conftest import REDIRECT, Peer, serving


def test_discovery_is_at_three_places(peer: Peer) -> None:
    realm = "/auth/realms/esante-wallet/.well-known/"
    paths = (f"{realm}wallet-openid-configuration", f"{realm}openid-configuration",
             "/.well-known/openid-configuration")  # fmt: skip
    found = [peer.ask(f"{peer.base}{path}").json for path in paths]
    assert found[0] == found[1] == found[2]
    assert found[0]["issuer"] == f"{peer.base}/auth/realms/esante-wallet"
    assert found[0]["token_endpoint"] == f"{peer.connect}/token"


def test_a_person_chooses_on_a_page(peer: Peer) -> None:
    page = peer.authorize(login_hint="")
    assert page.status == 200
    assert '<html lang="fr">' in page.text
    assert "frame-ancestors 'none'" in page.head
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
    chosen = {"ticket": ticket, "utilisateur": "medecin"}
    back = peer.ask(f"{peer.base}/auth/choix", chosen)
    assert back.location.startswith(f"{REDIRECT}?")
    assert back.back["state"] == "s" * 32
    access = peer.token(back.back["code"]).json["access_token"]
    assert peer.userinfo(access).json["SubjectNameID"] == DOCTOR.who.identifier
    assert peer.ask(f"{peer.base}/auth/choix", chosen).status == 400


def test_a_person_may_refuse(peer: Peer) -> None:
    ticket = re.findall(r'name="ticket" value="([^"]+)"', peer.authorize(login_hint="").text)[0]
    back = peer.ask(f"{peer.base}/auth/choix", {"ticket": ticket, "refus": "refuser"})
    assert back.back["error"] == "access_denied"


def test_a_user_may_log_in_unasked() -> None:
    with serving(automatic="radiologue") as peer:
        assert peer.authorize(login_hint="").back["code"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "scope_all"}, "invalid_scope"),
        ({"acr_values": "eidas2"}, "invalid_request"),
        ({"acr_values": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"login_hint": "", "prompt": "none"}, "login_required"),
    ],
)
def test_a_wrong_request_is_sent_back(peer: Peer, change: dict[str, str], error: str) -> None:
    back = peer.authorize(**change)
    assert back.status == 302
    assert back.back["error"] == error
    assert back.back["state"] == "s" * 32


@pytest.mark.parametrize(
    "change", [{"redirect_uri": f"{REDIRECT}/"}, {"redirect_uri": ""}, {"client_id": "other"}]
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    peer: Peer, change: dict[str, str]
) -> None:
    answer = peer.authorize(**change)
    assert (answer.status, answer.location) == (400, "")


def test_a_logout_ends_the_session(peer: Peer) -> None:
    tokens = peer.login()
    home = CONSO.post_logout_redirect_uris[0]
    query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": home, "state": "x"}
    left = peer.ask(f"{peer.connect}/logout?{urlencode(query)}")
    assert (left.status, left.location) == (302, f"{home}?state=x")
    assert peer.introspect(tokens["access_token"]).json == {"active": False}
    asked = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refused = peer.token("", redirect_uri="", code_verifier="", **asked)
    assert refused.json["error"] == "invalid_grant"
    elsewhere = urlencode(query | {"post_logout_redirect_uri": "https://evil.example.org/"})
    assert peer.ask(f"{peer.connect}/logout?{elsewhere}").status == 400
    assert peer.ask(f"{peer.connect}/logout").status == 400


def test_a_parameter_stands_once(peer: Peer) -> None:
    assert peer.ask(f"{peer.base}/auth?client_id=a&client_id=b").status == 400
