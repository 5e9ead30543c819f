"""Reports, studies and generations: how they are kept, and how their states change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pydicom import dcmread
from sqlalchemy import select

from reference_drimbox.archive.database import Archive
from reference_drimbox.archive.models import Event, Manifest, Rejection, Report, State, Study
from reference_drimbox.orders import Asked
from reference_drimbox.vihf import cx

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """What an event is of."""

    study: str
    manifest: int | None = None
    message: int | None = None


def note(archive: Archive, what: str, place: Place, why: str = "") -> None:
    """Add to the history."""
    with archive.writing() as session:
        session.add(Event(study=place.study, manifest=place.manifest, message=place.message,
                          what=what, why=why[:LONGEST_REASON]))  # fmt: skip


def hold(archive: Archive, message: int, asked: Asked) -> list[str]:
    """Keep a report, in force for its studies; the studies that the one before had and it has not.

    Once for a message, however often it is processed.
    """
    report = asked.report
    assert report is not None
    ins = report.patient.ins
    with archive.writing() as session:
        held = session.scalar(select(Report).where(Report.message == message))
        if held is None:
            held = Report(
                message=message,
                root=report.identifier.root,
                extension=report.identifier.extension,
                masks=" ".join(asked.masks),
                cda=asked.document,
                patient=cx(ins.extension, ins.root),
            )
            session.add(held)
            session.flush()
        before = {held.id}
        for identifier in filter(None, (report.identifier, report.replaces)):
            rows = session.scalars(
                select(Report).where(
                    Report.root == identifier.root, Report.extension == identifier.extension
                )
            )
            for one in rows:
                if one.id < held.id:
                    one.in_force = False
                    before.add(one.id)
        dropped = [
            one.uid
            for one in session.scalars(select(Study).where(Study.report.in_(before)))
            if one.uid not in asked.studies
        ]
        accessions = " ".join(one.accession.extension for one in report.orders)
        for uid in asked.studies:
            study = session.get(Study, uid) or Study(uid=uid, report=held.id)
            study.report = held.id
            study.accessions = accessions
            study.local_id = report.patient.local.extension
            session.add(study)
    return dropped


def withdraw(archive: Archive, asked: Asked) -> list[str]:
    """Put a report out of force; the studies whose report in force is another one."""
    report = asked.report
    assert report is not None
    named = {(one.root, one.extension) for one in (report.identifier, report.replaces) if one}
    others = []
    with archive.writing() as session:
        for uid in asked.studies:
            study = session.get(Study, uid)
            held = session.get(Report, study.report) if study else None
            if held is None:
                continue
            if (held.root, held.extension) in named:
                held.in_force = False
            elif held.in_force:
                others.append(uid)
    return others


def latest(archive: Archive, study: str, *states: State) -> Manifest | None:
    """The last generation of a study, of those in one of the states where some are named."""
    asked = select(Manifest).where(Manifest.study == study).order_by(Manifest.number.desc())
    if states:
        asked = asked.where(Manifest.state.in_(states))
    with archive.reading() as session:
        return session.scalar(asked.limit(1))


def own(archive: Archive, message: int, study: str) -> Manifest | None:
    """The generation that was built for a message, unless it is dead."""
    asked = select(Manifest).where(
        Manifest.message == message, Manifest.study == study, Manifest.state != State.DEAD
    )
    with archive.reading() as session:
        return session.scalar(asked.order_by(Manifest.number.desc()).limit(1))


def mark(archive: Archive, manifest: int, state: State, why: str, entry: str = "") -> None:
    """Change the state of a generation; what it replaces becomes replaced."""
    with archive.writing() as session:
        found = session.get_one(Manifest, manifest)
        if entry:
            found.entry = entry
        if found.state == state:
            return
        found.state = state
        session.add(Event(study=found.study, manifest=found.id, message=found.message,
                          what=state.value, why=why[:LONGEST_REASON]))  # fmt: skip
        before = session.get(Manifest, found.replaces) if found.replaces else None
        if state is State.PUBLISHED and before is not None and before.state != State.REPLACED:
            before.state = State.REPLACED
            session.add(Event(study=found.study, manifest=before.id, what=State.REPLACED.value))


def reject(archive: Archive, study: str, instances: Sequence[str], note_uid: str) -> None:
    """Keep which instances a note rejects."""
    with archive.writing() as session:
        for one in dict.fromkeys(instances):
            if session.get(Rejection, one) is None:
                session.add(Rejection(instance=one, study=study, note=note_uid))


def instances_of(kos: bytes) -> frozenset[str]:
    """The instances that a KOS refers to."""
    found = dcmread(BytesIO(kos))
    return frozenset(
        str(one.ReferencedSOPInstanceUID)
        for study in found.CurrentRequestedProcedureEvidenceSequence
        for series in study.ReferencedSeriesSequence
        for one in series.ReferencedSOPSequence
    )
