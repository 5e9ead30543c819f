"""Reports, studies and generations: how they are kept, and how their states change."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from pydicom import Dataset, dcmread
from sqlalchemy import select

from reference_drimbox import cda
from reference_drimbox.archive.database import Archive
from reference_drimbox.archive.models import Event, Manifest, Rejection, Report, State, Study
from reference_drimbox.cda import Identifier
from reference_drimbox.orders import Asked
from reference_drimbox.study import Instance, Series
from reference_drimbox.vihf import cx

LONGEST_REASON = 1000
MOST_READ = 64
"""How many KOS are kept read."""


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
    """Put a report out of force, whichever of its versions is; the studies of another one."""
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
            if (held.root, held.extension) in named or _same_set(held, report):
                held.in_force = False
            elif held.in_force:
                others.append(uid)
    return others


def _same_set(held: Report, report: cda.Report) -> bool:
    """Whether two reports are versions of one document (CDA R2 4.2.1.7)."""
    if held.cda is None or not report.set_id.root:
        return False
    return cda.read(held.cda).set_id == report.set_id


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


def history(archive: Archive, study: str) -> list[Event]:
    """What happened to a study, the oldest first."""
    with archive.reading() as session:
        return [*session.scalars(select(Event).where(Event.study == study).order_by(Event.id))]


def reject(archive: Archive, study: str, instances: Sequence[str], note_uid: str) -> None:
    """Keep which instances a note rejects."""
    with archive.writing() as session:
        for one in dict.fromkeys(instances):
            if session.get(Rejection, one) is None:
                session.add(Rejection(instance=one, study=study, note=note_uid))


def instances_of(kos: bytes) -> frozenset[str]:
    """The instances that a KOS refers to."""
    return frozenset(one.uid for series in series_of(kos) for one in series.instances)


def series_of(kos: bytes) -> list[Series]:
    """The series that a KOS refers to, with what it says of each."""
    found = dcmread(BytesIO(kos))
    modalities = {
        uid: (modality, text) for uid, modality, text in _LINE.findall(_description(found))
    }
    made = []
    for study in found.CurrentRequestedProcedureEvidenceSequence:
        for one in study.ReferencedSeriesSequence:
            uid = str(one.SeriesInstanceUID)
            modality, text = modalities.get(uid, ("", ""))
            instances = [
                Instance(
                    str(it.ReferencedSOPInstanceUID),
                    str(it.ReferencedSOPClassUID),
                    int(it.get("InstanceNumber") or 0),
                    int(it.get("NumberOfFrames") or 0),
                )
                for it in one.ReferencedSOPSequence
            ]
            made.append(Series(uid, modality, text, int(one.get("SeriesNumber") or 0), instances))
    return made


_LINE = re.compile(r"Série-([0-9.]+) : ([A-Z0-9]*) @ ?[^:\n]*: (.*)")
"""A series in the key object description (A-CNT-07)."""


def _description(found: Dataset) -> str:
    items = found.get("ContentSequence") or []
    return "\n".join(str(one.TextValue) for one in items if one.ValueType == "TEXT")


@dataclass(frozen=True, slots=True)
class Held:
    """What is released of a study: the KOS in force, its series, its patient, its report."""

    manifest: Manifest
    series: Sequence[Series]
    ins: Identifier
    report: Report


class Holdings:
    """Reads what is in force, each KOS once. May be used from any thread."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._series: OrderedDict[int, list[Series]] = OrderedDict()

    def of(self, study: str, kos: str = "") -> Held | None:
        """What is released of a study by a KOS, or by the one published; None where nothing is.

        A KOS counts from when it is built: who knows its UID has it from the DMP, whose answer
        may not have come yet.
        """
        asked = select(Manifest).where(Manifest.study == study)
        asked = asked.where(Manifest.state.in_((State.PUBLISHED, State.BUILT)))
        if kos:
            asked = asked.where(Manifest.uid == kos)
        with self._archive.reading() as session:
            found = session.scalar(asked.order_by(Manifest.number.desc()).limit(1))
            if found is None:
                return None
            report = session.get_one(Report, found.report)
        ins, _, rest = report.patient.partition("^^^&")
        root = rest.partition("&")[0]
        return Held(found, self._read(found), Identifier(root, ins), report)

    def _read(self, manifest: Manifest) -> list[Series]:
        known = self._series.get(manifest.id)
        if known is None:
            known = self._series[manifest.id] = series_of(manifest.kos)
            while len(self._series) > MOST_READ:
                with suppress(KeyError):
                    self._series.popitem(last=False)
        return known
