"""An OpenID Connect client that nobody here wrote, authlib, through a whole session at PSC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import joserfc.jwt
import pytest
from joserfc.jwk import KeySet
from requests import Response, get

from simulators import psc
from simulators.psc.clients import CONSO, SOURCE, Client
from simulators.serving import Serving
from tests.conftest import plan_of
from validators.conversation import conversation
from validators.engine import judge
from validators.model import Exchange, Outcome

authlib_requests = pytest.importorskip("authlib.integrations.requests_client")
authlib_claims = pytest.importorskip("authlib.oidc.core")

REDIRECT = CONSO.redirect_uris[0]
SECONDS = 10


class Peer:
    """A provider and its discovery document."""

    def __init__(self, base: str) -> None:
        self.metadata: dict[str, Any] = get(
            f"{base}/auth/realms/esante-wallet/.well-known/openid-configuration", timeout=SECONDS
        ).json()

    def session(self, client: Client, method: str, **options: Any) -> Any:
        return authlib_requests.OAuth2Session(
            client.id,
            client.secret,
            token_endpoint_auth_method=method,
            default_timeout=SECONDS,
            **options,
        )

    def code(self, client: Any, **options: str) -> tuple[str, str]:
        """The URL to which the browser is sent back, and the state that it was sent with."""
        asked = {"acr_values": "eidas1", "login_hint": "radiologue", "nonce": "n" * 32} | options
        url, state = client.create_authorization_url(
            self.metadata["authorization_endpoint"], **asked
        )
        answer: Response = get(url, allow_redirects=False, timeout=SECONDS)
        assert answer.status_code == 302
        return answer.headers["Location"], state

    def verified(self, token: dict[str, Any]) -> Any:
        """The claims of the ID token, verified by the two libraries with the published keys."""
        keys = KeySet.import_key_set(get(self.metadata["jwks_uri"], timeout=SECONDS).json())
        read = joserfc.jwt.decode(token["id_token"], keys, algorithms=["RS256"])
        claims = authlib_claims.CodeIDToken(
            read.claims,
            read.header,
            {"iss": {"value": self.metadata["issuer"]}, "aud": {"value": CONSO.id}},
            {
                "nonce": "n" * 32,
                "client_id": CONSO.id,
                "access_token": token["access_token"],
            },
        )
        claims.validate()
        return claims


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Serving(psc.application) as served:
        yield Peer(served.base)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_whole_session(peer: Peer, method: str) -> None:
    verifier = "v" * 64
    options = {"scope": "openid scope_all", "redirect_uri": REDIRECT}
    with peer.session(CONSO, method, code_challenge_method="S256", **options) as client:
        back, state = peer.code(client, code_verifier=verifier)
        token = client.fetch_token(
            peer.metadata["token_endpoint"],
            authorization_response=back,
            state=state,
            code_verifier=verifier,
        )
        claims = peer.verified(token)
        told = client.get(peer.metadata["userinfo_endpoint"]).json()
        assert told["sub"] == claims["sub"]
        assert told["SubjectRefPro"]["exercices"][0]["activities"]

        refreshed = client.refresh_token(peer.metadata["token_endpoint"])
        assert refreshed["access_token"] != token["access_token"]
        with peer.session(SOURCE, "client_secret_basic") as source:
            asked = source.introspect_token(
                peer.metadata["introspection_endpoint"], token=refreshed["access_token"]
            )
            assert asked.json()["active"] is True

            query = {
                "id_token_hint": refreshed["id_token"],
                "post_logout_redirect_uri": CONSO.post_logout_redirect_uris[0],
            }
            left = get(
                peer.metadata["end_session_endpoint"],
                params=query,
                allow_redirects=False,
                timeout=SECONDS,
            )
            assert left.headers["Location"] == CONSO.post_logout_redirect_uris[0]
            gone = source.introspect_token(
                peer.metadata["introspection_endpoint"], token=refreshed["access_token"]
            )
            assert gone.json() == {"active": False}
        assert client.get(peer.metadata["userinfo_endpoint"]).status_code == 401


def test_the_library_refuses_a_wrong_secret(peer: Peer) -> None:
    wrong = Client(CONSO.id, secret="wrong", redirect_uris=CONSO.redirect_uris)
    options = {"scope": "openid scope_all", "redirect_uri": REDIRECT}
    with peer.session(wrong, "client_secret_basic", **options) as client:
        back, state = peer.code(client)
        with pytest.raises(Exception, match="invalid_client"):
            client.fetch_token(
                peer.metadata["token_endpoint"], authorization_response=back, state=state
            )


def test_the_library_refuses_another_verifier(peer: Peer) -> None:
    options = {"scope": "openid scope_all", "redirect_uri": REDIRECT}
    with peer.session(
        CONSO, "client_secret_post", code_challenge_method="S256", **options
    ) as client:
        back, state = peer.code(client, code_verifier="v" * 64)
        with pytest.raises(Exception, match="invalid_grant"):
            client.fetch_token(
                peer.metadata["token_endpoint"],
                authorization_response=back,
                state=state,
                code_verifier="w" * 64,
            )


def test_what_the_library_sent_and_got_breaks_no_rule_of_the_provider() -> None:
    kept: list[Exchange] = []
    options = {"scope": "openid scope_all", "redirect_uri": REDIRECT}
    with Serving(psc.application, record=kept.append) as served:
        peer = Peer(served.base)
        with peer.session(CONSO, "client_secret_basic", **options) as client:
            back, state = peer.code(client)
            assert parse_qs(urlsplit(back).query)["state"] == [state]
            client.fetch_token(
                peer.metadata["token_endpoint"], authorization_response=back, state=state
            )
    results = judge(plan_of("drim-m-lab", "psc"), conversation(kept))
    seen = {one.rule for one in results if one.outcome in (Outcome.FAIL, Outcome.WARN)}
    # The secret is what this library authenticates with; mutual TLS is tried elsewhere.
    assert seen <= {"E-PSC-03-SECRET"}
    assert len(kept) == 3
