"""Mutants of a login at Pro Santé Connect, of the introspection and of the images after it."""

from __future__ import annotations

from testdata.conversation import images, login, logout, packed
from testdata.conversation.psc import CLIENT, ISSUER, jwt
from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.conversation.changes import (
    again,
    in_body,
    in_json,
    in_url,
    on,
    text,
    without,
)
from testdata.mutants.rewriting import Rewrite
from testdata.mutants.wire.changes import header

ALPHA = exam("alpha")
ASKED, BACK, TOKEN, CLAIMS, INTROSPECTED, IMAGES, LEFT = 2, 3, 4, 6, 7, 8, 9
"""The exchanges of the base, by number."""
STATE, NONCE = ALPHA.seed.uuid("state").hex, ALPHA.seed.uuid("nonce").hex
OTHER = "f" * 32


def _token(**claims: object) -> Rewrite:
    """Another ID token."""
    return lambda _raw: packed([*login(ALPHA, claims), *images(ALPHA), *logout(ALPHA)])


def _header(**values: object) -> Rewrite:
    return lambda _raw: packed([*login(ALPHA, header=values), *images(ALPHA), *logout(ALPHA)])


def _nonce_of_access_token(raw: bytes) -> bytes:
    """The token answer alone has an access token with another nonce."""
    made = in_json(lambda found: found.update(access_token=jwt({"nonce": OTHER})))
    return on(TOKEN, "response", made)(raw)


def _expired(found: dict[str, object]) -> None:
    found["exp"] = 1_795_512_000


REQUEST = (
    Mutant("response-type-token", "psc", "E-PSC-02-TYPE",
           rewrite=in_url(ASKED, "response_type=code", "response_type=id_token")),
    Mutant("client-id-absent", "psc", "E-PSC-02-CLIENT",
           rewrite=in_url(ASKED, f"client_id={CLIENT}&", ""),
           also={"E-PSC-04-AUD": "the audience is compared with the client of the request"}),
    Mutant("redirect-uri-relative", "psc", "E-PSC-02-REDIRECT",
           rewrite=in_url(ASKED, "https%3A%2F%2Fdb1.example.org%2Fcallback", "callback"),
           also={"E-PSC-03-REDIRECT": "that of the token request is compared with it"}),
    Mutant("scope-without-scope-all", "psc", "E-PSC-02-SCOPE",
           rewrite=in_url(ASKED, "openid+scope_all", "openid")),
    Mutant("acr-values-eidas2", "psc", "E-PSC-02-ACR",
           rewrite=in_url(ASKED, "acr_values=eidas1", "acr_values=eidas2")),
    Mutant("acr-values-absent", "psc", "E-PSC-02-ACR",
           rewrite=in_url(ASKED, "acr_values=eidas1&", "")),
    Mutant("state-absent", "psc", "E-PSC-02-STATE",
           rewrite=in_url(ASKED, f"state={STATE}&", ""),
           also={"E-PSC-04-STATE": "the state of the callback is compared with it"}),
    Mutant("nonce-absent", "psc", "E-PSC-02-NONCE", rewrite=in_url(ASKED, f"nonce={NONCE}&", ""),
           also={"E-PSC-04-NONCE": "that of the token is compared with it"}),
    Mutant("state-short", "psc", "E-PSC-02-LENGTH",
           rewrite=lambda raw: in_url(BACK, STATE, "1234")(in_url(ASKED, STATE, "1234")(raw))),
    Mutant("state-and-nonce-repeated", "psc", "E-PSC-02-UNIQUE", rewrite=again(ASKED)),
    Mutant("challenge-absent", "psc", "E-PSC-PKCE",
           rewrite=in_url(ASKED, "&code_challenge=", "&challenge="),
           ),
    Mutant("challenge-plain", "psc", "E-PSC-PKCE-METHOD",
           rewrite=in_url(ASKED, "code_challenge_method=S256", "code_challenge_method=plain"),
           also={"E-PSC-PKCE-VERIFIER": "the verifier is then compared as it stands"}),
    Mutant("verifier-of-another", "psc", "E-PSC-PKCE-VERIFIER",
           rewrite=on(TOKEN, "request", in_body("code_verifier=", "code_verifier=x"))),
    Mutant("state-of-another", "psc", "E-PSC-04-STATE", rewrite=in_url(BACK, STATE, OTHER)),
)  # fmt: skip

