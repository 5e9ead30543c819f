"""Token, userinfo, introspection and logout (DRIM-M E-PSC-03, 07, 08, 11; RFC 6749, 7662)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from simulators.psc.clients import authenticated
from simulators.psc.forms import form, given
from simulators.psc.provider import Provider
from simulators.psc.refusal import NO_STORE, Refusal
from simulators.psc.tokens import key_set


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints that software calls; each raises Refusal for what it refuses."""

    provider: Provider

    async def token(self, request: Request) -> Response:
        """Tokens for a code or a refresh token."""
        sent = await form(request)
        client = authenticated(request, sent, list(self.provider.clients.values()))
        grant = sent.get("grant_type", "")
        if grant == "authorization_code":
            return JSONResponse(self.provider.redeem(client, sent), headers=NO_STORE)
        if grant == "refresh_token":
            return JSONResponse(self.provider.refresh(client, sent), headers=NO_STORE)
        raise Refusal("unsupported_grant_type", "authorization_code or refresh_token")

    async def userinfo(self, request: Request) -> Response:
        """The claims of the professional, to an access token (E-PSC-11)."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Refusal("invalid_request", "no Authorization: Bearer", status=401)
        claims = self.provider.claims(token.strip())
        owner = None if claims is None else self.provider.owner(claims)
        if claims is None or owner is None:
            raise Refusal("invalid_token", "unknown, expired or revoked", status=401)
        return JSONResponse(owner.claims(claims["scope"]), headers=NO_STORE)

    async def introspection(self, request: Request) -> Response:
        """Whether a token is active, to a client that says who it is (RFC 7662 2)."""
        sent = await form(request)
        authenticated(request, sent, list(self.provider.clients.values()))
        if "token" not in sent:
            raise Refusal("invalid_request", "token is missing")
        claims = self.provider.claims(sent["token"])
        owner = None if claims is None else self.provider.owner(claims)
        if claims is None or owner is None:
            return JSONResponse({"active": False}, headers=NO_STORE)
        told = _told(claims) | {"SubjectNameID": owner.who.identifier}
        return JSONResponse(told, headers=NO_STORE)

    async def logout(self, request: Request) -> Response:
        """The end of a session: by id_token_hint, then back to the client; or by refresh_token."""
        sent = await given(request)
        client = self.provider.leave(
            id_token=sent.get("id_token_hint", ""), refresh_token=sent.get("refresh_token", "")
        )
        if client is None:
            raise Refusal("invalid_request", "neither id_token_hint nor refresh_token of a session")
        if "refresh_token" in sent:
            return Response(status_code=204, headers=NO_STORE)
        uri = sent.get("post_logout_redirect_uri", "")
        if not uri:
            return PlainTextResponse("Session terminée.", headers=NO_STORE)
        if uri not in client.post_logout_redirect_uris:
            raise Refusal("invalid_request", "post_logout_redirect_uri is not registered")
        state = f"?{urlencode({'state': sent['state']})}" if "state" in sent else ""
        return RedirectResponse(uri + state, 302, NO_STORE)

    async def certs(self, _request: Request) -> Response:
        """The keys of the issuer (RFC 7517)."""
        return JSONResponse(key_set())


def _told(claims: Mapping[str, Any]) -> dict[str, Any]:
    named = {"active": True, "client_id": claims["azp"], "token_type": "Bearer"}
    return {**claims, **named, "username": claims["preferred_username"]}
