"""A login at Pro Santé Connect, images under its token, and the logout (DRIM-M E)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from urllib.parse import urlencode

from cryptography.x509.oid import NameOID

from testdata.conversation.http import (
    DATE,
    FORM,
    JSON,
    NOW,
    Hop,
    answer,
    form,
    get,
    json_answer,
    post,
)
from testdata.exam import Exam
from testdata.keys import COUNTRY, Signer, signer
from testdata.wire import series_request, series_response

WALLET = "https://wallet.bas.psc.esante.gouv.fr/auth"
ISSUER = "https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet"
CONNECT = f"{ISSUER}/protocol/openid-connect"
DISCOVERY = f"{ISSUER}/.well-known/wallet-openid-configuration"
REDIRECT = "https://db1.example.org/callback"
CLIENT, SOURCE_CLIENT = "drimcheck-conso", "drimcheck-source"
KEY_ID = "drimcheck"
LIFETIME = 240
"""Seconds that an access token lives."""


def base64url(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def _key() -> Signer:
    return signer(COUNTRY, (NameOID.COMMON_NAME, "PSC"))


def jwt(claims: Mapping[str, object], header: Mapping[str, object] | None = None) -> str:
    """A token signed by RS256, whatever its header says."""
    head = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID, **(header or {})}
    parts = [base64url(json.dumps(one).encode()) for one in (head, claims)]
    signed = ".".join(parts)
    return f"{signed}.{base64url(_key().sign(signed.encode()))}"


def keys() -> dict[str, object]:
    """The key set of the issuer."""
    numbers = _key().key.public_key().public_numbers()
    octets = [one.to_bytes((one.bit_length() + 7) // 8) for one in (numbers.n, numbers.e)]
    row = {"kid": KEY_ID, "kty": "RSA", "use": "sig", "alg": "RS256"}
    return {"keys": [row | {"n": base64url(octets[0]), "e": base64url(octets[1])}]}


def nonce(exam: Exam) -> str:
    return exam.seed.uuid("nonce").hex


def subject(exam: Exam) -> str:
    return f"f:{exam.seed.uuid('psc subject')}:{exam.author.identifier}"


def _claims(exam: Exam, audience: str) -> dict[str, object]:
    return {
        "exp": NOW + LIFETIME,
        "iat": NOW,
        "auth_time": NOW,
        "jti": str(exam.seed.uuid(f"token {audience}")),
        "iss": ISSUER,
        "aud": audience,
        "sub": subject(exam),
        "azp": CLIENT,
        "nonce": nonce(exam),
        "acr": "eidas1",
    }


def access_token(exam: Exam) -> str:
    return jwt({**_claims(exam, "account"), "typ": "Bearer"})


def login(
    exam: Exam,
    claims: Mapping[str, object] | None = None,
    header: Mapping[str, object] | None = None,
) -> list[Hop]:
    """Discovery, authorization, callback, token, keys and claims; the first four in this order.

    ``claims`` and ``header`` change the ID token.
    """
    state, code = exam.seed.uuid("state").hex, str(exam.seed.uuid("code"))
    verifier = exam.seed.uuid("verifier one").hex + exam.seed.uuid("verifier two").hex
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "scope": "openid scope_all",
        "acr_values": "eidas1",
        "state": state,
        "nonce": nonce(exam),
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    given = form(
        grant_type="authorization_code", code=code, redirect_uri=REDIRECT, client_id=CLIENT,
        code_verifier=verifier,
    )  # fmt: skip
    tokens = {
        "access_token": access_token(exam),
        "expires_in": LIFETIME,
        "refresh_token": exam.seed.uuid("refresh").hex,
        "token_type": "Bearer",
        "id_token": jwt({**_claims(exam, CLIENT), "typ": "ID", **(claims or {})}, header),
        "scope": "openid scope_all",
    }
    back = f"{REDIRECT}?{urlencode({'state': state, 'code': code})}"
    bearer = {"Authorization": f"Bearer {access_token(exam)}", "Accept": JSON}
    sent = {"Content-Type": FORM, "Accept": JSON}
    return [
        get(DISCOVERY, {"Accept": JSON}, json_answer({"issuer": ISSUER})),
        get(f"{WALLET}?{urlencode(asked)}", {}, answer(b"<html></html>", Content_Type="text/html")),
        get(back, {}, answer(status="302 Found", Location="/")),
        post(f"{CONNECT}/token", sent, given, json_answer(tokens)),
        get(f"{CONNECT}/certs", {"Accept": JSON}, json_answer(keys())),
        get(f"{CONNECT}/userinfo", bearer, json_answer(userinfo(exam))),
    ]


def userinfo(exam: Exam) -> dict[str, object]:
    """The claims of the radiologist (E-PSC-11)."""
    who, structure = exam.author, exam.structure
    activity = {
        "codeSecteurDactivite": structure.sector,
        "raisonSocialeSite": structure.name,
        "ancienIdentifiantDeLaStructure": structure.identifier,
        "numeroFinessSite": structure.identifier[1:],
    }
    practice = {
        "codeProfession": "10",
        "codeCategorieProfessionnelle": "C",
        "nomDexercice": who.family,
        "prenomDexercice": who.given,
        "codeTypeSavoirFaire": "S",
        "codeSavoirFaire": "SM44",
        "activities": [activity],
    }
    return {
        "sub": subject(exam),
        "SubjectNameID": who.identifier,
        "SubjectRefPro": {"exercices": [practice]},
        "given_name": who.given,
        "family_name": who.family,
    }


def introspection(exam: Exam) -> Hop:
    """The Source asks about the token of the Conso (E-PSC-07)."""
    given = form(token=access_token(exam), client_id=SOURCE_CLIENT)
    said = {**_claims(exam, "account"), "typ": "Bearer", "active": True}
    sent = {"Content-Type": FORM, "Accept": JSON}
    return post(f"{CONNECT}/token/introspect", sent, given, json_answer(said))


def images(exam: Exam) -> list[Hop]:
    """The introspection, then a series under the token."""
    study = exam.study
    series = study.series[0]
    lines = series_request(exam, study, series).decode().split("\r\n")
    bearer = f"Authorization: Bearer {access_token(exam)}"
    lines = [bearer if one.startswith("Authorization:") else one for one in lines]
    made = series_response(exam, study, series, count=1)
    assert DATE.encode() in made
    url = exam.retrieve_url(study, series)
    return [introspection(exam), Hop(url, "\r\n".join(lines).encode(), made)]


def logout(exam: Exam) -> list[Hop]:
    given = form(client_id=CLIENT, refresh_token=exam.seed.uuid("refresh").hex)
    return [
        post(f"{CONNECT}/logout", {"Content-Type": FORM}, given, answer(status="204 No Content"))
    ]
