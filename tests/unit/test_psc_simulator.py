"""The PSC simulator: the login, what it refuses, and its faults, each seen by its rule."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from simulators import psc
from simulators.faults import Fault
from simulators.network import Network
from simulators.pki import Pki
from simulators.psc.clients import CONSO, SOURCE, Client
from simulators.psc.faults import FAULTS
from simulators.psc.users import DOCTOR, RADIOLOGIST
from simulators.sending import send
from simulators.serving import Serving
from testdata.conversation.psc import base64url
from testdata.exams import exam
from testdata.identity import Seed
from testdata.keys import COUNTRY, signer
from tests.conftest import plan_of
from validators.conversation import conversation
from validators.engine import judge
from validators.model import Exchange, Outcome
from validators.rules import RULES

PROFILE = "drim-m-lab"
SEEN = (Outcome.FAIL, Outcome.WARN, Outcome.INFO)
VERIFIER = "v" * 43
FORM = "application/x-www-form-urlencoded"
REDIRECT = CONSO.redirect_uris[0]
CERTIFIED = replace(CONSO, secret="")
CLIENTS = (CERTIFIED, replace(SOURCE, certificate=""), Client("public", redirect_uris=(REDIRECT,)))
IMAGES = b"HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 09:30:00 GMT\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Answer:
    exchange: Exchange

    @property
    def head(self) -> str:
        return bytes(self.exchange.response).partition(b"\r\n\r\n")[0].decode()

    @property
    def status(self) -> int:
        return int(self.head.split(" ")[1])

    @property
    def text(self) -> str:
        return bytes(self.exchange.response).partition(b"\r\n\r\n")[2].decode()

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.text)  # type: ignore[no-any-return]

    @property
    def location(self) -> str:
        found = re.search(r"(?im)^location: (.*?)\r?$", self.head)
        return found[1] if found else ""

    @property
    def back(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.location).query))


@dataclass
class Peer:
    """A client of the provider that keeps every exchange."""

    base: str
    now: list[float]
    kept: list[Exchange] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    @property
    def connect(self) -> str:
        return f"{self.base}{psc.CONNECT}"

    def ask(self, url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        body = urlencode(form or {}).encode()
        lines = [f"{'GET' if form is None else 'POST'} {target} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if form is not None:
            lines += [] if "Content_Type" in headers else [f"Content-Type: {FORM}"]
            lines += [f"Content-Length: {len(body)}"]
        raw = "\r\n".join([*lines, "", ""]).encode() + body
        self.kept.append(send(url, raw, seconds=10, tls=self.tls))
        return Answer(self.kept[-1])

    def authorize(self, **changes: str) -> Answer:
        asked = {
            "response_type": "code", "client_id": CONSO.id, "redirect_uri": REDIRECT,
            "scope": "openid scope_all", "acr_values": "eidas1", "state": "s" * 32,
            "nonce": "n" * 32, "login_hint": "radiologue",
            "code_challenge": base64url(hashlib.sha256(VERIFIER.encode()).digest()),
            "code_challenge_method": "S256",
        } | changes  # fmt: skip
        query = urlencode({name: value for name, value in asked.items() if value})
        return self.ask(f"{self.base}/auth?{query}")

    def callback(self, location: str) -> None:
        """What the browser then asks of the client, which is not served here."""
        target = location.removeprefix("https://db1.example.org")
        request = f"GET {target} HTTP/1.1\r\nHost: db1.example.org\r\n\r\n".encode()
        self.kept.append(Exchange(location, request, IMAGES.replace(b"200 OK", b"302 Found")))

    def token(self, code: str, **changes: str) -> Answer:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER, "client_id": CONSO.id, "client_secret": CONSO.secret,
        } | changes  # fmt: skip
        form = {name: value for name, value in form.items() if value}
        return self.ask(f"{self.connect}/token", form)

    def login(self, **changes: str) -> dict[str, Any]:
        return self.token(self.authorize(**changes).back["code"]).json

    def userinfo(self, token: str) -> Answer:
        return self.ask(f"{self.connect}/userinfo", Authorization=f"Bearer {token}")

    def introspect(self, token: str) -> Answer:
        basic = b64encode(f"{SOURCE.id}:{SOURCE.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Accept": "application/json"}
        return self.ask(f"{self.connect}/token/introspect", {"token": token}, **headers)


@contextmanager
def serving(*faults: Fault, **options: Any) -> Iterator[Peer]:
    now = [time.time()]

    def make(base: str) -> Any:
        return psc.application(base, faults, clock=lambda: now[0], **options)

    with Serving(make, faults=faults) as served:
        yield Peer(served.base, now)


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with serving() as found:
        yield found


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


def test_the_claims_are_those_of_the_scope(peer: Peer) -> None:
    bare = peer.userinfo(peer.login(scope="openid")["access_token"]).json
    assert bare == {"sub": RADIOLOGIST.subject}
    found = peer.userinfo(peer.login(login_hint="medecin")["access_token"]).json
    (practice,) = found["SubjectRefPro"]["exercices"]
    assert len(practice["activities"]) == 2
    assert practice["codeSavoirFaire"] == "SM26"
    assert found["Palier_Authentification"] == "APPPRIP3^1.2.250.1.213.1.5.1.1.1"


def test_a_user_may_be_without_activity() -> None:
    with serving(users=[psc.without_activity(Seed())]) as peer:
        access = peer.login(login_hint="sans-activite")["access_token"]
        (practice,) = peer.userinfo(access).json["SubjectRefPro"]["exercices"]
        assert practice["activities"] == []


def test_the_introspection_says_who_and_until_when(peer: Peer) -> None:
    access = peer.login()["access_token"]
    found = peer.introspect(access).json
    assert found["typ"] == found["token_type"] == "Bearer"
    assert found["nonce"] == "n" * 32
    assert found["azp"] == CONSO.id
    assert found["SubjectNameID"] == RADIOLOGIST.who.identifier
    assert found.keys() >= {"exp", "iat", "auth_time", "jti", "iss", "sub"}
    nobody = peer.ask(f"{peer.connect}/token/introspect", {"token": access})
    assert (nobody.status, nobody.json["error"]) == (401, "invalid_client")
    assert 'Basic realm="psc"' in nobody.head


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


def test_a_parameter_stands_once(peer: Peer) -> None:
    assert peer.ask(f"{peer.base}/auth?client_id=a&client_id=b").status == 400


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


@pytest.mark.parametrize(
    "token", ["", "a", "a.b.c", "é.é.é", "..", "eyJhbGciOiJub25lIn0.e30.", "x" * 5000, "[].[].[]"]
)
def test_a_token_that_is_none_is_inactive(peer: Peer, token: str) -> None:
    answer = peer.introspect(token)
    if token:
        assert answer.json == {"active": False}
    else:
        assert answer.json["error"] == "invalid_request"


def test_a_token_that_says_too_little_is_inactive(peer: Peer) -> None:
    """The key is published: anybody can sign one."""
    key = RSAKey.import_key(signer(COUNTRY).key)  # type: ignore[arg-type]
    issuer = f"{peer.base}/auth/realms/esante-wallet"
    made = jwt.encode({"alg": "RS256"}, {"iss": issuer, "typ": "Bearer"}, key)
    assert peer.introspect(made).json == {"active": False}


def test_the_users_are_those_of_the_exam() -> None:
    one = exam("alpha", "another")
    first, second = psc.cast(one.seed)
    assert first.who == one.author
    assert first.structures == (one.structure,)
    assert second.who == one.referrer
