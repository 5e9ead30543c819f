"""What a request must bring before anything is retrieved (DRIM-M C.1 and C.3)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from anyio.to_thread import run_sync
from starlette.requests import Request

from simulators.wado_server.accept import Malformed, Range, ranges
from simulators.wado_server.answers import Refused
from simulators.wado_server.holding import Holding
from simulators.wado_server.tokens import Check, Unanswered

UID = re.compile(r"(?=.{1,64}$)[0-2](?:\.(?:0|[1-9][0-9]*))+")
BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *")
CHALLENGE = 'Bearer realm="drim-m"'


@dataclass(frozen=True, slots=True)
class Guard:
    """Who is let in: by token, where ``check`` is set; by certificate, where ``clients`` are."""

    check: Check | None = None
    clients: Collection[str] | None = None
    """Subjects of client certificates, as RFC 4514 writes them."""

    async def admit(self, request: Request) -> None:
        """Let a request pass. Raises Refused: 401, 403, or 503 where nobody can say."""
        tls = request.scope.get("extensions", {}).get("tls")
        if self.clients is not None and tls and tls["client_cert_name"] not in self.clients:
            raise Refused(403, "this client certificate is not in the allow-list")
        if self.check is None:
            return
        found = request.headers.getlist("Authorization")
        bearer = BEARER.fullmatch(found[0]) if len(found) == 1 else None
        if bearer is None:
            raise Refused(401, "a Bearer token is wanted", WWW_Authenticate=CHALLENGE)
        try:
            good = await run_sync(self.check, bearer[1])
        except Unanswered:
            raise Refused(503, "tokens cannot be checked now", Retry_After="30") from None
        if not good:
            challenge = f'{CHALLENGE}, error="invalid_token"'
            raise Refused(401, "this token is not active", WWW_Authenticate=challenge)


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource: the UIDs of its path, "" where it is of a higher level."""

    study: str
    series: str = ""
    instance: str = ""


def asked(request: Request) -> Asked:
    """The resource of a request. Raises Refused: 400."""
    found = {name: request.path_params.get(name, "") for name in ("study", "series", "instance")}
    for name, uid in found.items():
        if uid and not UID.fullmatch(uid):
            raise Refused(400, f"the {name} of the path is no UID")
    return Asked(**found)


def accepted(request: Request) -> list[Range]:
    """The media ranges of a request, one at least. Raises Refused: 400."""
    headers = request.headers.getlist("Accept")
    query = request.query_params.getlist("accept")
    try:
        found = ranges(query or headers)
    except Malformed as problem:
        raise Refused(400, str(problem)) from None
    if not found:
        raise Refused(400, "Accept is wanted")
    return found


def manifest_named(request: Request, holding: Holding, study: str) -> None:
    """The KOS that the request follows is that of the study. Raises Refused: 400, 404."""
    found = request.headers.getlist("KOS-SOPInstanceUID")
    if len(found) != 1 or not UID.fullmatch(found[0].strip()):
        raise Refused(400, "KOS-SOPInstanceUID is wanted, with one UID")
    manifest = holding.manifests.get(study)
    if manifest is not None and found[0].strip() != manifest.uid:
        raise Refused(404, "this KOS is not the one in force for the study")
