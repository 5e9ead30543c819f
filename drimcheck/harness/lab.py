"""The laboratory of a run: our peers, the system under test among them, what crosses."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.types import ASGIApp

from drimcheck.harness.orthanc import Station, running
from drimcheck.harness.relay import Break, Relay
from drimcheck.harness.sut import Sut
from drimcheck.judging import plan_of
from simulators.allowlist import Publication
from simulators.allowlist import application as publisher
from simulators.dmp import SERVICES, Store
from simulators.dmp import application as dmp_application
from simulators.network import Network
from simulators.pacs import Archive, Pacs, web
from simulators.pki import Pki
from simulators.psc import CLIENTS, CONSO, cast, mint
from simulators.psc import application as psc_application
from simulators.serving import Serving
from simulators.wado_client import Tokens
from testdata.allowlist import DOMAINS, Domain
from testdata.allowlist.signing import Style
from testdata.exam import Exam
from testdata.exams import exam
from testdata.images import instance
from testdata.images.syntaxes import encode
from testdata.keys import Signer
from testdata.kos import write
from validators.model import Exchange

SIZE = 128
"""Side of the images of the scenarios, in pixels: many are sent."""


@dataclass(slots=True)
class Peer:
    """A peer of ours that runs: where it is, and what crossed it."""

    name: str
    base: str
    exchanges: list[Exchange] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """When each of them ended, by the monotonic clock."""

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        self.times.append(time.monotonic())


@dataclass(slots=True)
class Listing:
    """The allow-list that is published: scenarios change its domains, and whether it is signed.

    ``followed`` is the fault of a system that follows any list: as it cannot be made to, the list
    is then signed whatever the scenario says.
    """

    signer: Signer
    domains: list[Domain]
    signed: bool = True
    followed: bool = False

    @property
    def style(self) -> Style:
        return Publication.by(self.signer).style

    def document(self) -> bytes:
        made = Publication.by(self.signer, self.domains)
        return replace(made, signed=self.signed or self.followed).document()


@dataclass(slots=True)
class Lab:
    """Our peers for a run. ``seed`` is what every number of the run is derived from.

    ``pacs`` is that of the Source, ``local`` that to which a Conso exports.
    """

    sut: Sut
    options: argparse.Namespace
    folder: Path
    seed: str
    pki: Pki
    store: Store
    pacs: Station
    local: Station
    peers: Mapping[str, Peer]
    listing: Listing
    breaks: tuple[Break, ...] = ()
    dmp: str = ""
    """Where a Source finds the DMP: past the relay, where one breaks what it sends there."""

    def exam(self, name: str, scenario: str) -> Exam:
        """An exam of the test data with the numbers of this run and scenario, and our links."""
        seed = f"{self.seed}/{scenario}"
        self.options.seeds.append(seed)
        made = exam(name, seed)
        self.options.series |= {one.uid for study in made.studies for one in study.series}
        source = self.sut.source
        if source is None:
            return made
        wado = source.wado.removesuffix("/dicom-web-rs")
        return replace(made, wado_base=wado, viewer_base=source.viewer or wado)

    def load(self, one: Exam) -> None:
        """Put the images of an exam into the PACS."""
        for study in one.studies:
            for series in study.series:
                for number in range(1, len(series.instances) + 1):
                    document = instance(one, study, series, number, size=SIZE)
                    encode(document, series.syntax)
                    self.pacs.archive.add(write(document))

    def forget(self, *uids: str) -> None:
        """Take instances out of the PACS, as a rejection does."""
        self.pacs.archive.remove(*uids)

    def tokens(self) -> Tokens:
        """An access token that is active and one that is not, of our PSC or of the file."""
        own = self.sut.access_token()
        base, user = self.peers["psc"].base, cast(exam("alpha", self.seed).seed)[0]
        late = mint(base, user=user, client=replace(CONSO, lifetime=-60))
        return Tokens(own or mint(base, user=user), late)

    def judges(self, kind: str) -> bool:
        """Whether the profile has rules on a kind."""
        return bool(plan_of(self.options, kind).rules)


def fresh_seed() -> str:
    """A seed that no run had before."""
    return uuid4().hex[:12]


@contextmanager
def laboratory(
    sut: Sut,
    options: argparse.Namespace,
    folder: Path,
    seed: str,
    breaks: tuple[Break, ...] = (),
) -> Iterator[Lab]:
    """Our peers, from entering the context to leaving it. Raises OSError."""
    pki = Pki(folder / "pki")
    store = Store(anyone=True)
    followed = any(one.peer == "allowlist" for one in breaks)
    listing = Listing(pki.signer(), list(DOMAINS), followed=followed)
    with ExitStack() as stack:
        place = _Places(sut, pki)
        peers = [
            _serve(stack, "psc", place.next(), partial(_psc, sut, seed)),
            _serve(stack, "dmp", place.next(), lambda base: dmp_application(base, store=store)),
            _serve(stack, "allowlist", place.next(), partial(_list, listing)),
        ]
        pacs = _pacs(stack, sut, folder / "pacs", place, options.orthanc in ("pacs", "both"))
        local = _pacs(stack, sut, folder / "local", place, options.orthanc in ("local", "both"))
        named = {one.name: one for one in peers}
        dmp = named["dmp"].base
        broken = [one.rewrite for one in breaks if one.peer == "dmp"]
        if broken:
            parts = urlsplit(dmp)
            relay = Relay((parts.hostname or "", parts.port or 80), requests=broken)
            dmp = f"http://127.0.0.1:{stack.enter_context(relay).port}{parts.path}"
        yield Lab(sut, options, folder, seed, pki, store, pacs, local, named, listing, breaks, dmp)


def _psc(sut: Sut, seed: str, base: str) -> ASGIApp:
    """Pro Santé Connect, which logs the radiologist of the exams in without a question."""
    clients = [
        replace(one, redirect_uris=(*one.redirect_uris, *sut.peers.redirect_uris))
        for one in CLIENTS
    ]
    users = cast(exam("alpha", seed).seed)
    return psc_application(base, clients=clients, users=users, automatic=users[0].name)


def _pacs(stack: ExitStack, sut: Sut, folder: Path, place: _Places, orthanc: bool) -> Station:
    """A PACS, ours or an Orthanc; a C-MOVE of the system goes to its own DICOM listener."""
    dicom = sut.source.dicom if sut.source else None
    if orthanc:
        known = {dicom.title: dicom.port} if dicom else {}
        return stack.enter_context(running(folder, {**known, "CONSO": 104}))
    made = Pacs(
        Archive(folder),
        replace(place.next(), tls=None),
        title=sut.peers.pacs_title,
        peers={dicom.title: dicom.place} if dicom else {},
    )
    stack.enter_context(made)
    stow = _serve(stack, "pacs-web", place.next(), partial(web.application, made))
    return Station(made.archive, made.network.port, sut.peers.pacs_title, stow.base)


def _list(listing: Listing, base: str) -> ASGIApp:
    """The publisher of a list that scenarios may change."""
    return publisher(base, listing)


class _Places:
    """Where our peers listen, one port after the other."""

    def __init__(self, sut: Sut, pki: Pki) -> None:
        self._peers = sut.peers
        self._count = 0
        names = [self._peers.public_name, self._peers.listen, "localhost"]
        self._tls = pki.server(*filter(None, dict.fromkeys(names))) if self._peers.tls else None

    def next(self) -> Network:
        one, self._count = self._peers, self._count + 1
        port = one.port + self._count - 1 if one.port else 0
        public = one.public_port + self._count - 1 if one.public_port else 0
        return Network(one.listen, port, one.public_name, public, self._tls)


def _serve(stack: ExitStack, name: str, network: Network, make: Callable[[str], ASGIApp]) -> Peer:
    peer = Peer(name, "")
    serving = Serving(make, network, peer.record, keep=None)
    base = stack.enter_context(serving).base
    peer.base = base + SERVICES if name == "dmp" else base
    return peer
