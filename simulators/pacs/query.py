"""Queries: the entities of a level that match, and what is said of each (PS3.4 C.4.1, C.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from simulators.pacs.archive import Held
from simulators.pacs.matching import matches

LEVELS = ("PATIENT", "STUDY", "SERIES", "IMAGE")
UNIQUE = {
    "PATIENT": "PatientID",
    "STUDY": "StudyInstanceUID",
    "SERIES": "SeriesInstanceUID",
    "IMAGE": "SOPInstanceUID",
}
_PATIENT = (
    "PatientName", "PatientID", "IssuerOfPatientID", "IssuerOfPatientIDQualifiersSequence",
    "PatientBirthDate", "PatientBirthTime", "PatientSex", "OtherPatientIDsSequence",
    "OtherPatientNames", "PatientComments", "EthnicGroup", "NumberOfPatientRelatedStudies",
    "NumberOfPatientRelatedSeries", "NumberOfPatientRelatedInstances",
)  # fmt: skip
_STUDY = (
    "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "StudyDescription",
    "AccessionNumber", "IssuerOfAccessionNumberSequence", "ReferringPhysicianName",
    "NameOfPhysiciansReadingStudy", "AdmittingDiagnosesDescription", "PatientAge", "PatientSize",
    "PatientWeight", "ProcedureCodeSequence", "ReferencedStudySequence", "ModalitiesInStudy",
    "SOPClassesInStudy", "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances",
    "RequestingService", "AnatomicRegionsInStudyCodeSequence",
)  # fmt: skip
_SERIES = (
    "Modality", "SeriesNumber", "SeriesInstanceUID", "SeriesDescription", "SeriesDate",
    "SeriesTime", "PerformingPhysicianName", "OperatorsName", "ProtocolName", "BodyPartExamined",
    "Laterality", "Manufacturer", "ManufacturerModelName", "InstitutionName", "StationName",
    "InstitutionalDepartmentName", "DeviceSerialNumber", "RequestAttributesSequence",
    "PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime",
    "PerformedProcedureStepID", "PerformedProcedureStepDescription",
    "ReferencedPerformedProcedureStepSequence", "NumberOfSeriesRelatedInstances",
    "FrameOfReferenceUID", "PatientPosition",
)  # fmt: skip
_LEVEL_OF = {
    Tag(tag_for_keyword(name) or 0): level
    for level, names in (("PATIENT", _PATIENT), ("STUDY", _STUDY), ("SERIES", _SERIES))
    for name in names
}
_ABOUT = (
    "SpecificCharacterSet", "TimezoneOffsetFromUTC", "QueryRetrieveLevel", "RetrieveAETitle",
    "InstanceAvailability",
)  # fmt: skip
ABOUT_THE_QUERY = frozenset(Tag(tag_for_keyword(name) or 0) for name in _ABOUT)
"""Elements of an identifier that are no keys (C.4.1.1.3)."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A patient, study, series or instance: the instances that it is made of."""

    level: str
    instances: tuple[Held, ...]

    @property
    def head(self) -> Dataset:
        return self.instances[0].head

    def has(self, tag: BaseTag) -> bool:
        """Whether an attribute is one of this level or of one above, where all instances agree."""
        return LEVELS.index(_LEVEL_OF.get(tag, "IMAGE")) <= LEVELS.index(self.level)

    def element(self, tag: BaseTag) -> DataElement | None:
        """The attribute as the archive has it, or counts it; None where it has none."""
        counted = self._counted(tag)
        if counted is not None:
            return DataElement(tag, dictionary_VR(tag), counted)
        return self.head[tag] if self.has(tag) and tag in self.head else None

    def _counted(self, tag: BaseTag) -> int | list[str] | None:
        """The attributes that no instance has (C.6.1.1, tables C.6-1 to C.6-3)."""
        many = _COUNTED.get(tag)
        if many is None or not self.has(tag):
            return None
        values = list(dict.fromkeys(str(one.head.get(many, "")) for one in self.instances))
        if tag in _LISTED:
            return sorted(value for value in values if value)
        return len(values)


_LISTED = {
    Tag(tag_for_keyword("ModalitiesInStudy") or 0): "Modality",
    Tag(tag_for_keyword("SOPClassesInStudy") or 0): "SOPClassUID",
}
_COUNTED = {
    **_LISTED,
    Tag(tag_for_keyword("NumberOfPatientRelatedStudies") or 0): "StudyInstanceUID",
    Tag(tag_for_keyword("NumberOfPatientRelatedSeries") or 0): "SeriesInstanceUID",
    Tag(tag_for_keyword("NumberOfPatientRelatedInstances") or 0): "SOPInstanceUID",
    Tag(tag_for_keyword("NumberOfStudyRelatedSeries") or 0): "SeriesInstanceUID",
    Tag(tag_for_keyword("NumberOfStudyRelatedInstances") or 0): "SOPInstanceUID",
    Tag(tag_for_keyword("NumberOfSeriesRelatedInstances") or 0): "SOPInstanceUID",
}


def entities(instances: Iterable[Held], level: str) -> list[Entity]:
    """The entities of a level, in the order in which their first instance came."""
    found: dict[str, list[Held]] = {}
    for one in instances:
        found.setdefault(str(one.head.get(UNIQUE[level], "")), []).append(one)
    return [Entity(level, tuple(one)) for one in found.values()]


def select(instances: Iterable[Held], level: str, keys: Dataset) -> Iterator[Entity]:
    """The entities of a level that match every key that is of this level or of one above.

    A key of a level below is an optional one that is not supported: it matches all (C.2.2.1.3).
    """
    for entity in entities(instances, level):
        wanted = [one for one in keys if one.tag not in ABOUT_THE_QUERY and entity.has(one.tag)]
        if all(matches(one, entity.element(one.tag)) for one in wanted):
            yield entity


def said(entity: Entity, tags: Iterable[BaseTag]) -> Dataset:
    """What is said of an entity: the attributes that were asked for, empty where there is none.

    The unique keys of its level and of those above are always there (C.4.1.1.3.2).
    """
    answer = Dataset()
    if "SpecificCharacterSet" in entity.head:
        answer.SpecificCharacterSet = entity.head.SpecificCharacterSet
    for tag in (*tags, *_unique(entity)):
        if tag in ABOUT_THE_QUERY or tag.element == 0:
            continue
        found = entity.element(tag)
        if found is not None:
            answer[tag] = found
        else:
            kind = dictionary_VR(tag) if not tag.is_private else "UN"
            answer[tag] = DataElement(tag, kind, [] if kind == "SQ" else "")
    return answer


def _unique(entity: Entity) -> list[BaseTag]:
    above = LEVELS[: LEVELS.index(entity.level) + 1]
    return [Tag(tag_for_keyword(UNIQUE[level]) or 0) for level in above if level != "PATIENT"]


def problem(keys: Dataset, top: str) -> str:
    """Why a query of the hierarchical kind cannot be answered, or "" (C.4.1.2.1, C.4.1.3.1).

    It has a level of its root, and one value of the unique key of each level above.
    """
    level = str(keys.get("QueryRetrieveLevel", ""))
    if level not in LEVELS[LEVELS.index(top) :]:
        return f"no level {level or 'at all'}"
    above = LEVELS[LEVELS.index(top) : LEVELS.index(level)]
    for one in above:
        value = keys.get(UNIQUE[one], "")
        if not value or isinstance(value, MultiValue) or set(str(value)) & set("*?"):
            return f"{UNIQUE[one]} shall have one value"
    return ""
