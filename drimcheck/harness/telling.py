"""What a RIS, a PACS and an archive tell a Source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drimcheck.harness.came import Came
from drimcheck.harness.happening import NotDone
from simulators.faults import named
from simulators.pacs import NoAssociation
from simulators.pacs import send as store
from simulators.ris import ControlIds, Form, deleted_message, report_message
from simulators.ris import send as send_blocks
from simulators.ris.messages import with_control_id
from simulators.ris.mllp import framed
from testdata.exam import Event, Exam
from testdata.message import mdm, oru
from testdata.publication import Generation, archive_of, kos_file
from testdata.report import cda
from validators.model import Exchange

QUIET = 5.0
"""Seconds after which a publication that must not come is taken not to."""


class Telling(Came):
    """Messages, rejection notes, archives."""

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
            raise NotDone("source.mllp is not given", "source.mllp n'est pas donné")
        for one in send_blocks(blocks, source.mllp.place, seconds=self.lab.sut.seconds):
            url = f"mllp://{source.mllp}"
            self.record("ris", Exchange(url, one.sent, one.received, one.ended))
            if one.ended == "connection" and not one.received:
                raise NotDone(f"{url}: nobody answers", f"{url} : personne ne répond")

    def send_note(self, raw: bytes) -> None:
        """Send a rejection note to the DICOM listener of the Source. Raises NotDone."""
        source = self.lab.sut.source
        if source is None or source.dicom is None:
            raise NotDone("source.dicom is not given", "source.dicom n'est pas donné")
        where = source.dicom
        try:
            store([raw], where.place, called=where.title, calling=self.lab.sut.peers.pacs_title)
        except NoAssociation as problem:
            raise NotDone(str(problem)) from None

    def quiet(self, exam: Exam) -> None:
        """Wait as long as a publication took at most until now, and see that none comes."""
        self.wait(lambda: bool(self.publications(exam)), QUIET)

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
            raise NotDone("export-xdm: no archive came out",
                          "export-xdm : aucune archive n'est sortie")  # fmt: skip
        self.archives += [Path(str(one)) for one in found]
