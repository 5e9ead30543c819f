"""Reading a KOS: its patient, its study, and where the images of each series are (DRIM-M A)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pydicom import Dataset, dcmread

from reference_drimbox.conso.patient import Patient
from reference_drimbox.damaged import UNREADABLE

KOS_CLASS = "1.2.840.10008.5.1.4.1.1.88.59"
SYNTAXES = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")
"""Those that a KOS may have (A-FMT-03); a deflated one could swell without bound."""
MANIFEST, DESCRIPTION = "113030", "113012"
LONGEST = 1 << 25
MOST_INSTANCES = 100_000
_UID = re.compile(r"(?=.{1,64}\Z)[0-2](?:\.(?:0|[1-9][0-9]*))+\Z")
_LINE = re.compile(r"S[ée]rie-([0-9.]+) : ([A-Z0-9]{2,16})(?: @ ?.*?)? ?: (.*)")
"""The line of a series in the description (A-CNT-07, A-CNT-08)."""


class NotManifest(ValueError):
    """What came is no KOS that can be followed; the text names no patient."""


@dataclass(frozen=True, slots=True)
class Referenced:
    """An instance that the KOS refers to."""

    uid: str
    sop_class: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """A series of the study: ``url`` is its Retrieve URL, as it stands."""

    uid: str
    url: str
    modality: str
    description: str
    number: int | None
    instances: Sequence[Referenced]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A KOS: the exam that it refers to."""

    uid: str
    study: str
    description: str
    date: str
    institution: str
    patient: Patient
    series: Sequence[Series]

    def of(self, series: str) -> Series | None:
        return next((one for one in self.series if one.uid == series), None)

    @property
    def instances(self) -> int:
        return sum(len(one.instances) for one in self.series)


def transfer_syntax(raw: bytes) -> str:
    """That of a DICOM file, from its meta information, which is explicit (PS3.10 7.1)."""
    if raw[128:132] != b"DICM":
        raise NotManifest("no DICOM file (PS3.10)")
    at = 132
    while raw[at : at + 2] == b"\x02\x00" and at + 12 <= len(raw):
        long = raw[at + 4 : at + 6] in (b"OB", b"OW", b"UN", b"SQ", b"UT", b"UC", b"UR")
        start = at + (12 if long else 8)
        form, place = ("<I", at + 8) if long else ("<H", at + 6)
        (length,) = struct.unpack_from(form, raw, place)
        if raw[at + 2 : at + 4] == b"\x10\x00":
            return raw[start : start + length].rstrip(b"\0 ").decode("ascii", "replace")
        at = start + length
    raise NotManifest("no transfer syntax in the meta information")


def read(raw: bytes) -> Manifest:
    """The manifest of a file. Raises NotManifest."""
    if len(raw) > LONGEST:
        raise NotManifest("longer than a KOS is")
    if transfer_syntax(raw) not in SYNTAXES:
        raise NotManifest("transfer syntax that a KOS has not (A-FMT-03)")
    try:
        document = dcmread(BytesIO(raw))
        if document.SOPClassUID != KOS_CLASS:
            raise NotManifest("no Key Object Selection")
        title = document.ConceptNameCodeSequence[0].CodeValue
        if title != MANIFEST:
            raise NotManifest(f"a Key Object Selection of title {title!s:.16}, no manifest")
        return _manifest(document)
    except NotManifest:
        raise
    except UNREADABLE as problem:
        raise NotManifest(f"unreadable: {type(problem).__name__}") from None


def _manifest(document: Dataset) -> Manifest:
    evidence = document.CurrentRequestedProcedureEvidenceSequence
    if len(evidence) != 1:
        raise NotManifest(f"{len(evidence)} studies, where a KOS refers to one (A-EVD-01)")
    study = _uid(evidence[0].StudyInstanceUID)
    described = _described(document)
    series = tuple(_series(one, described) for one in evidence[0].ReferencedSeriesSequence)
    if len({one.uid for one in series}) != len(series):
        raise NotManifest("a series is there twice (A-EVD-02)")
    if sum(len(one.instances) for one in series) > MOST_INSTANCES:
        raise NotManifest("more instances than are taken")
    return Manifest(
        uid=_uid(document.SOPInstanceUID),
        study=study,
        description=_text(document, "StudyDescription"),
        date=_text(document, "StudyDate"),
        institution=_text(document, "InstitutionName").partition("^")[0],
        patient=_patient(document),
        series=series,
    )


def _series(item: Dataset, described: Mapping[str, tuple[str, str]]) -> Series:
    uid = _uid(item.SeriesInstanceUID)
    modality, description = described.get(uid, ("", ""))
    found = [
        Referenced(
            _uid(one.ReferencedSOPInstanceUID),
            str(one.ReferencedSOPClassUID),
            _number(one.get("InstanceNumber")),
        )
        for one in item.ReferencedSOPSequence
    ]
    if len({one.uid for one in found}) != len(found):
        raise NotManifest("an instance is there twice (A-EVD-08)")
    # The viewer goes through the images in this order (A-EVD-09).
    found.sort(key=lambda one: (one.number is None, one.number or 0))
    number = _number(item.get("SeriesNumber"))
    return Series(uid, _text(item, "RetrieveURL"), modality, description, number, tuple(found))


def _described(document: Dataset) -> Mapping[str, tuple[str, str]]:
    """Modality and description of each series, from the Key Object Description (A-CNT-05)."""
    return {
        line[1]: (line[2], line[3].strip())
        for text in _descriptions(document)
        for line in map(_LINE.fullmatch, text.splitlines())
        if line
    }


def _descriptions(document: Dataset) -> Iterator[str]:
    for one in document.get("ContentSequence") or ():
        named = one.get("ConceptNameCodeSequence")
        if one.get("ValueType") == "TEXT" and named and named[0].CodeValue == DESCRIPTION:
            yield _text(one, "TextValue")


def _patient(document: Dataset) -> Patient:
    """The traits of A.3: birth name and first given name, then all given names, then the used."""
    name = document.get("PatientName")
    others: Any = document.get("OtherPatientNames") or ()
    names = [others] if isinstance(others, str) or hasattr(others, "family_name") else list(others)
    used = names[1] if len(names) > 1 else None
    qualifiers = document.get("IssuerOfPatientIDQualifiersSequence")
    return Patient(
        ins=_text(document, "PatientID"),
        ins_oid=_text(qualifiers[0], "UniversalEntityID") if qualifiers else "",
        birth_name=str(name.family_name).strip() if name else "",
        given_name=str(name.given_name).strip() if name else "",
        birth_date=_text(document, "PatientBirthDate"),
        sex=_text(document, "PatientSex"),
        birthplace=_text(document, "PatientComments"),
        given_names=str(names[0].given_name).strip() if names else "",
        used_name=str(used.family_name).strip() if used else "",
        used_given_name=str(used.given_name).strip() if used else "",
    )


def _text(item: Dataset, keyword: str) -> str:
    return str(item.get(keyword) or "").strip()


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def _uid(value: Any) -> str:
    found = str(value)
    if not _UID.match(found):
        raise NotManifest("a UID is none (PS3.5 9.1)")
    return found
