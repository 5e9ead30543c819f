"""The parameters of a search (PS3.18 8.3.4, 10.6.1.2): attributes, includefield, limit, offset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.tag import BaseTag, Tag

from simulators.pacs.query import UNIQUE

STUDY_FIELDS = (
    "StudyDate", "StudyTime", "AccessionNumber", "InstanceAvailability", "ModalitiesInStudy",
    "ReferringPhysicianName", "TimezoneOffsetFromUTC", "PatientName", "PatientID",
    "PatientBirthDate", "PatientSex", "StudyID", "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
)  # fmt: skip
SERIES_FIELDS = (
    "Modality", "TimezoneOffsetFromUTC", "SeriesDescription", "SeriesNumber",
    "NumberOfSeriesRelatedInstances", "PerformedProcedureStepStartDate",
    "PerformedProcedureStepStartTime", "RequestAttributesSequence",
)  # fmt: skip
INSTANCE_FIELDS = (
    "SOPClassUID", "InstanceAvailability", "TimezoneOffsetFromUTC", "InstanceNumber", "Rows",
    "Columns", "BitsAllocated", "NumberOfFrames",
)  # fmt: skip
FIELDS = {"STUDY": STUDY_FIELDS, "SERIES": SERIES_FIELDS, "IMAGE": INSTANCE_FIELDS}
"""What is said of a match unless more is asked for (tables 10.6.1-5, 10.6.3-3 to 10.6.3-5)."""

_STUDY_PATH = "/studies/{0.StudyInstanceUID}"
_SERIES_PATH = _STUDY_PATH + "/series/{0.SeriesInstanceUID}"
LEVELS: dict[str, Callable[[Dataset], str]] = {
    "STUDY": _STUDY_PATH.format,
    "SERIES": _SERIES_PATH.format,
    "IMAGE": (_SERIES_PATH + "/instances/{0.SOPInstanceUID}").format,
}
"""The path of what is found, by level."""


class UnusableSearch(Exception):
    """A parameter that a search does not have; the message is one line."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search; ``every`` asks for all that the archive has of a match (includefield=all)."""

    level: str
    keys: Dataset
    limit: int = 0
    offset: int = 0
    every: bool = False
    fuzzy: bool = False


def search_of(level: str, parameters: Iterable[tuple[str, str]], path: Mapping[str, str]) -> Search:
    """The search of a request. Raises UnusableSearch."""
    keys, numbers = Dataset(), {"limit": 0, "offset": 0}
    every = fuzzy = False
    for name in (*_unique(level, path), *FIELDS[level]):
        _ask(keys, _tag(name))
    for name, value in parameters:
        if name in numbers:
            numbers[name] = _number(name, value)
        elif name == "fuzzymatching":
            fuzzy = value.lower() == "true"
        elif name == "includefield":
            every = every or value.lower() == "all"
            for one in value.split(",") if value.lower() != "all" else ():
                _ask(keys, _tag(one))
        else:
            _match(keys, name, value)
    for name, value in path.items():
        _match(keys, UNIQUE[name.upper()], value)
    return Search(level, keys, numbers["limit"], numbers["offset"], every, fuzzy)


def _unique(level: str, path: Mapping[str, str]) -> list[str]:
    """Of a level above that the path does not name, what a study or series search says is said."""
    above = {"STUDY": [], "SERIES": ["STUDY"], "IMAGE": ["STUDY", "SERIES"]}[level]
    return [name for one in above if one.lower() not in path for name in FIELDS[one]]


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise UnusableSearch(f"{name} is no number: {value[:40]!r}")
    return int(value)


def _tag(name: str) -> BaseTag:
    """The tag of an attribute by its keyword or its eight digits (8.3.4.1)."""
    name = name.strip()
    found = tag_for_keyword(name)
    if found is None and len(name) == 8:
        try:
            found = int(name, 16)
        except ValueError:
            found = None
    if found is None:
        raise UnusableSearch(f"no attribute {name[:80]!r}")
    return Tag(found)


def _kind(tag: BaseTag) -> str:
    try:
        return dictionary_VR(tag)
    except KeyError as error:
        raise UnusableSearch(f"no attribute {tag}") from error


def _ask(keys: Dataset, tag: BaseTag) -> None:
    """Ask for a value, unless it is asked for already."""
    if tag not in keys:
        kind = _kind(tag)
        keys[tag] = DataElement(tag, kind, [] if kind == "SQ" else "")


def _match(keys: Dataset, name: str, value: str) -> None:
    """Match an attribute, or one in a sequence: the two with a point between them."""
    first, point, rest = name.partition(".")
    tag = _tag(first)
    kind = _kind(tag)
    if point:
        if kind != "SQ":
            raise UnusableSearch(f"{first} is no sequence")
        items = keys[tag].value if tag in keys else []
        item = items[0] if items else Dataset()
        _match(item, rest, value)
        keys[tag] = DataElement(tag, "SQ", [item])
        return
    if kind == "SQ":
        raise UnusableSearch(f"{first} is a sequence")
    several = value.replace(",", "\\") if kind == "UI" else value
    try:
        keys[tag] = DataElement(tag, kind, several)
    except (ValueError, TypeError, OverflowError) as error:
        raise UnusableSearch(f"{first} has no such value: {value[:40]!r}") from error
