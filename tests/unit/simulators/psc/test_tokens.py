"""The PSC simulator gives tokens: to whom, for which code, and for how long."""

from __future__ import annotations

import ssl
from dataclasses import replace

import pytest

from simulators import psc
from simulators.network import Network
from simulators.pki import Pki
from simulators.psc.clients import CONSO, SOURCE
from simulators.psc.users import DOCTOR
from simulators.serving import Serving
from tests.unit.simulators.psc.conftest import CERTIFIED, Peer, serving


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"code": "x"}, 400, "invalid_grant"),
        ({"redirect_uri": "https://db1.example.org/other"}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"client_id": SOURCE.id, "client_secret": SOURCE.secret}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_request_is_refused(
    peer: Peer, change: dict[str, str], status: int, error: str
) -> None:
    answer = peer.token(**{"code": peer.authorize().back["code"]} | change)
    assert (answer.status, answer.json["error"]) == (status, error)
    assert "no-store" in answer.head


def test_a_code_that_comes_twice_ends_its_session(peer: Peer) -> None:
    code = peer.authorize().back["code"]
    access = peer.token(code).json["access_token"]
    assert peer.userinfo(access).status == 200
    assert peer.token(code).json["error"] == "invalid_grant"
    assert peer.userinfo(access).status == 401


def test_codes_and_tokens_expire() -> None:
    with serving() as peer:
        code = peer.authorize().back["code"]
        peer.now[0] += 61
        assert peer.token(code).json["error"] == "invalid_grant"
        access = peer.login()["access_token"]
        assert peer.introspect(access).json["active"] is True
        peer.now[0] += 240
        assert peer.introspect(access).json == {"active": False}
        refused = peer.userinfo(access)
        assert refused.status == 401
        assert 'error="invalid_token"' in refused.head


def test_a_refresh_token_is_replaced(peer: Peer) -> None:
    first = peer.login()
    asked = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = peer.token("", redirect_uri="", code_verifier="", **asked)
    assert peer.userinfo(second.json["access_token"]).status == 200
    again = peer.token("", redirect_uri="", code_verifier="", **asked)
    assert again.json["error"] == "invalid_grant"


def test_tokens_are_minted_without_a_browser(peer: Peer) -> None:
    now = lambda: peer.now[0]  # noqa: E731
    late = replace(CONSO, lifetime=-1)
    states = [
        peer.introspect(token).json["active"]
        for token in (
            psc.mint(peer.base, clock=now),
            psc.mint(peer.base, clock=now, client=late),
            psc.mint("http://other.example.org", clock=now),
            psc.unknown(),
            peer.login()["id_token"],
        )
    ]
    assert states == [True, False, False, False, False]
    access = psc.mint(peer.base, clock=now, user=DOCTOR)
    assert peer.userinfo(access).json["sub"] == DOCTOR.subject


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({"Content_Type": "application/json"}, {"grant_type": "authorization_code"}),
        ({"Authorization": "Basic ?"}, {"grant_type": "authorization_code"}),
        ({}, {"code": "x" * 70_000}),
        ({}, {f"a{number}": "1" for number in range(100)}),
    ],
)
def test_garbage_is_refused(peer: Peer, headers: dict[str, str], form: dict[str, str]) -> None:
    assert peer.ask(f"{peer.connect}/token", form, **headers).status in (400, 401, 413)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.mark.parametrize(
    ("name", "error"),
    [(CONSO.id, "invalid_grant"), ("somebody-else", "invalid_client"), ("", "invalid_client")],
)
def test_a_certificate_is_a_client(pki: Pki, name: str, error: str) -> None:
    """By mutual TLS; a client that is known is then told that its code is not."""
    context = ssl.create_default_context(cafile=pki.trust)
    if name:
        held = pki.client(name)
        context.load_cert_chain(held.path, held.key_path)
    network = Network(tls=pki.server("127.0.0.1"))
    with Serving(lambda base: psc.application(base, clients=(CERTIFIED,)), network) as served:
        peer = Peer(served.base, [0.0], tls=context)
        assert peer.token("x", client_secret="").json["error"] == error
