"""Export of the local archive by month, and its import (DRIM-M F-XDM-01, F-XDM-06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from io import BytesIO

from pydicom import dcmread
from sqlalchemy import select

from reference_drimbox import cda, ebxml, xdm
from reference_drimbox.archive.database import Archive
from reference_drimbox.archive.holdings import Place, latest, note
from reference_drimbox.archive.models import Manifest, Report, State, Study
from reference_drimbox.archive.reports import Speechless, told
from reference_drimbox.damaged import UNREADABLE
from reference_drimbox.ebxml import FORMAT_CODE, SET_UNIQUE, codes_of, identifier_of
from reference_drimbox.submission import KOS_FORMAT
from reference_drimbox.vihf import cx
from reference_drimbox.xdm import Exported, NotAnArchive, Sender
from reference_drimbox.xml import parsed

ENTRY = "urn:uuid:"


def exported(archive: Archive, software: str) -> Mapping[str, bytes]:
    """The archives of what is published: KA<YYYYMM>.zip by the month in which a KOS was made."""
    months: dict[str, list[Exported]] = defaultdict(list)
    structures: dict[str, str] = {}
    with archive.reading() as session:
        asked = select(Manifest, Report).join(Report, Report.id == Manifest.report)
        rows = session.execute(asked.where(Manifest.state == State.PUBLISHED).order_by(Manifest.id))
        for manifest, report in rows:
            document = dcmread(BytesIO(manifest.kos))
            month = str(document.InstanceCreationDate)[:6]
            parts = str(document.InstitutionName).split("^")
            structures.setdefault(month, f"{parts[0]} ({parts[-1]})")
            side = report.side or _side(report)
            months[month].append(
                Exported(manifest.kos, manifest.signature, manifest.metadata_xml, side)
            )
    return {
        f"KA{month}.zip": xdm.written(found, Sender(structures[month], software))
        for month, found in months.items()
    }


def _side(report: Report) -> str:
    """CR.TXT: report, INS and local identifier, each with its OID (F-XDM-02)."""
    if report.cda is None:
        return ";;;;;"
    found = cda.read(report.cda)
    patient = found.patient
    return ";".join(
        (found.identifier.root, found.identifier.extension, patient.ins.extension,
         patient.ins.root, patient.local.extension, patient.local.root)
    )  # fmt: skip


def take(archive: Archive, raw: bytes) -> list[str]:
    """Import an archive; the studies that are new here. Raises NotAnArchive: then nothing is."""
    made = []
    submissions = [(one, *_rows(one)) for one in xdm.read(raw)]
    for one, study, report, manifest in submissions:
        if latest(archive, study.uid, State.BUILT, State.PUBLISHED) is not None:
            continue
        last = latest(archive, study.uid)
        manifest.number = max(manifest.number, (last.number if last else 0) + 1)
        with archive.writing() as session:
            known = session.scalar(select(Manifest.id).where(Manifest.uid == manifest.uid))
            if known is not None:
                continue
            session.add(report)
            session.flush()
            held = session.get(Study, study.uid)
            if held is None:
                session.add(study)
                held = study
            held.report, manifest.report = report.id, report.id
            held.local_id = study.local_id
            session.flush()
            session.add(manifest)
        note(archive, "imported", Place(study.uid, manifest.id), one.side and "with a side file")
        made.append(study.uid)
    return made


def _rows(one: Exported) -> tuple[Study, Report, Manifest]:
    """What an imported submission becomes. Raises NotAnArchive."""
    try:
        document = dcmread(BytesIO(one.kos))
        found = told(one.kos, one.metadata, one.side)
        study = str(document.StudyInstanceUID)
        uid, series = str(document.SOPInstanceUID), str(document.SeriesInstanceUID)
        number = int(document.get("InstanceNumber") or 1)
    except (*UNREADABLE, Speechless) as problem:
        raise NotAnArchive(f"a KOS of it is unreadable: {type(problem).__name__}") from None
    patient = found.patient
    report = Report(
        message=None, root=found.identifier.root, extension=found.identifier.extension,
        cda=None, side=one.side, patient=cx(patient.ins.extension, patient.ins.root),
    )  # fmt: skip
    submission, entry = _identifiers(one.metadata)
    manifest = Manifest(
        study=study, number=number, message=None, uid=uid, series=series,
        submission=submission or uid, kos=one.kos, signature=one.signature,
        metadata_xml=one.metadata, entry=entry, state=State.PUBLISHED,
    )  # fmt: skip
    accessions = " ".join(it.accession.extension for it in found.orders)
    made = Study(uid=study, report=0, accessions=accessions, local_id=patient.local.extension)
    return made, report, manifest


def _identifiers(metadata: bytes) -> tuple[str, str]:
    """The unique id of the submission, and the entryUUID of the KOS where it is told."""
    root = parsed(metadata)
    package = root.find(".//rim:RegistryPackage", ebxml.PREFIXES)
    unique = "" if package is None else identifier_of(package, SET_UNIQUE)
    for one in root.iter(f"{{{ebxml.RIM}}}ExtrinsicObject"):
        if any(code.code == KOS_FORMAT.code for code in codes_of(one, FORMAT_CODE)):
            own = one.get("id", "")
            return unique, own if own.startswith(ENTRY) else ""
    return unique, ""
