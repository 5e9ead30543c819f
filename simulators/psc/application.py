"""Pro Santé Connect as a web application (DRIM-M E; OpenID Connect Core 1.0, Discovery 1.0)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.faults import Fault
from simulators.psc.authorization import CHOICE, LEVEL, Authorization
from simulators.psc.clients import CLIENTS, Client
from simulators.psc.endpoints import Endpoints
from simulators.psc.provider import Provider
from simulators.psc.refusal import Refusal, refused
from simulators.psc.tokens import REALM, Mint, issuer
from simulators.psc.users import USERS, User

CONNECT = f"{REALM}/protocol/openid-connect"
DISCOVERY = (
    f"{REALM}/.well-known/wallet-openid-configuration",
    f"{REALM}/.well-known/openid-configuration",
    "/.well-known/openid-configuration",
)
"""That of E-PSC-01, that which follows from the issuer, and that of the host alone."""


def application(
    base: str,
    faults: Sequence[Fault] = (),
    *,
    clients: Sequence[Client] = CLIENTS,
    users: Sequence[User] = USERS,
    automatic: str = "",
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The provider at ``base``: scheme, host and port of its public URLs.

    ``automatic`` is the name of the user who logs in without being asked, as ``login_hint`` is in
    a request. Of the faults, those with ``adjust`` change a token before it is signed.
    """
    provider = Provider(Mint(base, faults, clock), clients, users)
    login, called = Authorization(provider, automatic), Endpoints(provider)
    described = _description(base)

    async def discovery(_request: Request) -> Response:
        return JSONResponse(described)

    return Starlette(
        routes=[
            *(Route(path, discovery) for path in DISCOVERY),
            Route("/auth", login.ask, methods=["GET", "POST"]),
            Route(CHOICE, login.choose, methods=["POST"]),
            Route(f"{CONNECT}/token", called.token, methods=["POST"]),
            Route(f"{CONNECT}/userinfo", called.userinfo, methods=["GET", "POST"]),
            Route(f"{CONNECT}/token/introspect", called.introspection, methods=["POST"]),
            Route(f"{CONNECT}/logout", called.logout, methods=["GET", "POST"]),
            Route(f"{CONNECT}/certs", called.certs),
        ],
        exception_handlers={Refusal: refused},
    )


def _description(base: str) -> dict[str, object]:
    """The discovery document (OpenID Connect Discovery 1.0 3, RFC 8414 2)."""
    connect = f"{base}{CONNECT}"
    methods = ["tls_client_auth", "client_secret_basic", "client_secret_post"]
    return {
        "issuer": issuer(base),
        "authorization_endpoint": f"{base}/auth",
        "token_endpoint": f"{connect}/token",
        "userinfo_endpoint": f"{connect}/userinfo",
        "introspection_endpoint": f"{connect}/token/introspect",
        "end_session_endpoint": f"{connect}/logout",
        "jwks_uri": f"{connect}/certs",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "scope_all"],
        "acr_values_supported": [LEVEL],
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "ui_locales_supported": ["fr"],
        "claims_supported": [
            "sub", "SubjectNameID", "SubjectRefPro", "SubjectOrganization", "otherIds",
            "given_name", "family_name", "Palier_Authentification", "Acces_Regulation_Medicale",
            "UITVersion",
        ],
    }  # fmt: skip
