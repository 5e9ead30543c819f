"""What came of a scenario at the DMP."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pydicom import dcmread

from drimcheck.harness.happening import Happening
from drimcheck.harness.lab import Lab
from simulators.dmp.entry import Entry
from simulators.dmp.names import DELETED
from testdata.exam import Exam
from testdata.metadata.submission import patient_id


class Came(Happening):
    """What the DMP has of an exam, and what is compared with it."""

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


def _replaces(lab: Lab, entry: Entry, entries: Sequence[Entry]) -> str:
    """The entry that one replaces: that of its submission which the record has too."""
    for submission in lab.store.submissions(entry.patient):
        if submission.unique_id == entry.submission:
            return next((one.id for one in entries if one.id in submission.replaced), "")
    return ""
