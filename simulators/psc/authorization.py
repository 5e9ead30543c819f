"""The authorization request, and the page on which a test user is chosen (DRIM-M E-PSC-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from simulators.psc.forms import form, given
from simulators.psc.provider import Asked, Provider
from simulators.psc.refusal import NO_STORE, Refusal
from simulators.psc.users import User

LEVEL = "eidas1"
REFUSE = "refuser"
CHOICE = "/auth/choix"
GUARD = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Authorization:
    """The two steps of the authorization endpoint; ``automatic`` names who logs in unasked."""

    provider: Provider
    automatic: str = ""

    async def ask(self, request: Request) -> Response:
        """The authorization request: back to the client at once where the user is known."""
        try:
            asked_for = await given(request)
            asked = _client_of(self.provider, asked_for)
        except Refusal as problem:
            # Nobody is sent to an address that is not registered (RFC 6749 4.1.2.1).
            return _page("Demande refusée", f"<p>{escape(problem.description)}</p>", 400)
        try:
            asked = _checked(asked, asked_for)
        except Refusal as problem:
            return _refused(asked, asked_for.get("state", ""), problem.error, problem.description)
        user = self.provider.user(asked_for.get("login_hint", "") or self.automatic)
        if user is not None:
            return self._back(asked, user)
        if asked_for.get("prompt") == "none":
            return _refused(asked, asked.state, "login_required", "nobody is logged in")
        return _choice(self.provider.wait(asked), list(self.provider.users.values()))

    async def choose(self, request: Request) -> Response:
        """What was chosen on the page. Raises Refusal where the form is none."""
        sent = await form(request)
        asked = self.provider.resume(sent.get("ticket", ""))
        if asked is None:
            return _page("Demande inconnue", "<p>Recommencez depuis votre logiciel.</p>", 400)
        user = self.provider.user(sent.get("utilisateur", ""))
        if user is None:
            return _refused(asked, asked.state, "access_denied", "the user refused")
        return self._back(asked, user)

    def _back(self, asked: Asked, user: User) -> Response:
        code = self.provider.code(asked, user)
        return _redirect(asked, {"state": asked.state, "code": code})


def _client_of(provider: Provider, asked: Mapping[str, str]) -> Asked:
    """The client and its redirect_uri. Raises Refusal where they are not registered."""
    client = provider.clients.get(asked.get("client_id", ""))
    if client is None:
        raise Refusal("invalid_request", "client_id inconnu")
    uri = asked.get("redirect_uri", "")
    if uri not in client.redirect_uris:
        raise Refusal("invalid_request", "redirect_uri n'est pas celui du client, à l'identique")
    return Asked(client, uri)


def _checked(asked: Asked, sent: Mapping[str, str]) -> Asked:
    """The whole request. Raises Refusal for the first thing that is wrong (RFC 6749 4.1.2.1)."""
    scope = sent.get("scope", "")
    if sent.get("response_type") != "code":
        raise Refusal("unsupported_response_type", "response_type is not code")
    if "openid" not in scope.split():
        raise Refusal("invalid_scope", "scope lacks openid")
    if sent.get("acr_values") != LEVEL:
        raise Refusal("invalid_request", f"acr_values is not {LEVEL}")
    challenge = sent.get("code_challenge", "")
    if challenge and sent.get("code_challenge_method") != "S256":
        raise Refusal("invalid_request", "code_challenge_method is not S256")
    if not (challenge or asked.client.secret or asked.client.certificate):
        raise Refusal("invalid_request", "a public client needs PKCE (RFC 7636)")
    state, nonce = sent.get("state", ""), sent.get("nonce", "")
    return Asked(asked.client, asked.redirect_uri, scope, state, nonce, challenge)


def _refused(asked: Asked, state: str, error: str, description: str) -> Response:
    told = {"state": state, "error": error, "error_description": description}
    return _redirect(asked, told)


def _redirect(asked: Asked, parameters: Mapping[str, str]) -> Response:
    query = urlencode({name: value for name, value in parameters.items() if value})
    mark = "&" if "?" in asked.redirect_uri else "?"
    return RedirectResponse(f"{asked.redirect_uri}{mark}{query}", 302, NO_STORE)


def _choice(ticket: str, users: Sequence[User]) -> Response:
    choices = "\n".join(
        f'<p><label><input type="radio" name="utilisateur" value="{escape(one.name)}" required'
        f"{' checked' if one is users[0] else ''}> {escape(one.label)}</label></p>"
        for one in users
    )
    body = f"""<form method="post" action="{CHOICE}">
<input type="hidden" name="ticket" value="{ticket}">
<fieldset>
<legend>Professionnel qui se connecte</legend>
{choices}
</fieldset>
<p><button type="submit">Se connecter</button>
<button type="submit" name="refus" value="{REFUSE}" formnovalidate>Refuser</button></p>
</form>"""
    return _page("Pro Santé Connect de test", body)


def _page(title: str, body: str, status: int = 200) -> Response:
    text = f"""<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>body {{ max-width: 40em; margin: 2em auto; padding: 0 1em; font: 1.1em sans-serif }}
button {{ font: inherit; padding: .5em 1em }}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""
    return HTMLResponse(text, status, NO_STORE | GUARD)
