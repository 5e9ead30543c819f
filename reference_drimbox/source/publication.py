"""From a message to the DMP: what is built is committed, then sent, then marked as sent.

Each step can be done again after the process died in it: a generation that was built for a
message is sent with the bytes that it has, and what the DMP knows already counts as sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from sqlalchemy import select

from reference_drimbox import cda, orders
from reference_drimbox.archive import Archive, Manifest, Message, Rejection, Report, Study, inbox
from reference_drimbox.archive.holdings import (
    Place,
    hold,
    instances_of,
    latest,
    mark,
    note,
    own,
    reject,
    withdraw,
)
from reference_drimbox.archive.models import State
from reference_drimbox.archive.reports import Speechless, report_of
from reference_drimbox.dmp import Dmp, NotUnderstood, Outcome, Refused, Unavailable
from reference_drimbox.ebxml import APPROVED
from reference_drimbox.orders import Asked, Kind
from reference_drimbox.pacs import PacsUnavailable
from reference_drimbox.source.building import Before, Builder, Impossible, NotYet
from reference_drimbox.source.notes import note_of
from reference_drimbox.submission import KOS_ID, SIGNATURE_ID
from reference_drimbox.vihf import Caller, cx
from reference_drimbox.xml import parsed

__all__ = ["Later", "Publisher"]

log = logging.getLogger(__name__)


class Later(Exception):
    """To be tried again; ``patient`` says whether for ever, as a peer was not available."""

    def __init__(self, reason: str, *, patient: bool) -> None:
        super().__init__(reason)
        self.patient = patient


class Publisher:
    """Does what a message asks. Raises Later, or Impossible for a dead letter."""

    def __init__(self, archive: Archive, builder: Builder, dmp: Dmp) -> None:
        self._archive, self._builder, self._dmp = archive, builder, dmp

    def process(self, message: Message) -> None:
        if message.kind == inbox.IOCM:
            found = note_of(message.body)
            reject(self._archive, found.study, found.rejected, found.uid)
            self._each(message, [found.study], forced=False)
            return
        asked = orders.of_block(message.body)
        if asked.kind is Kind.REPORT:
            self._report(message, asked)
        elif asked.kind is Kind.WITHDRAWN:
            self._withdrawn(message, asked)
        elif asked.kind is Kind.DELETED:
            self._gone(message, asked.studies, "all images deleted")
        else:
            self._each(message, asked.studies, forced=True)

    def _report(self, message: Message, asked: Asked) -> None:
        assert asked.report is not None
        dropped = hold(self._archive, message.id, asked)
        if not asked.to_dmp:
            for one in asked.studies:
                note(self._archive, "not for the DMP", Place(one, message=message.id))
            return
        self._gone(message, dropped, "no longer in the report")
        self._each(message, asked.studies, forced=None)

    def _withdrawn(self, message: Message, asked: Asked) -> None:
        assert asked.report is not None
        others = withdraw(self._archive, asked)
        self._gone(message, [one for one in asked.studies if one not in others], "report withdrawn")
        if others:
            raise Impossible("the report in force of a study is another than the one withdrawn")

    def _each(self, message: Message, studies: Iterable[str], *, forced: bool | None) -> None:
        """Publish each study; what one of them hinders does not hinder the others.

        ``forced``: True for images that changed, None for a report, False where the KOS is
        replaced only if it has other instances.
        """
        self._all(studies, lambda one: self._publish(message, one, forced))

    def _gone(self, message: Message, studies: Iterable[str], why: str) -> None:
        self._all(studies, lambda one: self._depublish(message, one, why))

    def _all(self, studies: Iterable[str], action: Callable[[str], None]) -> None:
        problems: list[Exception] = []
        for one in studies:
            try:
                action(one)
            except (Unavailable, PacsUnavailable) as problem:
                problems.append(Later(str(problem), patient=True))
            except NotYet as problem:
                problems.append(Later(str(problem), patient=False))
            except (Refused, NotUnderstood) as problem:
                problems.append(Impossible(f"the DMP refused: {problem}"))
            except Impossible as problem:
                problems.append(problem)
        if problems:
            raise min(problems, key=lambda one: not isinstance(one, Later))

    def _publish(self, message: Message, study: str, forced: bool | None) -> None:
        made = own(self._archive, message.id, study)
        if made is None:
            made = self._build(message, study, forced)
        if made is not None and made.state == State.BUILT:
            self._send(made)

    def _build(self, message: Message, study: str, forced: bool | None) -> Manifest | None:
        """Commit a generation; None where there is nothing to publish."""
        place = Place(study, message=message.id)
        with self._archive.reading() as session:
            held = session.get(Study, study)
            report = session.get(Report, held.report) if held else None
            rejected = frozenset(
                session.scalars(select(Rejection.instance).where(Rejection.study == study))
            )
        if report is None or not report.in_force:
            note(self._archive, "no report in force", place)
            return None
        before = self._current(study)
        if forced is not None and before is None:
            note(self._archive, "nothing published", place)
            return None
        if before is not None and forced is None and self._same(before, report):
            note(self._archive, "published already", place)
            return None
        try:
            found = self._builder.study(study, rejected)
        except NotYet:
            if forced is None:
                raise
            self._depublish(message, study, "all images deleted")
            return None
        if not found.instances:
            if before is None:
                raise NotYet("the PACS has no image of the study")
            self._depublish(message, study, "all images deleted")
            return None
        if forced is False and before is not None and instances_of(before.kos) == found.instances:
            note(self._archive, "the KOS has none of the rejected instances", place)
            return None
        last = latest(self._archive, study)
        made = self._builder.build(
            self._read(report.id),
            found,
            report.masks.split(),
            Before(
                last.number if last else 0,
                last.series if last else "",
                before.entry if before else "",
            ),
        )
        kept = Manifest(
            study=study, number=(last.number if last else 0) + 1, report=report.id,
            message=message.id, uid=made.uid, series=made.series, submission=made.submission,
            kos=made.kos, signature=made.signature, metadata_xml=made.metadata,
            replaces=before.id if before else None,
        )  # fmt: skip
        with self._archive.writing() as session:
            session.add(kept)
        note(self._archive, "built", Place(study, kept.id, message.id))
        return kept

    def _same(self, before: Manifest, report: Report) -> bool:
        """Whether a published KOS is of the same report, unchanged."""
        with self._archive.reading() as session:
            old = session.get_one(Report, before.report)
            return (old.cda, old.masks) == (report.cda, report.masks)

    def _send(self, made: Manifest) -> None:
        """TD2.1a or TD2.1b with the bytes of the archive. Raises Refused for what is dead."""
        caller = self._caller(made.report)
        documents = [
            (KOS_ID, "application/dicom", made.kos),
            (SIGNATURE_ID, "text/xml", made.signature),
        ]
        try:
            outcome = self._dmp.publish(parsed(made.metadata_xml), documents, caller)
        except (Refused, NotUnderstood) as problem:
            mark(self._archive, made.id, State.DEAD, str(problem))
            raise
        mark(
            self._archive,
            made.id,
            State.PUBLISHED,
            "" if outcome is Outcome.NEW else "the DMP had it already",
        )
        log.info("published, generation %d", made.number)

    def _current(self, study: str) -> Manifest | None:
        """The generation that the DMP has, with its entryUUID; None where it has none."""
        found = latest(self._archive, study, State.BUILT, State.PUBLISHED)
        if found is None:
            return None
        entry = self._dmp.entry(self._caller(found.report), self._patient(found), found.uid)
        if entry is None or entry.status != APPROVED:
            state = State.DEAD if found.state == State.BUILT else State.DEPUBLISHED
            mark(self._archive, found.id, state, "the DMP has it no more")
            return None
        mark(self._archive, found.id, State.PUBLISHED, "", entry.entry_uuid)
        found.entry = entry.entry_uuid
        return found

    def _depublish(self, message: Message, study: str, why: str) -> None:
        """TD3.3c; the archive keeps the KOS, flagged (A-UPD-03)."""
        found = self._current(study)
        if found is None:
            note(self._archive, "nothing to depublish", Place(study, message=message.id), why)
            return
        self._dmp.depublish(found.entry, self._caller(found.report), self._patient(found))
        mark(self._archive, found.id, State.DEPUBLISHED, why)
        log.info("depublished, generation %d", found.number)

    def _read(self, report: int) -> cda.Report:
        try:
            return report_of(self._archive, report)
        except Speechless as problem:
            raise Impossible(str(problem)) from None

    def _caller(self, report: int) -> Caller:
        """The author of a report, for its structure (F-VI-04, F-VI-05)."""
        found = self._read(report)
        one = found.author
        return Caller(
            identifier=one.identifier,
            name=f"{one.given} {one.family}",
            structure=one.structure,
            sector=found.facility.code,
            roles=one.roles,
            certificate=found.authenticator.structure,
        )

    def _patient(self, manifest: Manifest) -> str:
        ins = self._read(manifest.report).patient.ins
        return cx(ins.extension, ins.root)