TOKENS = (
    Mutant("token-request-in-json", "psc", "E-PSC-03-FORM",
           rewrite=on(TOKEN, "request", header("Content-Type", "application/json"))),
    Mutant("grant-of-a-password", "psc", "E-PSC-03-GRANT",
           rewrite=on(TOKEN, "request", in_body("authorization_code", "password"))),
    Mutant("code-of-another", "psc", "E-PSC-03-CODE",
           rewrite=on(TOKEN, "request", in_body("&code=", "&code=x"))),
    Mutant("code-twice", "psc", "E-PSC-03-ONCE", rewrite=again(TOKEN)),
    Mutant("redirect-uri-of-another", "psc", "E-PSC-03-REDIRECT",
           rewrite=on(TOKEN, "request", in_body("%2Fcallback", "%2Fother"))),
    Mutant("token-request-of-nobody", "psc", "E-PSC-03-CLIENT",
           rewrite=on(TOKEN, "request", in_body(f"&client_id={CLIENT}", ""))),
    Mutant("client-secret", "psc", "E-PSC-03-SECRET",
           rewrite=on(TOKEN, "request", in_body("&client_id", "&client_secret=s&client_id"))),
    Mutant("id-token-absent", "psc", "E-PSC-03-ANSWER",
           rewrite=on(TOKEN, "response", in_json(lambda found: found.pop("id_token")))),
    Mutant("token-type-mac", "psc", "E-PSC-03-ANSWER",
           rewrite=on(TOKEN, "response", in_json(lambda found: found.update(token_type="mac")))),  # noqa: S106
    Mutant("token-in-a-url", "psc", "E-PSC-URL",
           rewrite=in_url(CLAIMS, "/userinfo", "/userinfo?access_token=t")),
    Mutant("id-token-cut", "psc", "E-PSC-04-JWT",
           rewrite=on(TOKEN, "response", in_json(lambda found: found.update(id_token="a.b")))),  # noqa: S106
    Mutant("id-token-unsigned", "psc", "E-PSC-04-ALG", rewrite=_header(alg="none")),
    Mutant("nonce-of-another", "psc", "E-PSC-04-NONCE", rewrite=_token(nonce=OTHER)),
    Mutant("nonce-of-the-access-token", "psc", "E-PSC-04-NONCE", rewrite=_nonce_of_access_token,
           also={"E-PSC-13-TOKEN": "the access token is another one"}),
    Mutant("issuer-is-another", "psc", "E-PSC-04-ISS", rewrite=_token(iss=f"{ISSUER}/")),
    Mutant("audience-is-another", "psc", "E-PSC-04-AUD", rewrite=_token(aud="account")),
    Mutant("id-token-expired", "psc", "E-PSC-04-TIME",
           rewrite=_token(iat=1_795_512_000, exp=1_795_512_240)),
    Mutant("id-token-expires-at-once", "psc", "E-PSC-04-TIME", rewrite=_token(exp=1_795_512_600)),
    Mutant("id-token-of-another-key", "psc", "E-PSC-04-SIGNATURE", rewrite=_header(alg="RS384")),
)  # fmt: skip

SESSION = (
    Mutant("userinfo-without-token", "psc", "E-PSC-11-BEARER",
           rewrite=on(CLAIMS, "request", header("Authorization", None))),
    Mutant("userinfo-of-another-token", "psc", "E-PSC-13-TOKEN",
           rewrite=on(CLAIMS, "request", header("Authorization", "Bearer other"))),
    Mutant("claims-without-activity", "psc", "E-PSC-11-CLAIMS",
           rewrite=on(CLAIMS, "response", in_body('"activities"', '"activites"'))),
    Mutant("claims-without-name-id", "psc", "E-PSC-11-CLAIMS",
           rewrite=on(CLAIMS, "response", in_json(lambda found: found.pop("SubjectNameID")))),
    Mutant("claims-of-another", "psc", "E-PSC-11-SUB",
           rewrite=on(CLAIMS, "response", in_json(lambda found: found.update(sub="other")))),
    Mutant("logout-of-nobody", "psc", "E-PSC-01-LOGOUT",
           rewrite=on(LEFT, "request", in_body("&refresh_token=", "&token="))),
    Mutant("token-used-after-logout", "psc", "E-PSC-01-AFTER", rewrite=again(CLAIMS)),
)  # fmt: skip

SOURCE = (
    Mutant("introspection-by-get", "psc", "E-PSC-07-FORM",
           rewrite=on(INTROSPECTED, "request", header("Content-Type", "text/plain"))),
    Mutant("introspection-without-token", "psc", "E-PSC-07-FORM",
           rewrite=on(INTROSPECTED, "request", in_body("token=", "jeton=")),
           also={"E-PSC-07-SKIPPED": "the token of the images was then not introspected"}),
    Mutant("introspection-of-nobody", "psc", "E-PSC-07-CLIENT",
           rewrite=on(INTROSPECTED, "request", in_body("&client_id=", "&client="))),
    Mutant("introspection-of-any-type", "psc", "E-PSC-07-ACCEPT",
           rewrite=on(INTROSPECTED, "request", header("Accept", "text/html"))),
    Mutant("introspection-answer-a-string", "psc", "E-PSC-07-ANSWER",
           rewrite=on(INTROSPECTED, "response", in_json(lambda found: found.update(active="yes"))),
           also={"E-PSC-07-INACTIVE": "the images were answered though nothing said active"}),
    Mutant("introspection-without-exp", "psc", "E-PSC-07-EXP",
           rewrite=on(INTROSPECTED, "response", in_json(lambda found: found.pop("exp")))),
    Mutant("introspection-expired", "psc", "E-PSC-07-EXP",
           rewrite=on(INTROSPECTED, "response", in_json(_expired)),
           also={"E-PSC-07-INACTIVE": "the images were answered after exp"}),
    Mutant("images-without-token", "psc", "E-PSC-07-NO-TOKEN",
           rewrite=on(IMAGES, "request", header("Authorization", None))),
    Mutant("introspection-of-another-token", "psc", "E-PSC-07-SKIPPED",
           rewrite=on(INTROSPECTED, "request", in_body("token=", "token=x"))),
    Mutant("introspection-skipped", "psc-source", "E-PSC-07-SKIPPED",
           rewrite=without(INTROSPECTED)),
    Mutant("images-to-inactive-token", "psc", "E-PSC-07-INACTIVE",
           rewrite=on(INTROSPECTED, "response", in_json(lambda found: found.update(active=False)))),
    Mutant("images-after-exp", "psc", "E-PSC-07-INACTIVE",
           rewrite=on(IMAGES, "response", text("09:30:00 GMT", "09:34:00 GMT"))),
)  # fmt: skip

MUTANTS = REQUEST + TOKENS + SESSION + SOURCE
