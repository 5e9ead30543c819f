"""The PSC simulator says whose a token is: claims and introspection."""

from __future__ import annotations

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from simulators import psc
from simulators.psc.clients import CONSO
from simulators.psc.users import RADIOLOGIST
from testdata.exams import exam
from testdata.identity import Seed
from testdata.keys import COUNTRY, signer
from tests.unit.simulators.psc.conftest import Peer, serving


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
