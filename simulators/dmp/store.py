"""What the DMP holds: records of patients, entries and documents, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from threading import RLock

from lxml import etree

from simulators.dmp import problem
from simulators.dmp.entry import Entry, identifier
from simulators.dmp.names import APPROVED, DELETED, DEPRECATED, ENTRY_UNIQUE
from simulators.dmp.problem import Problem, refusal
from simulators.dmp.submission import Submission, digest
from testdata.conversation.dmp import REPOSITORY
from testdata.exam import Exam
from testdata.metadata.submission import KOS_ID, SIGNATURE_ID, patient_id, request_element
from testdata.publication import Generation, lot_of

VALID, FORBIDDEN = "VALIDE", "INTERDIT"
"""Whether a professional may look into a record (F-TD-01)."""


class Store:
    """The records, by the INS of the patient as a CX. Its methods may be called from any thread.

    With ``anyone`` a submission opens the record of a patient who has none; else it is refused.
    """

    def __init__(self, *, repository: str = REPOSITORY, anyone: bool = False) -> None:
        self.repository = repository
        self.lock = RLock()
        self._anyone = anyone
        self._records: dict[str, str] = {}
        self._entries: dict[str, Entry] = {}
        self._submissions: dict[str, Submission] = {}

    def admit(self, patient: str, authorisation: str = VALID) -> None:
        """Open the record of a patient, or change who may look into it."""
        with self.lock:
            self._records[patient] = authorisation

    def authorisation(self, patient: str) -> str:
        """VALIDE or INTERDIT; "" where there is no record."""
        with self.lock:
            return self._records.get(patient, "")

    def holdings(self, patient: str = "") -> list[Entry]:
        """The entries, of a patient where one is named, in the order of their registration."""
        return self.find(lambda one: not patient or one.patient == patient)

    def submissions(self, patient: str) -> list[Submission]:
        """The submissions for a patient, the ids of their objects made UUIDs."""
        with self.lock:
            return [one for one in self._submissions.values() if one.patient == patient]

    def find(self, holds: Callable[[Entry], bool]) -> list[Entry]:
        with self.lock:
            return [one for one in self._entries.values() if holds(one)]

    def entry(self, identifier: str) -> Entry | None:
        """The entry of an entryUUID."""
        with self.lock:
            return self._entries.get(identifier)

    def submit(self, sent: Submission) -> list[Entry]:
        """Register a submission: all of it, or nothing. Raises Refusal."""
        sent.check()
        named = sent.named()
        with self.lock:
            found = [*self._strangers(sent), *self._repeated(sent), *self._wrongly_replaced(sent)]
            if found:
                raise problem.Refusal(*found)
            self._records.setdefault(sent.patient, VALID)
            self._submissions[sent.unique_id] = named
            made = [self._registered(named, one) for one in named.entries]
            for name in sent.replaced:
                self._entries[name] = replace(self._entries[name], status=DEPRECATED)
            return made

    def delete(self, targets: Mapping[str, str], *, structure: str) -> None:
        """Give entries, of the status that each has, the status Deleted: all of them, or none.

        Only the structure of their author may (F-TD-08). Raises Refusal.
        """
        with self.lock:
            for target, was in targets.items():
                found = self._entries.get(target)
                if found is None:
                    raise refusal(problem.UNRESOLVED, target)
                if found.status != was or was == DELETED:
                    raise refusal(problem.UPDATE, f"{target} is {found.status}")
                if structure not in [number for _, number in found.institutions]:
                    raise refusal(problem.UPDATE, f"{target}: only its author's structure may")
            for target in targets:
                self._entries[target] = replace(self._entries[target], status=DELETED)

    def preload(self, one: Generation) -> None:
        """Publish the KOS of a study, under the entryUUID that the test data give it.

        A later generation replaces the one before, which must be there. Raises Refusal.
        """
        lot = lot_of(one)
        request = request_element(lot)
        for element in request.iter("{*}*"):
            for name, value in element.attrib.items():
                if value == KOS_ID:
                    element.set(name, one.entry_uuid)
        self.admit(patient_id(one.exam))
        documents = {one.entry_uuid: lot.kos, SIGNATURE_ID: lot.signature}
        self.submit(Submission(request, documents, f"{one.exam.report.oid};"))

    def preload_exam(self, exam: Exam) -> None:
        """Publish the first KOS of each study of an exam. Raises Refusal."""
        for study in exam.studies:
            self.preload(Generation(exam, study))

    def _registered(self, named: Submission, metadata: etree._Element) -> Entry:
        made = Entry(
            id=metadata.get("id", ""),
            metadata=metadata,
            content=named.content(metadata),
            repository=self.repository,
            submission=named.unique_id,
        )
        self._entries[made.id] = made
        return made

    def _strangers(self, sent: Submission) -> Iterable[Problem]:
        if sent.patient not in self._records and not self._anyone:
            yield Problem(problem.UNKNOWN_PATIENT, "SubmissionSet.patientId has no record")

    def _repeated(self, sent: Submission) -> Iterable[Problem]:
        """Unique ids that the registry has already (ITI TF-3 4.2.4, table 4.2.4.1-2)."""
        held = {one.unique_id: one for one in self._entries.values()}
        if sent.unique_id in self._submissions or sent.unique_id in held:
            yield Problem(problem.DUPLICATE, sent.unique_id)
        for one in sent.entries:
            unique = identifier(one, ENTRY_UNIQUE)
            before = held.get(unique)
            if unique in self._submissions:
                yield Problem(problem.DUPLICATE, unique)
            elif before is not None:
                same = digest(before.content) == digest(sent.content(one))
                yield Problem(problem.DUPLICATE if same else problem.NOT_IDENTICAL, unique)
            if one.get("id", "") in self._entries:
                yield Problem(problem.METADATA, f"{one.get('id', '')} is an entry already")

    def _wrongly_replaced(self, sent: Submission) -> Iterable[Problem]:
        for name in sent.replaced:
            before = self._entries.get(name)
            if before is None:
                yield Problem(problem.UNRESOLVED, f"RPLC of {name}")
            elif before.status != APPROVED:
                yield Problem(problem.DEPRECATED_TARGET, f"RPLC of {name}")
            elif before.patient != sent.patient:
                yield Problem(problem.PATIENT_DIFFERS, f"RPLC of {name}")
