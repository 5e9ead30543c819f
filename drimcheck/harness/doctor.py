"""``drimcheck doctor``: whether scenarios can run here, and against a system, before any does."""

from __future__ import annotations

import argparse
import shutil
import socket
import ssl
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from drimcheck.concluding import USAGE, Usage, said
from drimcheck.harness.finding import Finding, Level, note, ok, problem
from drimcheck.harness.sut import BadSut, Peers, Sut, read
from drimcheck.language import default_language
from validators.model import Text

PEERS = 7
"""Ports that the peers of a run take from peers.port on: PSC, DMP, allow-list, and the DIMSE and
DICOMweb listeners of two PACS."""


def add_command(commands: Any) -> None:
    one = commands.add_parser("doctor", help="see whether scenarios can run, here and there")
    one.add_argument("--sut", type=Path, metavar="FILE", help="system under test (sut.toml)")
    one.add_argument("--lang", choices=("fr", "en"), default=default_language())
    one.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a line for each finding; 3 where one is a problem, 2 where the file is wrong."""
    from validators.verdict import INCONCLUSIVE

    try:
        sut = read(options.sut) if options.sut else None
    except BadSut as wrong:
        for line in wrong.problems:
            print(f"drimcheck: {line}", file=sys.stderr)
        return USAGE
    except OSError as wrong:
        print(f"drimcheck: {said(wrong)}", file=sys.stderr)
        return USAGE
    bad = False
    for one in examined(sut):
        print(one.line(options.lang), flush=True)
        bad = bad or one.level is Level.PROBLEM
    return INCONCLUSIVE[1] if bad else 0


def examined(sut: Sut | None) -> Iterator[Finding]:
    """Each thing that a run needs, as it is found."""
    yield from tools()
    if sut is not None:
        yield from ports(sut)
        yield from secrets(sut)
        yield from acts(sut)
        yield from addresses(sut)


def tools() -> Iterator[Finding]:
    """What is installed here; each is needed by some scenarios alone."""
    from drimcheck.harness.display import browser
    from drimcheck.harness.orthanc import program
    from reference_drimbox import viewer

    yield ok("python", sys.version.partition(" ")[0])
    yield _tool(
        "chromium",
        browser(),
        Text(
            "nobody looks at the viewer: what it shows is a review",
            "personne ne regarde la visionneuse : affichage à revoir",
        ),
        Text(
            "install Chromium, and pip install playwright",
            "installer Chromium, et pip install playwright",
        ),
    )
    yield _tool(
        "viewer",
        "built" if viewer.built() else "",
        Text(
            "the viewer of the reference is not built",
            "la visionneuse de la référence n'est pas construite",
        ),
        Text("make viewer (Node 20 or later)", "make viewer (Node 20 au moins)"),
    )
    try:
        yield ok("orthanc", program()[0])
    except Usage as missing:
        yield note(
            "orthanc",
            Text(str(missing), str(missing)),
            Text("without it: no --orthanc", "sans lui : pas de --orthanc"),
        )
    yield _tool(
        "imagecodecs",
        "installed" if find_spec("imagecodecs") else "",
        Text(
            "some transfer syntaxes cannot be made",
            "certaines syntaxes de transfert ne peuvent être produites",
        ),
        Text("pip install 'drimcheck[codecs]'", "pip install 'drimcheck[codecs]'"),
    )
    yield _tool(
        "curl",
        shutil.which("curl") or "",
        Text(
            "not installed; the lines of reports are for curl",
            "absent ; les lignes des rapports sont pour curl",
        ),
        Text("install curl", "installer curl"),
    )


def _tool(what: str, found: str, missing: Text, fix: Text) -> Finding:
    return ok(what, found) if found else note(what, missing, fix)


def ports(sut: Sut) -> Iterator[Finding]:
    """Whether our peers can listen where [peers] says, and be reached from the system."""
    peers = sut.peers
    if not peers.port:
        yield _bound(peers, 0) or ok(
            "peers", f"{peers.listen}, any port", f"{peers.listen}, tout port"
        )
    else:
        last = peers.port + PEERS - 1
        found = [_bound(peers, number) for number in range(peers.port, last + 1)]
        wrong = [one for one in found if one]
        yield from wrong
        if not wrong:
            free = f"{peers.listen}:{peers.port}-{last}"
            yield ok("peers.port", f"{free} are free", f"{free} : libres")
    if peers.listen.startswith("127.") and not peers.public_name and _elsewhere(sut):
        yield note(
            "peers.listen",
            Text(
                f"{peers.listen} cannot be reached from another machine",
                f"{peers.listen} est inaccessible d'une autre machine",
            ),
            Text(
                "set peers.listen, or peers.public_name behind a proxy",
                "donner peers.listen, ou peers.public_name derrière un proxy",
            ),
        )


def _bound(peers: Peers, port: int) -> Finding | None:
    """What keeps a port from being listened to."""
    try:
        socket.create_server((peers.listen, port)).close()
    except OSError as error:
        reason = error.strerror or str(error)
        where = f"{peers.listen}:{port}"
        return problem(
            "peers.port" if port else "peers.listen",
            Text(f"{where}: {reason}", f"{where} : {reason}"),
            Text(
                "choose another, or end what listens there",
                "en choisir un autre, ou arrêter ce qui y écoute",
            ),
        )
    return None


def _elsewhere(sut: Sut) -> bool:
    """Whether the system has an address that is not on loopback."""
    from urllib.parse import urlsplit

    source, conso = sut.source, sut.conso
    urls = [
        *((source.wado, source.viewer) if source else ()),
        *((conso.call, conso.base) if conso else ()),
    ]
    hosts = {urlsplit(one).hostname or "" for one in urls if one}
    hosts = {sut.network.resolve.get(one, (one, 0))[0] for one in hosts}
    if source:
        hosts |= {one.host for one in (source.mllp, source.dicom) if one}
    return any(not one.startswith("127.") and one not in ("localhost", "::1") for one in hosts)


def secrets(sut: Sut) -> Iterator[Finding]:
    """Our certificate, and the token that is named."""
    from drimcheck.harness.certificates import ours
    from drimcheck.harness.tls import context

    if sut.network.certificate:
        yield ours(sut.network.certificate)
    try:
        context(sut.network)
    except (OSError, ssl.SSLError) as wrong:
        reason = getattr(wrong, "reason", None) or str(wrong)
        yield problem(
            "network",
            Text(f"no TLS: {reason}", f"pas de TLS : {reason}"),
            Text(
                "give network.key of network.certificate, and network.ca in PEM",
                "donner network.key de network.certificate, et network.ca en PEM",
            ),
        )
    if not sut.token:
        return
    try:
        there = bool(sut.access_token())
    except BadSut as wrong:
        yield problem(
            "token",
            Text(str(wrong), str(wrong)),
            Text(
                "give the file, variable or command of a token",
                "donner le fichier, la variable ou la commande d'un jeton",
            ),
        )
        return
    yield ok("token", "there", "présent") if there else problem("token", Text("empty", "vide"))


def acts(sut: Sut) -> Iterator[Finding]:
    """The commands and folders by which acts are done."""
    for name, way in sut.acts.items():
        what = f"acts.{name}"
        if way.way == "hook" and not shutil.which(way.command[0]):
            yield problem(
                what,
                Text(
                    f"{way.command[0]}: no such command", f"{way.command[0]} : commande introuvable"
                ),
                Text(
                    "give the whole path of a program that may run",
                    "donner le chemin entier d'un programme exécutable",
                ),
            )
        elif way.way == "hand" and way.folder and not way.folder.is_dir():
            yield problem(
                what,
                Text(f"{way.folder}: no such folder", f"{way.folder} : dossier introuvable"),
                Text("make it", "le créer"),
            )
        else:
            yield ok(what, way.way)


def addresses(sut: Sut) -> Iterator[Finding]:
    """What answers at each address of the system."""
    from drimcheck.harness import probes

    source, conso, network = sut.source, sut.conso, sut.network
    if source and source.wado:
        yield from probes.web("source.wado", source.wado, network, health=True)
    if source and source.viewer:
        yield from probes.web("source.viewer", source.viewer, network)
    if source and source.mllp:
        yield from probes.listening("source.mllp", source.mllp.place)
    if source and source.dicom:
        yield from probes.echo("source.dicom", source.dicom, sut.peers.pacs_title)
    if conso and conso.base:
        yield from probes.web("conso.base", conso.base, network)
    if conso and conso.call:
        yield from probes.web("conso.call", conso.call, network)
