"""Who may ask for images: by certificate, by token, by KOS (DRIM-M C.1, C.3, G-SEC-01)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from reference_drimbox.allowlist import Allowlist
from reference_drimbox.oidc import Provider, Unavailable

UID = re.compile(r"(?=.{1,64}$)[0-2](?:\.(?:0|[1-9][0-9]*))+")
BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *")
CHALLENGE = 'Bearer realm="drim-m"'
RETRY = "30"

log = logging.getLogger(__name__)


class Refused(Exception):
    """A request gets a status, and one line that says why."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.headers = status, dict(headers or {})

    def response(self) -> Response:
        return PlainTextResponse(f"{self}\n", self.status, headers=self.headers)


@dataclass(frozen=True, slots=True)
class Peer:
    """Who asks: the user of the token, and the DRIMbox of the certificate."""

    user: str
    name: str


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets requests pass. Raises Refused."""

    allowlist: Allowlist
    provider: Provider | None
    """Who says whether a token is good; None where none is looked at."""
    hosts: frozenset[str]
    """What the Source is called; over TLS a request for another host is misdirected."""

    def admit(self, request: Request) -> Peer:
        """The peer of a request: 421, 403, 401, or 503 where nobody can say if a token is good."""
        secure = request.url.scheme == "https"
        if secure and (request.url.hostname or "").lower() not in self.hosts:
            raise Refused(421, "the request is for another host")
        name = self._certified(request)
        if self.provider is None:
            return Peer("", name)
        found = request.headers.getlist("Authorization")
        bearer = BEARER.fullmatch(found[0]) if len(found) == 1 else None
        if bearer is None:
            raise Refused(401, "a Bearer token is wanted", {"WWW-Authenticate": CHALLENGE})
        try:
            told = self.provider.active(bearer[1])
        except Unavailable as problem:
            log.error("tokens cannot be checked: %s", problem)
            raise Refused(503, "tokens cannot be checked now", {"Retry-After": RETRY}) from None
        if told is None:
            challenge = f'{CHALLENGE}, error="invalid_token"'
            raise Refused(401, "the token is not active", {"WWW-Authenticate": challenge})
        names = (told.get(one) for one in ("SubjectNameID", "preferred_username", "sub"))
        return Peer(next((one for one in names if isinstance(one, str) and one), ""), name)

    def _certified(self, request: Request) -> str:
        """The name of the client certificate, which the allow-list has; "" without TLS."""
        tls = request.scope.get("extensions", {}).get("tls")
        if tls is None:
            return ""
        name = tls.get("client_cert_name") or ""
        if not name:
            raise Refused(403, "a client certificate is wanted")
        if not self.allowlist.lists_name(name):
            raise Refused(403, "the client certificate is not in the allow-list")
        return str(name)


def uids(request: Request) -> tuple[str, str, str]:
    """Study, series and instance of the path, "" where it is of a higher level."""
    study, series, instance = (
        str(request.path_params.get(name, "")) for name in ("study", "series", "instance")
    )
    for uid in (study, series, instance):
        if uid and not UID.fullmatch(uid):
            raise Refused(400, "the path has something that is no UID")
    return study, series, instance


def kos_of(request: Request) -> str:
    """The UID of the KOS that a request follows (C-REQ-05)."""
    found = request.headers.getlist("KOS-SOPInstanceUID")
    if len(found) != 1 or not UID.fullmatch(found[0].strip()):
        raise Refused(400, "KOS-SOPInstanceUID is wanted, with one UID")
    return found[0].strip()
