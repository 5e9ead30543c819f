"""What a Conso meets: our servers, a Source, a RIS; what it is made to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from starlette.types import ASGIApp

from drimcheck.harness.came import Came
from drimcheck.harness.happening import NotDone, status_of
from drimcheck.harness.reference import source_without_psc
from drimcheck.harness.relay import Relay
from drimcheck.harness.tls import context
from simulators.psc import CONNECT
from simulators.psc import SOURCE as PSC_SOURCE
from simulators.ris import ControlIds, Form, Way, report_message
from simulators.ris import send as send_blocks
from simulators.ris.calls import call_request, leads_to
from simulators.serving import Serving
from simulators.wado_server import application as wado_application
from simulators.wado_server import exam_holding, introspection
from testdata.exam import Event, Exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from validators import wado
from validators.model import Exchange, Text

SHOWN = Text(
    "Does the viewer show the images of the exam?",
    "La visionneuse montre-t-elle les images de l'examen ?",
)


class Guest(Came):
    """A Conso among our peers."""

    @contextmanager
    def serving(self, exam: Exam) -> Iterator[Exam]:
        """Our WADO-RS server with the images of an exam; the exam at its base."""
        folder = self.folder / "images"
        folder.mkdir(parents=True, exist_ok=True)
        held = exam_holding(exam, folder)
        url = f"{self.lab.peers['psc'].base}{CONNECT}/token/introspect"
        check = introspection(url, PSC_SOURCE.id, PSC_SOURCE.secret)

        def record(one: Exchange) -> None:
            self.record("wado-server", one)

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
                raise NotDone("the reference published no KOS",
                              "la référence n'a publié aucun KOS")  # fmt: skip
            yield self.publications(exam)[-1].content

    def call(self, exam: Exam) -> str:
        """Make the contextual call for the patient of an exam; where it leads. Raises NotDone."""
        conso = self.lab.sut.conso
        if conso is None or not conso.call:
            raise NotDone("conso.call is not given", "conso.call n'est pas donné")
        network = self.lab.sut.network
        way = Way(self.lab.sut.seconds, context(network), dict(network.resolve))
        one = way.send(conso.call, call_request(exam, conso.call))
        self.record("ris-calls", one)
        led = leads_to(one)
        self.note("page", purpose="call", url=conso.call, status=status_of(one)[0], type="")
        if not led:
            raise NotDone(f"{conso.call}: the call leads nowhere",
                          f"{conso.call} : l'appel ne mène nulle part")  # fmt: skip
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
                self.note("retrieval", series=found.series, status=status_of(one)[0])

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
