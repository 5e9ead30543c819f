"""The list as it is published, signed when it is asked for (DRIM-M G-WL)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.faults import Fault, Rewrite
from testdata.allowlist import DOMAINS, Domain, unsigned
from testdata.allowlist.signing import Style, sign
from testdata.keys import Signer, pem

LIST, TRUST = "/listeblanche.xml", "/root.pem"


def _as_it_is(raw: bytes) -> bytes:
    return raw


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published: the domains, who signs how.

    ``before`` changes the list before it is signed, ``after`` the signed list; without ``signed``
    it is published bare.
    """

    style: Style
    domains: tuple[Domain, ...] = DOMAINS
    signed: bool = True
    before: Rewrite = _as_it_is
    after: Rewrite = _as_it_is
    clock: Callable[[], datetime] = field(default=_now)

    @classmethod
    def by(cls, signer: Signer, domains: Sequence[Domain] = DOMAINS) -> Publication:
        """The list of these domains, in the form of 2026."""
        return cls(Style(who=signer, filtered=False, first_form=True), tuple(domains))

    def document(self) -> bytes:
        generated = self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        bare = self.before(unsigned(self.domains, generated))
        return self.after(sign(bare, self.style) if self.signed else bare)


class Published(Protocol):
    """What is published whenever it is asked for, and how it is signed."""

    @property
    def style(self) -> Style: ...

    def document(self) -> bytes: ...


def application(_base: str, publication: Published, faults: Sequence[Fault] = ()) -> Starlette:
    """The publisher: the list, and the certificate that its signature leads to."""
    for fault in faults:
        if fault.adjust is not None:
            publication = fault.adjust(publication)
    root = pem(publication.style.who.chain[-1])

    async def listed(_request: Request) -> Response:
        return Response(publication.document(), media_type="application/xml")

    async def trusted(_request: Request) -> Response:
        return Response(root, media_type="application/x-pem-file")

    return Starlette(routes=[Route(LIST, listed), Route(TRUST, trusted)])
