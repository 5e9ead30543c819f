"""The reference Source in its laboratory: peers on loopback, everything stopped at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event as Signal

from reference_drimbox import config
from reference_drimbox.archive import Archive, Manifest, Message
from reference_drimbox.archive.models import Inbox
from reference_drimbox.config import Source
from reference_drimbox.source.service import Service
from simulators.dmp import SERVICES, Store
from simulators.dmp import application as dmp_application
from simulators.network import Network
from simulators.pacs import Pacs, of_exam
from simulators.psc import application as psc_application
from simulators.psc.tokens import mint
from simulators.ris.messages import ControlIds, Form, report_message
from simulators.ris.mllp import send
from simulators.serving import Serving
from testdata.exam import Event, Exam
from testdata.exams import exam

WELL_KNOWN = "/.well-known/openid-configuration"
PUBLIC = "https://db1.1533576903.mesimagesmedicales.fr/dicom-web-rs"
TURNS = 600
"""How often a test looks, a twentieth of a second apart, before it gives up."""


@dataclass(slots=True)
class Laboratory:
    """What a test needs of a running Source."""

    exam: Exam
    settings: Source
    service: Service
    store: Store
    pacs: Pacs
    psc: str
    ids: ControlIds = field(default_factory=ControlIds)

    @property
    def archive(self) -> Archive:
        return self.service.archive

    @property
    def wado(self) -> str:
        return self.service.addresses["wado"]

    def token(self) -> str:
        return mint(self.psc)

    def place(self, name: str) -> tuple[str, int]:
        host, _, port = self.service.addresses[name].rpartition("/")[2].rpartition(":")
        return host.rpartition("@")[2], int(port)

    def tell(
        self, event: Event = Event.CREATE, form: Form = Form.ORU, one: Exam | None = None
    ) -> str:
        """Send the message of an event; the code of its acknowledgement."""
        return self.send(report_message(one or self.exam, event, form, self.ids.next()))

    def send(self, blocks: list[bytes]) -> str:
        """Send blocks; the codes of their acknowledgements."""
        found = send(blocks, self.place("mllp"))
        return " ".join(one.acknowledgement.partition(b"MSA|")[2][:2].decode() for one in found)

    def settled(self, state: Inbox | None = None) -> bool:
        """Wait until no message is waiting; whether that came."""
        return eventually(lambda: not waiting(self.archive))

    def manifests(self) -> list[Manifest]:
        with self.archive.reading() as session:
            return [*session.query(Manifest).order_by(Manifest.id)]

    def states(self) -> list[str]:
        return [one.state for one in self.manifests()]

    def statuses(self) -> list[str]:
        """The status of each KOS at the DMP, in the order of their registration."""
        found = [one for one in self.store.holdings() if one.is_kos]
        return [one.status.rpartition(":")[2] for one in found]


def waiting(archive: Archive) -> int:
    with archive.reading() as session:
        return session.query(Message).filter(Message.state == Inbox.WAITING).count()


def eventually(holds: Callable[[], bool], turns: int = TURNS) -> bool:
    """Whether something comes to hold within a bounded number of looks."""
    for _ in range(turns):
        if holds():
            return True
        Signal().wait(0.05)
    return False


@contextmanager
def laboratory(
    folder: Path,
    one: Exam | None = None,
    *,
    record: Callable[[object], None] = lambda _: None,
    change: Callable[[Source], Source] = lambda settings: settings,
    store: Store | None = None,
) -> Iterator[Laboratory]:
    """A Source with its DMP, PACS and PSC; ``change`` is the last word on its configuration."""
    found, held = one or exam("alpha"), store or Store(anyone=True)
    with ExitStack() as stack:
        dmp = stack.enter_context(
            Serving(lambda base: dmp_application(base, store=held), record=record, keep=None)  # type: ignore[arg-type]
        )
        psc = stack.enter_context(Serving(psc_application))
        pacs = stack.enter_context(Pacs(of_exam(found), Network()))
        settings = change(settings_of(folder, dmp.base + SERVICES, psc.base, pacs.port))
        pacs.peers = {settings.dicom.title: ("127.0.0.1", settings.dicom.port)}
        service = stack.enter_context(Service(settings))
        yield Laboratory(found, settings, service, held, pacs, psc.base)


def settings_of(folder: Path, dmp: str, psc: str, pacs: int) -> Source:
    """The configuration of a Source on any free ports."""
    made = config.source(None, environment={})
    return replace(
        made,
        drimbox=replace(made.drimbox, data=folder / "source"),
        web=replace(made.web, port=0, public=PUBLIC),
        mllp=replace(made.mllp, port=0),
        dicom=replace(made.dicom, port=0),
        pacs=replace(made.pacs, port=pacs),
        dmp=replace(made.dmp, url=dmp),
        psc=replace(
            made.psc,
            discovery=psc + WELL_KNOWN,
        ),
        work=replace(made.work, attempts=2, first_delay=0.05, longest_delay=0.2),
    )


def toml(settings: Source) -> str:
    """The configuration as a file, for a Source in a process of its own."""
    tables: Mapping[str, Mapping[str, object]] = {
        "drimbox": {"data": str(settings.drimbox.data)},
        "web": {"port": settings.web.port, "public": settings.web.public},
        "mllp": {"port": settings.mllp.port},
        "dicom": {"port": settings.dicom.port},
        "pacs": {"port": settings.pacs.port},
        "dmp": {"url": settings.dmp.url},
        "psc": {"discovery": settings.psc.discovery},
        "archive": {"url": settings.archive.url},
        "work": {"first_delay": settings.work.first_delay,
                 "longest_delay": settings.work.longest_delay},
    }  # fmt: skip
    lines = []
    for name, table in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {value!r}" for key, value in table.items()]
    return "\n".join(lines) + "\n"
