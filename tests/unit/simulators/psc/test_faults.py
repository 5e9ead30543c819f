"""The faults of the PSC simulator: each is seen by its rule, and without them none is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulators.faults import Fault
from simulators.psc.clients import SOURCE, Client
from simulators.psc.faults import FAULTS
from tests.conftest import plan_of
from tests.unit.simulators.psc.conftest import CERTIFIED, IMAGES, REDIRECT, Peer, serving
from validators.conversation import conversation
from validators.engine import judge
from validators.model import Exchange, Outcome
from validators.rules import RULES

PROFILE = "drim-m-lab"
SEEN = (Outcome.FAIL, Outcome.WARN, Outcome.INFO)

CLIENTS = (CERTIFIED, replace(SOURCE, certificate=""), Client("public", redirect_uris=(REDIRECT,)))


def whole(peer: Peer) -> list[Exchange]:
    """Discovery, login, keys, claims, introspection, images and logout, by a public client."""
    peer.ask(f"{peer.base}/auth/realms/esante-wallet/.well-known/wallet-openid-configuration")
    back = peer.authorize(client_id="public")
    peer.callback(back.location)
    if "code" not in back.back:
        return peer.kept
    tokens = peer.token(back.back["code"], client_id="public", client_secret="").json
    access = tokens.get("access_token", "none")
    peer.ask(f"{peer.connect}/certs")
    peer.userinfo(access)
    told = peer.introspect(access)
    active = told.status == 200 and told.json.get("active") is True
    if active and told.json.get("exp", peer.now[0] + 1) > peer.now[0]:
        _images(peer, access)
    peer.ask(
        f"{peer.connect}/logout",
        {"client_id": "public", "refresh_token": tokens["refresh_token"]},
    )
    return peer.kept


def _images(peer: Peer, access: str) -> None:
    url = "https://db2.example.org/studies/1/series/2"
    head = "GET /studies/1/series/2 HTTP/1.1\r\nHost: db2.example.org\r\n"
    request = f"{head}Authorization: Bearer {access}\r\n\r\n".encode()
    peer.kept.append(Exchange(url, request, IMAGES))


def findings(exchanges: list[Exchange]) -> set[str]:
    results = judge(plan_of(PROFILE, "psc"), conversation(exchanges))
    assert not [one for one in results if one.outcome is Outcome.ERROR]
    return {one.rule for one in results if one.outcome in SEEN}


def test_a_login_as_it_should_be_breaks_no_rule() -> None:
    with serving(clients=CLIENTS) as peer:
        assert findings(whole(peer)) == set()


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.seen_by], ids=lambda one: one.name)
def test_a_fault_is_seen_by_its_rule(fault: Fault) -> None:
    assert fault.breaks in RULES[fault.seen_by].verifies
    with serving(fault, clients=CLIENTS) as peer:
        assert findings(whole(peer)) == {fault.seen_by}


@pytest.mark.parametrize(
    "fault", [one for one in FAULTS if not one.seen_by], ids=lambda one: one.name
)
def test_an_uncommon_answer_breaks_no_rule(fault: Fault) -> None:
    with serving(fault, clients=CLIENTS) as peer:
        assert findings(whole(peer)) == set()
