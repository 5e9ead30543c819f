"""A scenario as it happens: what is sent, what is waited for, what is handed over to the judge."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydicom import dcmread
from starlette.types import ASGIApp

from drimcheck.harness.acts import ActFailed, Acts, Answer
from drimcheck.harness.lab import Lab
from drimcheck.harness.reference import source_without_psc
from drimcheck.harness.relay import Relay, changed
from drimcheck.harness.tls import context
from drimcheck.simulate.ledger import Ledger
from drimcheck.simulate.live import Judged, Known, Live, mistaken
from simulators.dmp.entry import Entry
from simulators.dmp.names import DELETED
from simulators.faults import named
from simulators.pacs import NoAssociation
from simulators.pacs import send as store
from simulators.psc import CONNECT
from simulators.psc import SOURCE as PSC_SOURCE
from simulators.ris import ControlIds, Form, Way, deleted_message, open_link, report_message
from simulators.ris import send as send_blocks
from simulators.ris.calls import call_request, leads_to
from simulators.ris.messages import with_control_id
from simulators.ris.mllp import framed
from simulators.sending import send
from simulators.serving import Serving
from simulators.wado_client import Kos, requests
from simulators.wado_server import application as wado_application
from simulators.wado_server import exam_holding, introspection
from testdata.allowlist import Domain
from testdata.exam import Event, Exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.message import mdm, oru
from testdata.metadata.submission import patient_id
from testdata.publication import Generation, archive_of, kos_file
from testdata.report import cda
from testdata.wire.request import LOSSLESS, accept
from validators import wado
from validators.cross import Dossier, facts_of, image_facts
from validators.kinds import KINDS, with_embedded
from validators.model import Exchange, SubjectReport, Text
from validators.scenario import load as load_trace
from validators.subjects import judge_document

POLL = 0.1
SHOWN = Text(
    "Does the viewer show the images of the exam?",
    "La visionneuse montre-t-elle les images de l'examen ?",
)
RETRIEVAL = 300.0
"""How long a retrieval may take, in seconds: a study of 1,300 images is one."""
UNREACHED = ("connection", "tls")
QUIET = 5.0
"""Seconds after which a publication that must not come is taken not to."""


def unwatched(_count: int) -> None:
    """Nobody looks at how fast an answer comes."""


class NotDone(Exception):
    """A step that the scenario needs did not come about: it is not judged, and says why."""


@dataclass(slots=True)
class Episode:
    """One scenario of a run. ``name`` marks MSH-10 and User-Agent of what it sends."""

    lab: Lab
    name: str
    mark: str
    acts: Acts
    expected: dict[str, list[str]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    sent: dict[str, list[Exchange]] = field(default_factory=dict)
    watch: Callable[[int], None] = unwatched
    facts: dict[str, str] = field(default_factory=dict)
    archives: list[Path] = field(default_factory=list)
    dossiers: list[tuple[Exam, bytes]] = field(default_factory=list)
    reviews: list[Text] = field(default_factory=list)
    ways: dict[str, str] = field(default_factory=dict)
    stopped: str = ""
    """Why the scenario could not go on, once it could not."""
    crashed: str = ""
    """What the scenario itself raised: an error of ours."""
    _since: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._since = {name: len(one.exchanges) for name, one in self.lab.peers.items()}
        self.known.trust = (self.lab.pki.trust.read_bytes(),)

    @property
    def folder(self) -> Path:
        return self.lab.folder / "scenarios" / self.name

    def expect(self, **uids: Sequence[str]) -> None:
        """What must come of it, by the names of the trace."""
        for name, found in uids.items():
            self.expected.setdefault(name, []).extend(found)

    def note(self, what: str, **values: Any) -> None:
        """Write a step of the trace."""
        self.steps.append({"what": what, **values})

    def wait(self, holds: Callable[[], bool], seconds: float | None = None) -> bool:
        """Whether something came about in the time that the system has."""
        until = time.monotonic() + (self.lab.sut.seconds if seconds is None else seconds)
        while not holds():
            if time.monotonic() > until:
                return False
            time.sleep(POLL)
        return True

    def do(self, act: str, **values: Any) -> Answer:
        """Have the system do what no protocol asks for; what came of it. Raises NotDone."""
        try:
            self.ways[act], found = self.acts.do(act, **values)
        except ActFailed as problem:
            self.ways[act] = self.acts.way(act).way
            raise NotDone(str(problem)) from None
        return found

    # What we send.

    def tell(self, exam: Exam, event: Event = Event.CREATE, form: Form = Form.ORU) -> bytes:
        """Tell the Source of a report by a message; the message. Raises NotDone."""
        control = ControlIds(self.mark).next()
        blocks = report_message(exam, event, form, control)
        self._deliver(blocks)
        return blocks[0]

    def tell_as(self, exam: Exam, form: Form = Form.ORU) -> bytes:
        """Tell of an exam whose report is already the next version. Raises NotDone."""
        make = oru if form is Form.ORU else mdm
        block = framed(with_control_id(make(exam, cda(exam)), ControlIds(self.mark).next()))
        self._deliver([block])
        return block

    def tell_broken(self, exam: Exam, fault: str) -> None:
        """Tell of a report by a message that must be corrected. Raises NotDone."""
        control = ControlIds(self.mark).next()
        blocks = report_message(exam, Event.CREATE, Form.ORU, control, faults=named([fault]))
        self.known.broken.update(blocks)
        self.known.acknowledged = ("AE",)
        self._deliver(blocks)

    def tell_deletion(self, exam: Exam) -> None:
        """Tell that all images of an exam are gone (OMI^O23). Raises NotDone."""
        self._deliver(deleted_message(exam, ControlIds(self.mark).next()))

    def deliver(self, block: bytes) -> None:
        """Send a block as it is. Raises NotDone."""
        self._deliver([block])

    def _deliver(self, blocks: Sequence[bytes]) -> None:
        source = self.lab.sut.source
        if source is None or source.mllp is None:
            raise NotDone("source.mllp is not given")
        for one in send_blocks(blocks, source.mllp.place, seconds=self.lab.sut.seconds):
            url = f"mllp://{source.mllp}"
            self._record("ris", Exchange(url, one.sent, one.received, one.ended))
            if one.ended == "connection" and not one.received:
                raise NotDone(f"{url}: nobody answers")

    def _record(self, peer: str, exchange: Exchange) -> None:
        self.sent.setdefault(peer, []).append(exchange)

    def ask(self, kos: Kos, raw: bytes, *, only: Sequence[str] = ()) -> list[Exchange]:
        """Send the requests that follow a KOS to its Source; those of these names, or all."""
        found = wado.manifest(raw)
        self.known.manifests = {one.study: found for one in kos.series}
        asked = []
        for one in requests(kos, self.lab.tokens(), agent=f"drimcheck/{self.mark}"):
            if only and one.name not in only:
                continue
            self.known.expected[one.raw] = one.expected
            if one.sound:
                self.known.sound.add(one.raw)
            exchange = self._get(one.url, one.raw)
            self._record("wado-client", exchange)
            asked.append(exchange)
        return asked

    def health(self) -> None:
        """Ask the base of the Source whether it is up."""
        source = self.lab.sut.source
        base = source.wado if source else ""
        parts = urlsplit(base)
        lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Accept: application/json",
                 f"User-Agent: drimcheck/{self.mark}", "Connection: close", "", ""]  # fmt: skip
        raw = "\r\n".join(lines).encode()
        self.known.expected[raw] = (200, 204)
        self.known.sound.add(raw)
        self._record("wado-client", self._get(base, raw))

    def injected(self) -> bytes:
        """The KOS that the Source started with; nothing where it started empty."""
        source = self.lab.sut.source
        return source.kos.read_bytes() if source and source.kos else b""

    def send_note(self, raw: bytes) -> None:
        """Send a rejection note to the DICOM listener of the Source. Raises NotDone."""
        source = self.lab.sut.source
        if source is None or source.dicom is None:
            raise NotDone("source.dicom is not given")
        where = source.dicom
        try:
            store([raw], where.place, called=where.title, calling=self.lab.sut.peers.pacs_title)
        except NoAssociation as problem:
            raise NotDone(str(problem)) from None

    def quiet(self, exam: Exam) -> None:
        """Wait as long as a publication took at most until now, and see that none comes."""
        self.wait(lambda: bool(self.publications(exam)), QUIET)

    def measure(self, kos: Kos, raw: bytes) -> None:
        """Retrieve the first series as a viewer does, and note how fast it came (C-PRF-01)."""
        came: list[tuple[float, int]] = []
        begun = time.monotonic()
        self.watch = lambda count: came.append((time.monotonic() - begun, count))
        try:
            (one,) = self.ask(kos, raw, only=("lossy-1",))
        finally:
            self.watch = unwatched
        answer = bytes(one.response)
        mark = re.search(rb"boundary=\"?([^\";\r\n]+)", answer)
        second = answer.find(b"--" + mark[1], answer.find(b"DICM")) if mark else -1
        if not came or second < 0:
            return
        first = next(moment for moment, count in came if count >= second)
        seconds, size = came[-1]
        self.facts = {
            "first image": f"{first:.2f} s",
            "all images": f"{seconds:.2f} s",
            "throughput": f"{size * 8 / seconds / 1e6:.0f} Mbit/s",
        }

    def _get(self, url: str, raw: bytes) -> Exchange:
        network = self.lab.sut.network
        address = network.resolve.get(urlsplit(url).hostname or "")
        made = send(
            url,
            raw,
            seconds=max(self.lab.sut.seconds, RETRIEVAL),
            tls=context(network),
            address=address,
            watch=self.watch,
        )
        if made.ended in UNREACHED and not made.response:
            raise NotDone(f"{url}: {made.ended}")
        return made

    def open(self, link: str, purpose: str) -> Exchange:
        """Open a link as a browser does, and go where it leads."""
        network = self.lab.sut.network
        way = Way(self.lab.sut.seconds, context(network), dict(network.resolve))
        found = open_link(link, way=way)
        for one in found:
            self._record("ris-links", one)
        last = found[-1]
        if last.ended in UNREACHED and not last.response:
            raise NotDone(f"{last.url}: {last.ended}")
        status, kind = _status(last)
        self.note("page", purpose=purpose, url=last.url, status=status, type=kind)
        return last

    def import_xdm(self, exam: Exam) -> bytes:
        """Have the Source import the archive of an exam; the KOS in it. Raises NotDone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        one = Generation(exam, exam.study)
        path = self.folder / "archive.zip"
        path.write_bytes(archive_of([one]))
        self.do("import-xdm", archive=str(path))
        return kos_file(one)

    def export_xdm(self) -> None:
        """Have the Source export its archive, which is judged. Raises NotDone."""
        out = self.folder / "export"
        out.mkdir(parents=True, exist_ok=True)
        found = self.do("export-xdm", out=str(out)).get("files", ())
        if not found:
            raise NotDone("export-xdm: no archive came out")
        self.archives += [Path(str(one)) for one in found]

    def knock(self, domain: Domain, *, listed: bool) -> None:
        """Ask the Source for an unknown study as the DRIMbox of a domain; 403 where unlisted."""
        source = self.lab.sut.source
        base = source.wado if source else ""
        parts = urlsplit(base)
        study = "2.25.329800735698586629295641978511506172918"
        url = f"{base}/studies/{study}/series/{study}"
        lines = [f"GET {url[url.index(parts.netloc) + len(parts.netloc):]} HTTP/1.1",
                 f"Host: {parts.netloc}", f"Accept: {accept(LOSSLESS)}",
                 f"Authorization: Bearer {self.lab.tokens().good}",
                 f"KOS-SOPInstanceUID: {study}", f"User-Agent: drimcheck/{self.mark}",
                 "Connection: close", "", ""]  # fmt: skip
        raw = "\r\n".join(lines).encode()
        held = self.lab.pki.drimbox(domain)
        network = replace(self.lab.sut.network, certificate=held.path, key=held.key_path)
        address = network.resolve.get(parts.hostname or "")
        self.known.expected[raw] = (404,) if listed else (403,)
        one = send(url, raw, seconds=self.lab.sut.seconds, tls=context(network), address=address)
        if one.response or listed:
            self._record("wado-client", one)
        self.note("knock", domain=domain.db, listed=listed, status=_status(one)[0], ended=one.ended)

    # What a Conso meets.

    @contextmanager
    def serving(self, exam: Exam) -> Iterator[Exam]:
        """Our WADO-RS server with the images of an exam; the exam at its base."""
        folder = self.folder / "images"
        folder.mkdir(parents=True, exist_ok=True)
        held = exam_holding(exam, folder)
        url = f"{self.lab.peers['psc'].base}{CONNECT}/token/introspect"
        check = introspection(url, PSC_SOURCE.id, PSC_SOURCE.secret)

        def record(one: Exchange) -> None:
            self._record("wado-server", one)

        def make(base: str) -> ASGIApp:
            return wado_application(base, held, check=check)

        with Serving(make, record=record, keep=None) as server, self._broken(server) as base:
            yield replace(exam, wado_base=base, viewer_base=base)

    @contextmanager
    def _broken(self, server: Serving) -> Iterator[str]:
        """The base of our WADO-RS server, past the relay that breaks what a Conso asks of it."""
        changes = [one.rewrite for one in self.lab.breaks if one.peer == "images"]
        if not changes:
            yield server.base
            return
        with Relay((server.network.listen, server.network.port), requests=changes) as relay:
            yield f"http://127.0.0.1:{relay.port}"

    def kos_file(self, exam: Exam) -> Path:
        """The KOS of an exam, as a file that is handed to a Conso; the judge knows it too."""
        raw = write(kos_of(exam, exam.study))
        return self.given_kos(raw)

    def given_kos(self, raw: bytes) -> Path:
        """A KOS in a file."""
        found = wado.manifest(raw)
        self.known.manifests = {study: found for study, _ in found.urls}
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "kos.dcm"
        path.write_bytes(raw)
        return path

    def follow(self, kos: Path, study: str, series: Sequence[str], *, psc: bool = True) -> None:
        """Have the Conso load a KOS and retrieve what it lists. Raises NotDone.

        Without ``psc`` nobody logs in.
        """
        self.do("load-kos", kos=str(kos), psc=psc)
        self.expect(retrieved=series)
        self.fetch(study, series, psc=psc)

    def fetch(self, study: str, series: Sequence[str], *, psc: bool = True) -> None:
        """Have the Conso retrieve series, and write what it says of each. Raises NotDone."""
        found = self.do("retrieve", study=study, series=list(series), psc=psc)
        for one in found.get("retrieved", ()):
            self.note("retrieval", series=str(one), status=200, by=self.ways["retrieve"])
        for one, code in dict(found.get("refused", {})).items():
            self.note("retrieval", series=one, status=code, by=self.ways["retrieve"])

    @contextmanager
    def reference(self, exam: Exam) -> Iterator[bytes]:
        """The reference DRIMbox with an exam, which asks for no token; the KOS that it published.

        Raises NotDone.
        """
        with source_without_psc(self.lab) as ports:
            self.lab.load(exam)
            blocks = report_message(exam, Event.CREATE, Form.ORU, ControlIds(self.mark).next())
            send_blocks(blocks, ("127.0.0.1", ports.mllp), seconds=self.lab.sut.seconds)
            if not self.published(exam):
                raise NotDone("the reference published no KOS")
            yield self.publications(exam)[-1].content

    def call(self, exam: Exam) -> str:
        """Make the contextual call for the patient of an exam; where it leads. Raises NotDone."""
        conso = self.lab.sut.conso
        if conso is None or not conso.call:
            raise NotDone("conso.call is not given")
        network = self.lab.sut.network
        way = Way(self.lab.sut.seconds, context(network), dict(network.resolve))
        one = way.send(conso.call, call_request(exam, conso.call))
        self._record("ris-calls", one)
        led = leads_to(one)
        self.note("page", purpose="call", url=conso.call, status=_status(one)[0], type="")
        if not led:
            raise NotDone(f"{conso.call}: the call leads nowhere")
        return led

    def participant(self) -> bytes:
        """The KOS of a Source under test: the one that it has, or published in this run."""
        found = self.injected()
        if found:
            return found
        entries = self.publications(self.lab.exam("alpha", "shared"))
        return entries[-1].content if entries else b""

    def retrieved(self, exchanges: Sequence[Exchange]) -> None:
        """Write the retrievals among exchanges into the trace."""
        for one in exchanges:
            found = wado.read(one.request, captured=True).target
            if found.series:
                self.note("retrieval", series=found.series, status=_status(one)[0])

    def shown(self, study: str, *, psc: bool = True) -> None:
        """Have the Conso show a study: judged by a picture, or a question for a person."""
        self.folder.mkdir(parents=True, exist_ok=True)
        picture = str(self.folder / "screen.png")
        seen = self.do("show", study=study, picture=picture, psc=psc).get("shown")
        if seen is None:
            self.reviews.append(SHOWN)
        else:
            self.note("display", shown=bool(seen), by="pixels")

    def stored(self, exam: Exam) -> None:
        """Write what the local PACS has of an exam into the trace."""
        uids = [one.uid for one in self.lab.local.archive if one.study == exam.study.uid]
        self.note("stored", instances=uids)

    # What came of it.

    def publications(self, exam: Exam) -> list[Entry]:
        """The entries of KOS in the record of the patient of an exam, in their order."""
        return [one for one in self.lab.store.holdings(patient_id(exam)) if one.is_kos]

    def published(self, exam: Exam, count: int = 1) -> bool:
        """Whether so many KOS of an exam come to the DMP in time."""
        return self.wait(lambda: len(self.publications(exam)) >= count)

    def deleted(self, exam: Exam) -> bool:
        """Whether the last KOS of an exam is depublished in time."""
        return self.wait(lambda: all(
            one.status == DELETED for one in self.publications(exam)[-1:]))  # fmt: skip

    def trace(self, exam: Exam) -> None:
        """Write what the DMP holds of an exam into the trace."""
        entries = self.publications(exam)
        replaced = {one.id: _replaces(self.lab, one, entries) for one in entries}
        for one in entries:
            document = dcmread(BytesIO(one.content))
            for study in document.CurrentRequestedProcedureEvidenceSequence:
                listed = [str(each.ReferencedSOPInstanceUID)
                          for series in study.ReferencedSeriesSequence
                          for each in series.ReferencedSOPSequence]  # fmt: skip
                self.note(
                    "publication",
                    study=str(study.StudyInstanceUID),
                    entry=one.id,
                    unique_id=one.unique_id,
                    replaces=replaced[one.id],
                    instances=listed,
                )
        for one in entries:
            if one.status == DELETED:
                self.note("deletion", entry=one.id)

    def compare(self, exam: Exam, message: bytes) -> None:
        """Judge the last KOS of an exam against its report, message, metadata and images."""
        self.dossiers.append((exam, message))

    # What the judge says.

    def judged(self) -> Iterator[SubjectReport]:
        """The subjects of the scenario: what the system sent, and errors of ours."""
        ledger = Ledger(self.folder / "exchanges")
        options = self.lab.options
        live = Live(options, ledger, self.known, say=lambda _line: None)
        with live:
            for name, every in self._crossed():
                for one in every:
                    live.recorder(name)(one)
        yield from _of(live.conclude())
        yield from self._compared(live)
        for path in self.archives:
            changes = [one.rewrite for one in self.lab.breaks if one.peer == "files"]
            raw = changed(path.read_bytes(), changes)
            plans = {one.name: live.plan(one.name) for one in with_embedded(["xdm"])}
            yield from judge_document(path.name, raw, KINDS["xdm"], plans)
        raw = self._written()
        # What did not happen because the scenario stopped is no finding.
        if (self.expected or self.steps) and not (self.stopped or self.crashed):
            trace = live.judge(f"{self.name} trace.json", "scenario", raw, load_trace(raw),
                               ours=False)  # fmt: skip
            yield replace(trace.report, facts=self.facts)

    def _crossed(self) -> Iterator[tuple[str, list[Exchange]]]:
        yield from self.sent.items()
        for name, peer in self.lab.peers.items():
            yield name, peer.exchanges[self._since[name] :]

    def _written(self) -> bytes:
        """The trace, in its file."""
        found = {"scenario": self.name, "expected": self.expected, "steps": self.steps}
        raw = (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "trace.json").write_bytes(raw)
        return raw

    def _compared(self, live: Live) -> Iterator[SubjectReport]:
        for exam, message in self.dossiers:
            for entry in self.publications(exam)[-1:]:
                name = f"{self.name} {entry.unique_id}"
                documents = [
                    facts_of("kos", f"{name}.dcm", entry.content),
                    facts_of("cda", "report.xml", cda(exam)),
                    facts_of("hl7", "message.hl7", message.strip(b"\x0b\x1c\r") + b"\r"),
                ]
                images = [image_facts(one.uid, one.file()) for one in self.lab.pacs.archive
                          if one.study in {study.uid for study in exam.studies}]  # fmt: skip
                dossier = Dossier(documents, images)
                yield live.judge(name, "cross", entry.content, dossier, ours=False).report


def _of(judged: Sequence[Judged]) -> Iterator[SubjectReport]:
    """What the system sent, and what is wrong in what we sent."""
    for one in judged:
        if not one.ours:
            yield one.report
        elif one.found:
            yield mistaken(one.report)


def _replaces(lab: Lab, entry: Entry, entries: Sequence[Entry]) -> str:
    """The entry that one replaces: that of its submission which the record has too."""
    for submission in lab.store.submissions(entry.patient):
        if submission.unique_id == entry.submission:
            return next((one.id for one in entries if one.id in submission.replaced), "")
    return ""


def _status(one: Exchange) -> tuple[str, str]:
    """Status and Content-Type of an answer."""
    head = bytes(one.response[: 1 << 16]).partition(b"\r\n\r\n")[0].decode("latin_1")
    start, *lines = head.split("\r\n")
    kinds = [line.partition(":")[2].strip() for line in lines
             if line.lower().startswith("content-type:")]  # fmt: skip
    return [*start.split(" "), "", ""][1], (kinds or [""])[0]
