"""The report that speaks for a manifest: the document, or what an import tells of it.

An update after IOCM or OMI^O23 uses the data of the local archive (FAQ 8801): of an imported
exam these are its KOS and its metadata.
"""

from __future__ import annotations

from io import BytesIO

from pydicom import Dataset, dcmread
from sqlalchemy import select

from reference_drimbox import cda, ebxml
from reference_drimbox.archive.database import Archive
from reference_drimbox.archive.models import Manifest, Report
from reference_drimbox.cda import Act, Identifier, Order, Patient, Person
from reference_drimbox.ebxml import (
    ENTRY_AUTHOR,
    EVENT,
    FACILITY,
    FORMAT_CODE,
    PRACTICE,
    codes_of,
    slot_values,
)
from reference_drimbox.submission import DCM, KOS_FORMAT
from reference_drimbox.vihf import Code
from reference_drimbox.xml import Element, parsed

PHYSICIAN = "G15_10"
"""The profession of who validates a report, where the metadata do not say it."""
REGIONS = frozenset({"2.16.840.1.113883.6.96", "1.2.250.1.213.1.1.5.695"})
MODALITIES = frozenset({DCM, "1.2.250.1.213.1.1.5.618"})


class Speechless(Exception):
    """The archive has nothing that speaks for a report."""


def report_of(archive: Archive, report: int) -> cda.Report:
    """A report of the archive. Raises Speechless."""
    with archive.reading() as session:
        held = session.get_one(Report, report)
        if held.cda is not None:
            return cda.read(held.cda)
        asked = select(Manifest).where(Manifest.report == report)
        found = session.scalar(asked.order_by(Manifest.number.desc()).limit(1))
    if found is None:
        raise Speechless("the archive has no report to speak for")
    return told(found.kos, found.metadata_xml, held.side)


def told(kos: bytes, metadata: bytes, side: str) -> cda.Report:
    """What a KOS, its metadata and the side file tell of the report. Raises Speechless."""
    document, root = dcmread(BytesIO(kos)), parsed(metadata)
    entries = [
        one
        for one in root.iter(f"{{{ebxml.RIM}}}ExtrinsicObject")
        if any(code.code == KOS_FORMAT.code for code in codes_of(one, FORMAT_CODE))
    ]
    if not entries:
        raise Speechless("the metadata have no entry of the KOS")
    entry = entries[0]
    fields = (side.split(";") + [""] * 6)[:6]
    author = _author(document, entry)
    return cda.Report(
        identifier=Identifier(fields[0], fields[1]),
        set_id=Identifier(""),
        version="",
        replaces=None,
        language="fr-FR",
        patient=_patient(document, Identifier(fields[5], fields[4])),
        author=author,
        authenticator=_person("".join(slot_values(entry, "legalAuthenticator")[:1]), author),
        orders=[_order(one) for one in document.ReferencedRequestSequence],
        acts=[_act(document, entry)],
        facility=_first(codes_of(entry, FACILITY)),
    )


def _first(codes: list[Code]) -> Code:
    return codes[0] if codes else Code("", "")


def _patient(document: Dataset, local: Identifier) -> Patient:
    name = _parts(document, "PatientName", 0)
    lists, used = (_parts(document, "OtherPatientNames", number) for number in (0, 1))
    issuer = document.IssuerOfPatientIDQualifiersSequence[0]
    return Patient(
        ins=Identifier(str(issuer.UniversalEntityID), str(document.PatientID).strip()),
        local=local,
        birth_name=name[0],
        first_given=name[1],
        given_names=lists[1] if not lists[0] else "",
        used_name=used[0],
        used_given=used[1],
        birth_date=str(document.PatientBirthDate),
        sex=str(document.PatientSex),
        birthplace=str(document.get("PatientComments") or ""),
    )


def _parts(document: Dataset, name: str, number: int) -> tuple[str, str]:
    """Family and given names of a value, "" where there is no such value."""
    if name not in document or number >= document[name].VM:
        return "", ""
    value = document[name].value
    found = str(value[number] if document[name].VM > 1 else value)
    family, _, given = found.partition("^")
    return family, given.partition("^")[0]


def _author(document: Dataset, entry: Element) -> Person:
    """The structure of the metadata, its person that of the legal authenticator (a device has
    no profession).
    """
    authors = entry.findall(
        f"rim:Classification[@classificationScheme='{ENTRY_AUTHOR}']", ebxml.PREFIXES
    )
    named = [value for one in authors for value in slot_values(one, "authorInstitution")]
    institution = "".join(named[:1]) or str(document.get("InstitutionName") or "")
    parts = institution.split("^") + [""] * 10
    signed = "".join(slot_values(entry, "legalAuthenticator")[:1]).split("^") + [""] * 3
    return Person(signed[0], signed[1], signed[2], PHYSICIAN, parts[0], parts[9])


def _person(text: str, author: Person) -> Person:
    parts = text.split("^") + [""] * 3
    return Person(parts[0], parts[1], parts[2], PHYSICIAN, author.structure_name, author.structure)


def _order(request: Dataset) -> Order:
    placer = request.OrderPlacerIdentifierSequence[0]
    issuer = request.IssuerOfAccessionNumberSequence[0]
    return Order(
        Identifier(
            str(placer.UniversalEntityID), str(request.PlacerOrderNumberImagingServiceRequest)
        ),
        Identifier(str(issuer.UniversalEntityID), str(request.AccessionNumber)),
    )


def _act(document: Dataset, entry: Element) -> Act:
    events = codes_of(entry, EVENT)
    acts = [one for one in events if one.system not in MODALITIES | REGIONS]
    return Act(
        studies=[str(document.StudyInstanceUID)],
        code=_first(acts),
        modalities=[one for one in events if one.system in MODALITIES],
        regions=[one for one in events if one.system in REGIONS],
        low=_utc(entry, "serviceStartTime"),
        high=_utc(entry, "serviceStopTime"),
        practice=_first(codes_of(entry, PRACTICE)),
    )


def _utc(entry: Element, name: str) -> str:
    """A time of the metadata, which are in UTC unless they say so."""
    found = "".join(slot_values(entry, name)[:1])
    return f"{found}+0000" if found.isdigit() and len(found) >= 12 else found
