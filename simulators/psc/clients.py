"""The clients that are registered, and how they prove who they are (RFC 6749 2.3, RFC 8705 2)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import unquote_plus

from cryptography.x509 import Name
from starlette.requests import Request

from simulators.psc.refusal import Refusal

LIFETIME = 240
"""Seconds that an access token lives, in the middle of what is told of the real ones (E-PSC-06)."""


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client.

    ``certificate`` is what the subject of its certificate has, in the form of RFC 4514, for
    tls_client_auth: CN is the client_id, OU that of the operator (E-PSC-09). ``secret`` is for
    client_secret_basic and client_secret_post. With neither it is a public client, which only its
    PKCE verifier protects. ``lifetime`` is that of its access tokens, in seconds: a negative one
    gives tokens that have expired.
    """

    id: str
    secret: str = ""
    certificate: str = ""
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    lifetime: int = LIFETIME


CONSO = Client(
    "drimcheck-conso",
    secret="drimcheck-conso-secret",  # noqa: S106 - of a test client
    certificate="CN=drimcheck-conso",
    redirect_uris=("https://db1.example.org/callback",),
    post_logout_redirect_uris=("https://db1.example.org/",),
)
SOURCE = Client(
    "drimcheck-source",
    secret="drimcheck-source-secret",  # noqa: S106 - of a test client
    certificate="CN=drimcheck-source",
)
CLIENTS = (CONSO, SOURCE)


def authenticated(request: Request, form: Mapping[str, str], clients: Sequence[Client]) -> Client:
    """The client that a request proves to come from. Raises Refusal, ``invalid_client``."""
    identifier, secret = _basic(request)
    if identifier and form.get("client_secret"):
        raise Refusal("invalid_request", "two ways of authentication (RFC 6749 2.3)")
    identifier = identifier or form.get("client_id", "")
    secret = secret or form.get("client_secret", "")
    found = next((one for one in clients if one.id == identifier), None)
    if found is None or not _proved(found, secret, _subject(request)):
        raise Refusal("invalid_client", "unknown client, or authentication failed", status=401)
    if form.get("client_id", identifier) != identifier:
        raise Refusal("invalid_request", "client_id is not that of the Authorization header")
    return found


def _proved(client: Client, secret: str, subject: str) -> bool:
    if secret:
        return bool(client.secret) and compare_digest(client.secret.encode(), secret.encode())
    if subject and client.certificate:
        return _among(client.certificate, subject)
    return not client.secret and not client.certificate


def _basic(request: Request) -> tuple[str, str]:
    """Identifier and secret of the Authorization header, each decoded (RFC 6749 2.3.1)."""
    scheme, _, carried = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = b64decode(carried.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise Refusal("invalid_client", "Basic credentials unreadable", status=401) from None
    identifier, _, secret = text.partition(":")
    return unquote_plus(identifier), unquote_plus(secret)


def _subject(request: Request) -> str:
    """The subject of the client certificate (ASGI TLS extension); "" where there is none."""
    tls = request.scope.get("extensions", {}).get("tls") or {}
    return tls.get("client_cert_name") or ""


def _among(registered: str, subject: str) -> bool:
    """Whether a subject has all that is registered, whatever the writing of the two."""
    try:
        wanted, found = (Name.from_rfc4514_string(one) for one in (registered, subject))
    except ValueError:
        return False
    return set(wanted) <= set(found)
